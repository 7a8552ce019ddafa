/** A reduced search against the reference interpreter, on one Program. */
import { expect } from "vitest";
import { type Reduced, searchReduced } from "../../src/engine/reduction/reduced-search.ts";
import type { Reductions } from "../../src/engine/reduction/reduced-system.ts";
import { noneDropped, type SideConditions } from "../../src/engine/reduction/side-conditions.ts";
import type { SearchOptions } from "../../src/engine/result.ts";
import type { Program } from "../../src/ir/program.ts";
import { type Exploration, explore } from "../../src/semantics/explore.ts";
import { confirm } from "../../src/trace/verdict.ts";

/** Warnings that a reduced search may miss. */
const UNJUDGED = ["lock-order"];

export const allReductions: Reductions = { blocks: true, persistentSets: true };

const options: SearchOptions = {
  maxStates: 5000,
  maxBytes: 2 ** 28,
  first: false,
  count: false,
  interrupted: () => undefined,
};

/** What both searches must agree on. */
function answer(
  findings: Iterable<{ readonly rule: string; readonly place: string }>,
  { limits, ends }: { readonly limits: readonly string[]; readonly ends: boolean },
) {
  const names = [...findings]
    .filter(({ rule }) => !UNJUDGED.includes(rule))
    .map(({ rule, place }) => `${rule} @ ${place}`);
  return { findings: names.sort(), limits, ends };
}

export interface ReducedComparison {
  readonly reduced: Reduced;
  readonly expected: ReturnType<typeof answer>;
  /** Missing if the reduced search is not complete. */
  readonly actual?: ReturnType<typeof answer>;
  readonly states: number;
}

/** Nothing for Programs that are too large for the reference. */
export function compareReduced(
  program: Program,
  reductions: Reductions = allReductions,
  dropped: SideConditions = noneDropped,
  statesMax = 600,
): ReducedComparison | undefined {
  const exploration: Exploration = explore(program, statesMax);
  if (!exploration.complete) return undefined;
  const reduced = searchReduced(program, options, reductions, dropped);
  const expected = answer(exploration.findings.values(), exploration);
  const base = { reduced, expected, states: exploration.nodes.length };
  if (!reduced.applies || !reduced.result.complete) return base;
  return { ...base, actual: answer(reduced.result.findings, reduced.result) };
}

/** Compares Program after Program, and counts. */
export class ReductionTally {
  complete = 0;
  private compared = 0;
  private holding = 0;
  private states = 0;
  private reducedStates = 0;
  private readonly obstacles = new Map<string, number>();

  compare(program: Program, reductions: Reductions = allReductions): void {
    const comparison = compareReduced(program, reductions);
    if (!comparison) return;
    this.compared += 1;
    const { reduced, expected, actual, states } = comparison;
    if (!reduced.applies || !reduced.result.complete) {
      const because = reduced.applies ? (reduced.result.stopReason ?? "") : reduced.because;
      this.obstacles.set(because, (this.obstacles.get(because) ?? 0) + 1);
    }
    if (reduced.applies) this.confirm(program, reduced);
    if (!actual || !reduced.applies) return;
    expect(actual).toEqual(expected);
    this.complete += 1;
    this.states += states;
    this.reducedStates += reduced.result.statistics.states;
    if (expected.findings.every((name) => name.startsWith("dead-code"))) this.holding += 1;
  }

  /** What was found is found in real runs, also where the search is not complete. */
  private confirm(program: Program, reduced: Reduced & { readonly applies: true }): void {
    for (const finding of reduced.result.findings) {
      const confirmation = confirm(program, finding, finding.schedule);
      expect(confirmation.ok ? "" : confirmation.message).toBe("");
    }
  }

  text(): string {
    const rows = [...this.obstacles].sort(([, a], [, b]) => b - a);
    return [
      `${this.compared} compared, ${this.complete} reduced completely (${this.holding} without errors):`,
      `${this.states} states as ${this.reducedStates}`,
      `not reduced: ${rows.map(([because, count]) => `${because} ${count}`).join(", ")}\n`,
    ].join(" ");
  }
}
