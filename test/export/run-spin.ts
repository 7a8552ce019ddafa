/** Runs Spin on a model: translate, compile the verifier, run it, read its counts. Needs spin and gcc in the path. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether this machine has what `runSpin` needs. */
export const hasSpin = ["spin", "gcc"].every(
  (tool) => spawnSync(tool, [tool === "spin" ? "-V" : "--version"]).status === 0,
);

export interface SpinResult {
  readonly states: number;
  /** Stored and matched; Spin does not count the step into the initial state. */
  readonly transitions: number;
  readonly stateBytes: number;
  /** Names in failed assertions, each once, sorted. */
  readonly assertions: readonly string[];
  /** Some run ends where it may not. */
  readonly invalidEnd: boolean;
  readonly output: string;
}

export interface SpinOptions {
  /** Flags of gcc; without any, for an exhaustive search without reductions. */
  readonly compile?: readonly string[];
  /** How pan runs: to count, without a judgement of ends. */
  readonly run?: readonly string[];
}

/** Explores a model exhaustively, without reductions. Throws if a tool fails or warns, or the search is cut. */
export function runSpin(model: string, options: SpinOptions = {}): SpinResult {
  const folder = mkdtempSync(join(tmpdir(), "kecheck-spin-"));
  try {
    buildPan(folder, model, options.compile ?? ["-O0", "-DNOREDUCE", "-DMEMLIM=14000"]);
    const output = run(folder, "./pan", ["-m1000000", "-w18", ...(options.run ?? ["-E"])]);
    return spinResult(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes the model into a folder and builds the verifier `pan` there. */
export function buildPan(folder: string, model: string, compile: readonly string[]): void {
  writeFileSync(join(folder, "model.pml"), model);
  const said = run(folder, "spin", ["-o1", "-o2", "-o3", "-a", "model.pml"]);
  if (/error|warning/i.test(said)) throw new Error(`spin: ${said}\n${model}`);
  const flags = ["-w", "-DSAFETY", "-DVECTORSZ=4096", ...compile];
  run(folder, "gcc", [...flags, "-o", "pan", "pan.c"]);
}

function spinResult(output: string): SpinResult {
  const number = (pattern: RegExp): number => {
    const found = pattern.exec(output)?.[1];
    if (found === undefined) throw new Error(`pan printed no ${pattern}:\n${output}`);
    return Number(found);
  };
  if (/not completed|depth limit|max search depth|indexing|block in/.test(output))
    throw new Error(`pan did not finish:\n${output}`);
  const assertions = [...output.matchAll(/assertion violated (\w+)/g)].map(
    (match) => match[1] ?? "",
  );
  return {
    states: number(/(\d+) states, stored/),
    transitions: number(/(\d+) transitions/) - 1,
    stateBytes: number(/State-vector (\d+) byte/),
    assertions: [...new Set(assertions)].sort(),
    invalidEnd: /^pan:\d+: invalid end state /m.test(output),
    output,
  };
}

function run(folder: string, tool: string, parameters: readonly string[]): string {
  const result = spawnSync(tool, parameters, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (result.status === 0) return result.stdout + result.stderr;
  throw new Error(`${tool} failed: ${result.error ?? ""}\n${result.stdout}${result.stderr}`);
}
