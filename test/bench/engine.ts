/** The engine's side of a benchmark: an exhaustive search in this process. */
import { search } from "../../src/engine/explicit/search.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Measurement } from "./measure.ts";

const BYTES_MAX = 4 * 2 ** 30;

/**
 * The exploration alone, which is what Spin does too, and the whole search with its judgement of the finished graph
 * (partial deadlocks, lock orders, dead code). The first ends with the last report of progress, so up to the time of a
 * few thousand states too early.
 */
export function measureEngine(program: Program): readonly [Measurement, Measurement] {
  const before = process.cpuUsage();
  let explored = before;
  const result = search(program, {
    maxStates: 1e9,
    maxBytes: BYTES_MAX,
    first: false,
    count: false,
    interrupted: () => undefined,
    onProgress: () => {
      explored = process.cpuUsage(before);
    },
  });
  const searched = process.cpuUsage(before);
  if (!result.complete) throw new Error(`the search stopped: ${result.stopReason}`);
  const { states, transitions, bytesPeak } = result.statistics;
  const until = ({ user, system }: NodeJS.CpuUsage): Measurement => ({
    ...{ states, transitions, bytes: bytesPeak },
    cpuSeconds: (user + system) / 1e6,
  });
  return [until(explored), until(searched)];
}
