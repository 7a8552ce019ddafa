/** One measured run of either side, in a process of its own, by the CPU time that this process took. */
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPan, spinResult } from "../export/run-spin.ts";

export interface Measurement {
  readonly states: number;
  readonly transitions: number;
  /** User and system time. */
  readonly cpuSeconds: number;
  /** All memory of the search: states, table, stack. */
  readonly bytes: number;
}

/** Writes and compiles a model's verifier; returns the folder it lies in. */
export function buildSpin(model: string): string {
  const folder = mkdtempSync(join(tmpdir(), "kecheck-bench-"));
  buildPan(folder, model, ["-O2"]);
  return folder;
}

/**
 * Runs a verifier. The time is the whole process's, its table's allocation included; `times` of the shell tells it.
 * `flags` are Spin's sizes of table and stack: the caller gives those that it is fastest with.
 */
export function measureSpin(folder: string, flags: readonly string[]): Measurement {
  const command = `./pan -E ${flags.join(" ")}; times`;
  const { stdout } = spawnSync("sh", ["-c", command], { cwd: folder, encoding: "utf8" });
  const { states, transitions } = spinResult(stdout);
  const megabytes = Number(/([\d.]+)\s+total actual memory usage/.exec(stdout)?.[1]);
  const times = stdout.trim().split("\n").at(-1) ?? "";
  const parts = [...times.matchAll(/(\d+)m([\d.]+)s/g)];
  const seconds = parts.map(([, minutes, rest]) => Number(minutes) * 60 + Number(rest));
  if (parts.length !== 2) throw new Error(`the shell's times were ${times}`);
  const cpuSeconds = seconds.reduce((sum, part) => sum + part, 0);
  return { states, transitions, cpuSeconds, bytes: megabytes * 2 ** 20 };
}

/** Runs this benchmark's own script again, which measures itself and prints Measurements as JSON. */
export function measureAgain(
  script: string,
  parameters: readonly string[],
): readonly Measurement[] {
  const result = spawnSync(process.execPath, [script, ...parameters], { encoding: "utf8" });
  if (result.status !== 0) throw new Error(`the engine failed:\n${result.stdout}${result.stderr}`);
  return JSON.parse(result.stdout) as readonly Measurement[];
}
