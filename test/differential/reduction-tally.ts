/** Compares reduced searches with the reference, Program after Program, and counts. */
import { expect } from "vitest";
import type { Reduced } from "../../src/engine/reduction/reduced-search.ts";
import type { Reductions } from "../../src/engine/reduction/reduced-system.ts";
import type { Program } from "../../src/ir/program.ts";
import { confirm } from "../../src/trace/verdict.ts";
import { allReductions, compareReduced } from "./compare-reduced.ts";

export class ReductionTally {
  complete = 0;
  private tried = 0;
  private holding = 0;
  private states = 0;
  private reducedStates = 0;
  private readonly obstacles = new Map<string, number>();

  compare(program: Program, reductions: Reductions = allReductions): void {
    const { reduced, compared, states } = compareReduced(program, { reductions });
    this.tried += 1;
    if (!reduced.applies || !reduced.result.complete) {
      const because = reduced.applies ? (reduced.result.stopReason ?? "") : reduced.because;
      this.obstacles.set(because, (this.obstacles.get(because) ?? 0) + 1);
    }
    if (reduced.applies) this.confirm(program, reduced);
    if (!compared || !reduced.applies) return;
    expect(compared.actual).toEqual(compared.expected);
    this.complete += 1;
    this.states += states;
    this.reducedStates += reduced.result.statistics.states;
    const { findings } = compared.expected;
    if (findings.every((name) => name.startsWith("dead-code"))) this.holding += 1;
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
      `${this.tried} tried, ${this.complete} reduced completely (${this.holding} without errors):`,
      `${this.states} states as ${this.reducedStates}`,
      `not reduced: ${rows.map(([because, count]) => `${because} ${count}`).join(", ")}\n`,
    ].join(" ");
  }
}
