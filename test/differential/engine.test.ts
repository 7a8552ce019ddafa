/**
 * The explicit engine agrees with the reference interpreter on random Programs, in everything that both compute.
 *
 * `KECHECK_PROGRAMS=20000` in the environment tries more. A failure prints a seed and the shrunk Program.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { usualTuning } from "../../src/engine/explicit/visited.ts";
import { validate } from "../../src/ir/validate.ts";
import { arbitraryProgram } from "./arbitrary-program.ts";
import { compareWithReference } from "./compare.ts";

const programs = Number(process.env.KECHECK_PROGRAMS ?? 2500);
const statesMax = 700;

/** The usual sizes, and tiny ones: batches of one, a table of two slots, chunks of two states. */
const arbitraryTuning = fc.oneof(
  fc.constant(usualTuning),
  fc.record({
    batch: fc.constantFrom(1, 2, 7),
    slotsFirst: fc.constantFrom(2, 8, 4096),
    chunkBytes: fc.constantFrom(64, 4096),
  }),
);

it(`agrees with the reference on ${programs} random Programs`, () => {
  const seen = new Map<string, number>();
  const count = (feature: string, by = 1) => seen.set(feature, (seen.get(feature) ?? 0) + by);
  fc.assert(
    fc.property(arbitraryProgram, arbitraryTuning, ({ program, features }, tuning) => {
      const errors = validate(program).filter(({ severity }) => severity === "error");
      expect(errors).toEqual([]);
      const { differences, tooLarge, exploration, result, states } = compareWithReference(
        program,
        statesMax,
        tuning,
      );
      expect(differences).toEqual([]);
      count("programs");
      if (tooLarge) {
        count("too large");
        return;
      }
      count("states", states);
      for (const feature of features) count(feature);
      for (const rule of new Set([...exploration.findings.values()].map(({ rule }) => rule)))
        count(`rule ${rule}`);
      if (exploration.findings.size === 0) count("no finding");
      if (exploration.limits.length > 0) count("limit reached");
      if (exploration.ends) count("some execution ends");
      if (result.statistics.interleavings === "infinite") count("infinite");
    }),
    {
      numRuns: programs,
      ...(process.env.KECHECK_SEED && { seed: Number(process.env.KECHECK_SEED) }),
    },
  );
  const rows = [...seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, n]) => `${name} ${n}`);
  process.stdout.write(`${rows.join(", ")}\n`);
  expect(seen.get("too large") ?? 0).toBeLessThan(programs / 2);
});
