/**
 * A reduced search says what the reference interpreter says, on random driver models and random Programs, whichever
 * reductions are on: the same rules at the same places, limits, ends, and the same values where nothing is enabled any
 * more; whenever it claims to be complete. Prints how many were reduced, by how much, and what stood in the way.
 *
 * `KECHECK_REDUCED=20000` and `KECHECK_SEED=7` in the environment try more and others.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Reductions } from "../../src/engine/reduction/reduced-system.ts";
import { withFaults } from "../../src/ir/faults.ts";
import { drawnModel, modelOf } from "./arbitrary-model.ts";
import { arbitraryProgram } from "./arbitrary-program.ts";
import { ReductionTally } from "./reduction-tally.ts";

const models = Number(process.env.KECHECK_REDUCED ?? 300);
const programs = Number(process.env.KECHECK_REDUCED ?? 600);
const seed = Number(process.env.KECHECK_SEED ?? 20261124);

const combinations = [true, false].flatMap((blocks) =>
  [true, false].map((persistentSets): Reductions => ({ blocks, persistentSets })),
);

/** One combination of reductions; all of them, one time in ten. */
const switches = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...combinations).map((one) => [one]) },
  { weight: 1, arbitrary: fc.constant(combinations) },
);

it(`agrees on ${models} random driver models`, () => {
  const tally = new ReductionTally();
  fc.assert(
    fc.property(drawnModel, switches, (drawn, reductions) => {
      const { result } = modelOf(drawn).record({ parameters: {} });
      if (!result.ok) return;
      const program = drawn.faults ? result.program : withFaults(result.program, []);
      for (const one of reductions) tally.compare(program, one);
    }),
    { numRuns: models, seed },
  );
  process.stdout.write(tally.text());
  expect(tally.complete).toBeGreaterThan(models / 2);
});

it(`agrees on ${programs} random Programs`, () => {
  const tally = new ReductionTally();
  fc.assert(
    fc.property(arbitraryProgram, switches, ({ program }, reductions) => {
      for (const one of reductions) tally.compare(program, one);
    }),
    { numRuns: programs, seed },
  );
  process.stdout.write(tally.text());
  expect(tally.complete).toBeGreaterThan(programs / 4);
});
