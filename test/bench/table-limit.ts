/** The physical limit: how fast this machine looks keys up in a table larger than its caches, in C. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SOURCE = join("test", "bench", "table-limit.c");
const COMPILER = "gcc";
/** Binary logarithm of slots, keys entered, keys looked up together. */
const RUN = ["25", "12000000", "128"];

/** Its paragraph; nothing without gcc. */
export function tableLimits(): readonly string[] {
  const hasCompiler = spawnSync(COMPILER, ["--version"]).status === 0;
  if (!hasCompiler || !existsSync(SOURCE)) return [];
  const folder = mkdtempSync(join(tmpdir(), "kecheck-limit-"));
  try {
    const program = join(folder, "table-limit");
    const { status } = spawnSync(COMPILER, ["-O2", SOURCE, "-o", program]);
    if (status !== 0) throw new Error(`${SOURCE} does not compile`);
    const { stdout } = spawnSync(program, RUN, { encoding: "utf8" });
    return [
      "## The limit of the machine",
      "",
      `Lookups of keys in a table alone, in C, 128 at a time (every transition is one): ${stdout.trim()}.`,
      "",
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
