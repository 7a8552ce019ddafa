/**
 * A reduced search says what the reference interpreter says, on random driver models and random Programs: the same rules
 * at the same places, limits and ends; whenever it claims to be complete. Prints how many were reduced, by how much, and
 * what stood in the way of the others.
 *
 * `KECHECK_REDUCED=20000` and `KECHECK_SEED=7` in the environment try more and others.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { withFaults } from "../../src/ir/faults.ts";
import { drawnModel, modelOf } from "./arbitrary-model.ts";
import { arbitraryProgram } from "./arbitrary-program.ts";
import { ReductionTally } from "./reduction-tally.ts";

const runs = Number(process.env.KECHECK_REDUCED ?? 1000);
const seed = Number(process.env.KECHECK_SEED ?? 20261124);

it(`agrees on ${runs} random driver models`, () => {
  const tally = new ReductionTally();
  fc.assert(
    fc.property(drawnModel, (drawn) => {
      const { result } = modelOf(drawn).record({ parameters: {} });
      if (result.ok) tally.compare(drawn.faults ? result.program : withFaults(result.program, []));
    }),
    { numRuns: runs, seed },
  );
  process.stdout.write(tally.text());
  expect(tally.complete).toBeGreaterThan(runs / 20);
});

it(`agrees on ${runs} random Programs`, () => {
  const tally = new ReductionTally();
  fc.assert(
    fc.property(arbitraryProgram, ({ program }) => {
      tally.compare(program);
    }),
    { numRuns: runs, seed },
  );
  process.stdout.write(tally.text());
  expect(tally.complete).toBeGreaterThan(runs / 50);
});
