/** What only the finished graph can tell: partial deadlocks, lock orders, dead code, what was never reached, counts. */
import type { Interleavings } from "../result.ts";
import { neverFired } from "./dead-code.ts";
import { plainViolation } from "./findings.ts";
import { countInterleavings } from "./interleavings.ts";
import { partialDeadlocks } from "./partial-deadlock.ts";
import { createStateGraph, type StateGraph } from "./state-graph.ts";
import { isActive } from "./state-words.ts";
import type { Judged } from "./terminal.ts";
import type { Work } from "./work.ts";

interface GraphJudgement {
  /** Why some part could not be finished. */
  readonly stopReason?: string;
  readonly interleavings?: Interleavings | "infinite";
}

export function judgeGraph(work: Work): GraphJudgement {
  const { program, options, machine, rare, states, watch, findings, quotient } = work;
  const graph = createStateGraph(machine, states, watch.stopsOf);
  const limits = {
    bytes: options.maxBytes - machine.bytes - states.bytes(),
    interrupted: options.interrupted,
  };
  const partial = quotient
    ? quotient.partialDeadlocks(graph, limits)
    : partialDeadlocks(graph, machine, rare, limits);
  if (!partial.ok) return { stopReason: partial.reason };
  for (const { violation, threads, state } of partial.found)
    findings.add({ violation, threads, state });
  const report = (judged: readonly Judged[]): void => {
    for (const { violation, threads } of judged) findings.add({ violation, threads });
  };
  const violations = findings.all().map(({ violation }) => violation);
  report(watch.lockOrder.violations(violations, quotient?.lockOrders ?? ((edges) => edges)));
  // Behind a limit there may be more: what was not seen cannot be called impossible.
  if (watch.limits.size === 0) {
    report(neverFired(program, machine));
    const missing = program.properties.filter(
      ({ kind }, index) => kind === "reachable" && !watch.witnesses.has(index),
    );
    report(missing.map(({ violation }) => ({ violation: plainViolation(violation), threads: [] })));
  }
  return options.count ? counted(work, graph, limits) : {};
}

function counted(
  { machine }: Work,
  graph: StateGraph,
  limits: Parameters<typeof countInterleavings>[2],
): GraphJudgement {
  const { layout, source } = machine;
  const isEnded = (offset: number): boolean =>
    !layout.threads.some((thread) => isActive(source, offset * layout.words, thread));
  const result = countInterleavings(graph, isEnded, limits);
  return result.ok ? { interleavings: result.interleavings } : { stopReason: result.reason };
}
