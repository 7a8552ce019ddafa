/**
 * Exhaustive breadth-first search over packed states, by generated code.
 *
 * States are taken from the log in batches that never cross a level, expanded, and their successors inserted together,
 * in the order of threads and outcomes; so the numbers of states, the findings and their schedules are those of the
 * reference interpreter, state for state. Batches make cache misses overlap and change nothing else.
 *
 * Every limit ends in an incomplete result that names it. The search reads no clock: whoever calls does.
 */
import type { Program } from "../../ir/program.ts";
import type { SearchOptions, SearchResult } from "../result.ts";
import {
  begun,
  concluded,
  type Explored,
  firstReason,
  limitReason,
  memoryReason,
} from "./conclusion.ts";
import type { MakeQuotient } from "./quotient.ts";
import { initialWords } from "./state-words.ts";
import { type Tuning, usualTuning } from "./visited.ts";
import { prepare, type SteppedWork } from "./work.ts";

export function search(
  program: Program,
  options: SearchOptions,
  tuning: Tuning = usualTuning,
  makeQuotient?: MakeQuotient,
): SearchResult {
  const work = prepare(program, options, tuning, makeQuotient);
  const stopped = begun(work);
  return concluded(work, stopped, explore(work, stopped));
}

/** States between two looks at interruption and progress. */
const pollEvery = 4096;

/** The loop. With `stopped`, the run ends in the initial state, before any step. */
function explore(work: SteppedWork, stopped: boolean): Explored {
  const { machine, visited, windows, watch, options, findings } = work;
  const { stride, successors, batch, stops } = machine;
  successors.set(initialWords(machine.layout));
  if (!visited.reserve(1)) return { transitions: 0, depth: 0, stopReason: memoryReason };
  visited.insert(successors, stride, 0);
  let transitions = 0;
  let depth = 0;
  let polled = 0;
  const ended = (stopReason?: string): Explored => ({
    transitions: transitions + (stops[0] ?? 0),
    depth,
    ...(stopReason !== undefined && { stopReason }),
  });
  if (findings.satisfied()) return ended(firstReason);
  if (stopped) return ended();
  for (let head = 0, levelEnd = 1; ; ) {
    if (head === levelEnd) {
      if (visited.size() === levelEnd) return ended();
      levelEnd = visited.size();
      depth += 1;
    }
    if (visited.size() > options.maxStates) return ended(limitReason(options.maxStates));
    const count = Math.min(batch, levelEnd - head);
    windows.note(head, visited.size());
    visited.copy(head, count, machine.source);
    watch.firstState = head;
    const end = machine.expand(0, count);
    if (findings.satisfied()) return ended(firstReason);
    if (!visited.reserve(end / stride)) return ended(memoryReason);
    visited.insert(successors, end, levelEnd);
    transitions += end / stride;
    head += count;
    if (head - polled < pollEvery) continue;
    polled = head;
    const bytes = machine.bytes + visited.bytes() + windows.bytes();
    options.onProgress?.({ states: visited.size(), transitions, depth, bytes });
    const reason = options.interrupted();
    if (reason !== undefined) return ended(reason);
  }
}
