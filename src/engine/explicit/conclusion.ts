/** What every exhaustive search begins and ends with, whatever kept its states. */
import type { SearchResult, Witness } from "../result.ts";
import { plainViolation } from "./findings.ts";
import { judgeGraph } from "./judge-graph.ts";
import type { Runs } from "./quotient.ts";
import { createTraceBack, type TraceBack } from "./trace-back.ts";
import type { Work } from "./work.ts";

/** What the loop has to tell. */
export interface Explored {
  readonly transitions: number;
  readonly depth: number;
  readonly stopReason?: string;
}

export const memoryReason = "the limit of memory was reached";
export const firstReason = "the search was asked to stop at the first finding";
export const limitReason = (states: number): string => `the limit of ${states} states was reached`;

/** Records what the initial state violates; whether the run stops there. */
export function begun({ program, findings }: Work): boolean {
  for (const violation of program.initialViolations)
    findings.add({ violation: plainViolation(violation), threads: [violation.thread] });
  return program.initialViolations.some(({ fatal }) => fatal);
}

/** Judges the graph if all of it was explored, and makes the result. */
export function concluded(work: Work, stopped: boolean, outcome: Explored): SearchResult {
  const { options, watch, states, quotient, machine, windows } = work;
  watch.mute();
  const explored = outcome.stopReason === undefined;
  const judged = explored && !stopped ? judgeGraph(work) : {};
  const stopReason = outcome.stopReason ?? judged.stopReason;
  const size = states.size();
  const bytesPeak = machine.bytes + states.bytesPeak() + windows.bytes();
  const alone = { ended: 0n, blocked: 0n, stopped: 1n };
  const interleavings = options.count && stopped ? alone : judged.interleavings;
  return {
    complete: stopReason === undefined,
    ...(stopReason !== undefined && { stopReason }),
    limits: [...watch.limits].sort(),
    statistics: {
      states: size,
      transitions: outcome.transitions,
      depth: outcome.depth,
      bytesPeak,
      bytesPerState: bytesPeak / Math.max(1, size),
      ...(interleavings !== undefined && { interleavings }),
      ...(quotient &&
        stopReason === undefined && { statesStoodFor: quotient.statesStoodFor(states) }),
    },
    ...scheduled(work),
    ends: watch.ends,
  };
}

/** Findings and witnesses with their schedules, made from the log. */
function scheduled(work: Work): Pick<SearchResult, "findings" | "witnesses"> {
  const { program, findings, watch, machine, states, rare, windows, quotient } = work;
  const back = createTraceBack(machine, states, { rare, windows });
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
