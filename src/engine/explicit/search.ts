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
import type { SearchOptions, SearchResult, Witness } from "../result.ts";
import { plainViolation } from "./findings.ts";
import { judgeGraph } from "./judge-graph.ts";
import type { MakeQuotient, Runs } from "./quotient.ts";
import { initialWords } from "./state-words.ts";
import { createTraceBack, type TraceBack } from "./trace-back.ts";
import { type Tuning, usualTuning } from "./visited.ts";
import { prepare, type Work } from "./work.ts";

export function search(
  program: Program,
  options: SearchOptions,
  tuning: Tuning = usualTuning,
  makeQuotient?: MakeQuotient,
): SearchResult {
  const work = prepare(program, options, tuning, makeQuotient);
  const { findings, watch, visited, quotient } = work;
  for (const violation of program.initialViolations) {
    findings.add({ violation: plainViolation(violation), threads: [violation.thread] });
  }
  const stopped = program.initialViolations.some(({ fatal }) => fatal);
  const outcome = explore(work, stopped);
  watch.mute();
  const explored = outcome.stopReason === undefined;
  const judged = explored && !stopped ? judgeGraph(work) : {};
  const stopReason = outcome.stopReason ?? judged.stopReason;
  const states = visited.size();
  const bytesPeak = work.machine.bytes + visited.bytesPeak() + work.windows.bytes();
  const alone = { ended: 0n, blocked: 0n, stopped: 1n };
  const interleavings = options.count && stopped ? alone : judged.interleavings;
  return {
    complete: stopReason === undefined,
    ...(stopReason !== undefined && { stopReason }),
    limits: [...watch.limits].sort(),
    statistics: {
      states,
      transitions: outcome.transitions,
      depth: outcome.depth,
      bytesPeak,
      bytesPerState: bytesPeak / Math.max(1, states),
      ...(interleavings !== undefined && { interleavings }),
      ...(quotient &&
        stopReason === undefined && { statesStoodFor: quotient.statesStoodFor(visited) }),
    },
    ...scheduled(work),
    ends: watch.ends,
  };
}

interface Explored {
  readonly transitions: number;
  readonly depth: number;
  readonly stopReason?: string;
}

/** States between two looks at interruption and progress. */
const pollEvery = 4096;

/** The loop. With `stopped`, the run ends in the initial state, before any step. */
function explore(work: Work, stopped: boolean): Explored {
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
    if (visited.size() > options.maxStates)
      return ended(`the limit of ${options.maxStates} states was reached`);
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

const memoryReason = "the limit of memory was reached";
const firstReason = "the search was asked to stop at the first finding";

/** Findings and witnesses with their schedules, made from the log. */
function scheduled(work: Work): Pick<SearchResult, "findings" | "witnesses"> {
  const { program, findings, watch, machine, visited, rare, windows, quotient } = work;
  const back = createTraceBack(machine, visited, { rare, windows });
  const runs = quotient?.runs(back) ?? plainRuns(back);
  const witnesses = [...watch.witnesses].map(([index, state]): Witness => {
    return { property: program.properties[index]?.name ?? "", schedule: runs.to(state) };
  });
  return { findings: findings.all().map(runs.finding), witnesses };
}

function plainRuns(back: TraceBack): Runs {
  return {
    to: back.to,
    finding: ({ violation, threads, state, step }) => {
      const before = state === undefined ? [] : back.to(state);
      const last =
        state === undefined || step === undefined
          ? []
          : [back.choice(state, threads[0] ?? 0, step)];
      const schedule = [...before, ...last];
      return { ...violation, threads, schedule, depth: schedule.length };
    },
  };
}
