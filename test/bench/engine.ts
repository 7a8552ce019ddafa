/** The engine's side of a benchmark: an exhaustive search in this process. */
import { search } from "../../src/engine/explicit/search.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Measurement } from "./measure.ts";

const BYTES_MAX = 4 * 2 ** 30;

export function measureEngine(program: Program): Measurement {
  const before = process.cpuUsage();
  const result = search(program, {
    maxStates: 1e9,
    maxBytes: BYTES_MAX,
    first: false,
    count: false,
    interrupted: () => undefined,
  });
  const { user, system } = process.cpuUsage(before);
  if (!result.complete) throw new Error(`the search stopped: ${result.stopReason}`);
  const { states, transitions, bytesPeak } = result.statistics;
  return { states, transitions, cpuSeconds: (user + system) / 1e6, bytes: bytesPeak };
}
