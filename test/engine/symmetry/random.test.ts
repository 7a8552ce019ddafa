/**
 * The search over orbits agrees with the reference interpreter on random Programs: as many orbits as brute force finds,
 * the same rules at the same places and depths, and schedules that replay.
 *
 * `KECHECK_SYMMETRIC=5000` and `KECHECK_SEED=7` in the environment try more and others.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { usualTuning } from "../../../src/engine/explicit/visited.ts";
import { validate } from "../../../src/ir/validate.ts";
import { arbitraryProgram } from "../../differential/arbitrary-program.ts";
import { arbitrarySymmetric } from "./arbitrary-symmetric.ts";
import { compare } from "./compare.ts";

const runs = Number(process.env.KECHECK_SYMMETRIC ?? 200);
const statesMax = 500;
const seed = process.env.KECHECK_SEED ? { seed: Number(process.env.KECHECK_SEED) } : {};

const arbitraryTuning = fc.oneof(
  fc.constant(usualTuning),
  fc.record({
    batch: fc.constantFrom(1, 7),
    slotsFirst: fc.constantFrom(2, 4096),
    chunkBytes: fc.constantFrom(64, 4096),
  }),
);

function counter(): {
  count: (what: string, by?: number) => void;
  of: (what: string) => number;
  print: () => void;
} {
  const seen = new Map<string, number>();
  return {
    count: (what, by = 1) => {
      seen.set(what, (seen.get(what) ?? 0) + by);
    },
    of: (what) => seen.get(what) ?? 0,
    print: () => {
      const rows = [...seen].sort(([a], [b]) => (a < b ? -1 : 1));
      process.stdout.write(`${rows.map(([name, n]) => `${name} ${n}`).join(", ")}\n`);
    },
  };
}

it(`agrees with brute force on ${runs} Programs of like threads`, () => {
  const { count, of, print } = counter();
  fc.assert(
    fc.property(arbitrarySymmetric, arbitraryTuning, ({ program, features }, tuning) => {
      expect(validate(program).filter(({ severity }) => severity === "error")).toEqual([]);
      const { tooLarge, expected, actual, symmetry, exploration } = compare(
        program,
        statesMax,
        tuning,
      );
      expect(actual).toEqual(expected);
      count(tooLarge ? "too large" : "compared");
      if (tooLarge) return;
      const size = symmetry.families[0]?.threads.length ?? 1;
      count(`family of ${size}`);
      count("states", exploration.nodes.length);
      count("orbits", (actual as { states: number }).states);
      if (size === 1) return;
      for (const feature of features) count(feature);
      for (const rule of new Set([...exploration.findings.values()].map(({ rule }) => rule)))
        count(`rule ${rule}`);
    }),
    { numRuns: runs, ...seed },
  );
  print();
  expect(of("family of 2") + of("family of 3") + of("family of 4")).toBeGreaterThan(runs / 2);
}, 600_000);

it(`agrees with brute force on ${runs} Programs that are symmetric by chance, if at all`, () => {
  const { count, print } = counter();
  fc.assert(
    fc.property(arbitraryProgram, ({ program }) => {
      const { tooLarge, expected, actual, symmetry } = compare(program, statesMax);
      expect(actual).toEqual(expected);
      count(tooLarge ? "too large" : `${symmetry.families.length} families`);
    }),
    { numRuns: runs, ...seed },
  );
  print();
}, 600_000);
