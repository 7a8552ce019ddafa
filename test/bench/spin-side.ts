/** Spin's contestants: one verifier for each, built from the exported model or the one by hand. */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { toPromela } from "../../src/export/promela.ts";
import { buildPan } from "../export/run-spin.ts";
import { bare, type Family } from "./families/family.ts";
import type { Contestant, Measurement } from "./measurement.ts";
import type { Limits } from "./our-side.ts";
import { runProcess } from "./run-process.ts";

interface Variant {
  readonly name: string;
  readonly byHand?: true;
  /** Flags of gcc. */
  readonly compile: readonly string[];
  /** Processes that search, each with its own time. */
  readonly processes?: number;
}

const CORES = availableParallelism();

export const SPIN_DEFAULT: Variant = { name: "Spin, default", compile: [] };

const VARIANTS: readonly Variant[] = [
  { name: "Spin -DNOREDUCE", compile: ["-DNOREDUCE"] },
  { name: "Spin -DNOREDUCE, model by hand", byHand: true, compile: ["-DNOREDUCE"] },
  SPIN_DEFAULT,
  { name: "Spin -DNOREDUCE -DCOLLAPSE", compile: ["-DNOREDUCE", "-DCOLLAPSE"] },
  {
    name: `Spin -DNOREDUCE -DBFS_PAR, ${CORES} cores, lossy`,
    compile: ["-DNOREDUCE", "-DBFS_PAR"],
    processes: CORES,
  },
];

/** `states` is how many there will be, so that tables are neither too small nor mostly empty. */
export function spinContestants(
  family: Family,
  size: number,
  { states, limits }: { readonly states: number; readonly limits: Limits },
): readonly Contestant[] {
  return VARIANTS.flatMap((variant): readonly Contestant[] => {
    const model = modelOf(family, size, variant);
    if (model === undefined) return [];
    const verifier = buildVerifier(model, { variant, limits });
    const table = Math.min(28, Math.max(18, Math.ceil(Math.log2(states))));
    // As deep as the search goes, and no deeper, since the stack counts as memory: the first run tells.
    let depth = states + 100;
    const contestant: Contestant = {
      names: [variant.name],
      exact: variant !== SPIN_DEFAULT && variant.processes === undefined,
      run: async () => {
        if (depth > states && variant.processes === undefined) {
          const first = await verifier.run({ depth, table });
          if (first.ended !== "finished") return [first];
          depth = first.depth + 100;
        }
        return [await verifier.run({ depth, table })];
      },
      close: verifier.close,
    };
    return [contestant];
  });
}

interface Verifier {
  readonly compileSeconds: number;
  readonly run: (flags: {
    readonly depth: number;
    readonly table: number;
  }) => Promise<Measurement & { readonly depth: number }>;
  readonly close: () => void;
}

/** A model in which nothing is judged but what the search itself meets; nothing where the variant cannot search it. */
export function modelOf(
  family: Family,
  size: number,
  { byHand, processes }: Variant,
): string | undefined {
  if (byHand) return family.byHand?.(size);
  const model = toPromela(bare(family.program(size)));
  // Spin's breadth-first search takes no hidden variables.
  return processes !== undefined && /^hidden /m.test(model) ? undefined : model;
}

/** Writes and compiles a model's verifier. */
export function buildVerifier(
  model: string,
  { variant, limits }: { readonly variant: Variant; readonly limits: Limits },
): Verifier {
  const folder = mkdtempSync(join(tmpdir(), "kecheck-bench-"));
  const begun = performance.now();
  const memory = `-DMEMLIM=${Math.round(limits.bytes / 2 ** 20)}`;
  buildPan(folder, model, ["-O2", memory, ...variant.compile]);
  return {
    compileSeconds: (performance.now() - begun) / 1000,
    run: async ({ depth, table }) => {
      const { processes } = variant;
      const flags = processes === undefined ? `-m${depth}` : `-u${processes}`;
      // The shell tells the time of what it waited for; of more than one process, not all of it.
      const command = `./pan -E -w${table} ${flags}; times`;
      const ran = await runProcess("sh", ["-c", command], { cwd: folder, seconds: limits.seconds });
      const { cpuSeconds, ...counts } = readPan(ran.stdout);
      const ended = ran.overdue ? "time" : counts.ended;
      const isOne = processes === undefined && cpuSeconds !== undefined;
      return { ...counts, ended, wallSeconds: ran.wallSeconds, ...(isOne && { cpuSeconds }) };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What pan and the shell after it printed. */
function readPan(output: string) {
  const number = (pattern: RegExp): number => Number(pattern.exec(output)?.[1] ?? 0);
  const megabytes = number(/([\d.]+)\s+total (?:actual|shared) memory usage/);
  const [cut] =
    /max search depth too small|reached -DMEMLIM|out of memory|errors: [1-9]\d*/.exec(output) ?? [];
  const times = [...(output.trim().split("\n").at(-1) ?? "").matchAll(/(\d+)m([\d.]+)s/g)];
  return {
    states: number(/(\d+) states, stored/),
    transitions: Math.max(0, number(/(\d+) transitions/) - 1),
    depth: number(/depth reached (\d+)/),
    bytes: megabytes * 2 ** 20,
    ended: cut ?? (/states, stored/.test(output) ? "finished" : "no result"),
    ...(times.length === 2 && {
      cpuSeconds: times.reduce(
        (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
        0,
      ),
    }),
  };
}
