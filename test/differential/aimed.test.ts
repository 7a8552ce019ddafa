/**
 * Programs aimed at one side condition of the reductions each: with all conditions held a reduced search says what the
 * reference says; with the one condition dropped some answers change, or nothing here would notice if it were forgotten.
 * Prints how many: the *yield*.
 *
 * `KECHECK_AIMED=2000` and `KECHECK_SEED=7` in the environment try more and others; a yield of 20 in 2000 is asked for.
 */
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { AIMED } from "./aimed/all.ts";
import { compareReduced, judgement } from "./compare-reduced.ts";
import { SIDE_CONDITIONS } from "./side-conditions.ts";

const programs = Number(process.env.KECHECK_AIMED ?? 80);
const seed = Number(process.env.KECHECK_SEED ?? 20261125);
const yieldLeast = Math.max(1, Math.floor(programs / 100));

const rows: string[] = [];

it.each(SIDE_CONDITIONS)(`notices if "%s" is dropped, in ${programs} Programs`, (condition) => {
  const counts = { decided: 0, holding: 0, yield: 0 };
  const dropped = new Set([condition]);
  fc.assert(
    fc.property(AIMED[condition], (program) => {
      const { compared } = compareReduced(program);
      expect(compared?.actual).toEqual(compared?.expected);
      if (compared) counts.decided += 1;
      const { findings = ["undecided"] } = compared?.expected ?? {};
      if (findings.every((name) => name.startsWith("dead-code"))) counts.holding += 1;
      if (judgement(program, { dropped }) === "wrong") counts.yield += 1;
    }),
    { numRuns: programs, seed },
  );
  const { decided, holding } = counts;
  rows.push(`${condition}: ${counts.yield} of ${programs} (${decided} decided, ${holding} hold)`);
  expect(counts.yield).toBeGreaterThanOrEqual(yieldLeast);
});

afterAll(() => {
  process.stdout.write(`yield of dropped conditions\n${rows.join("\n")}\n`);
});
