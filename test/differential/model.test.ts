/**
 * The explicit engine agrees with the reference interpreter on random driver models: 2–4 threads that call every routine
 * of the registry. Prints how often each routine was called, and how often one of its outcomes fired.
 *
 * `KECHECK_MODELS=20000` and `KECHECK_SEED=7` in the environment try more and others. A failure prints the shrunk drawing.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { withFaults } from "../../src/ir/faults.ts";
import { validate } from "../../src/ir/validate.ts";
import { ROUTINES } from "../../src/kernel/index.ts";
import type { Exploration } from "../../src/semantics/explore.ts";
import { locationOf } from "../../src/semantics/state.ts";
import { drawnModel, modelOf } from "./arbitrary-model.ts";
import { compareWithReference } from "./compare.ts";

const models = Number(process.env.KECHECK_MODELS ?? 2000);
const statesMax = 300;

class Coverage {
  private readonly counts = new Map<string, number>();

  add(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  of(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  lines(prefix: string): string {
    const rows = [...this.counts]
      .filter(([what]) => what.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return rows.map(([what, count]) => `${what.slice(prefix.length)} ${count}`).join(", ");
  }
}

/** Routines of which some outcome fired. */
function firedRoutines(
  program: Parameters<typeof locationOf>[0],
  { nodes }: Exploration,
): ReadonlySet<string> {
  const fired = new Set<string>();
  for (const { state, edges } of nodes) {
    for (const { choice } of edges) {
      const routine = locationOf(program, state, choice.thread)?.routine;
      if (routine !== undefined) fired.add(routine);
    }
  }
  return fired;
}

it(`agrees with the reference on ${models} random driver models`, () => {
  const coverage = new Coverage();
  fc.assert(
    fc.property(drawnModel, (drawn) => {
      const { result } = modelOf(drawn).record({ parameters: {} });
      expect(result.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      if (!result.ok) return;
      const program = drawn.faults ? result.program : withFaults(result.program, []);
      expect(validate(program).filter(({ severity }) => severity === "error")).toEqual([]);
      const { differences, tooLarge, exploration, states } = compareWithReference(
        program,
        statesMax,
      );
      expect(differences).toEqual([]);
      coverage.add("models: all");
      if (tooLarge) {
        coverage.add("models: too large");
        return;
      }
      coverage.add("models: states", states);
      const rules = new Set([...exploration.findings.values()].map(({ rule }) => rule));
      if (rules.size === 0) coverage.add("models: without finding");
      for (const rule of rules) coverage.add(`rule ${rule}`);
      for (const routine of firedRoutines(program, exploration)) coverage.add(`routine ${routine}`);
    }),
    { numRuns: models, seed: Number(process.env.KECHECK_SEED ?? 20261123) },
  );
  process.stdout.write(
    `${coverage.lines("models: ")}\nfired: ${coverage.lines("routine ")}\nviolated: ${coverage.lines("rule ")}\n`,
  );
  expect(coverage.of("models: too large")).toBeLessThan(models / 2);
  // Routines without a step of their own are part of others' steps, and so cannot be seen firing.
  const steps = Object.values(ROUTINES).filter((routine) => !("own" in routine));
  const unseen = steps
    .map(({ name }) => name)
    .filter((name) => coverage.of(`routine ${name}`) === 0);
  expect(unseen).toEqual([]);
}, 600_000);
