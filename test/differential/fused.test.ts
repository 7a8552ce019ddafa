/**
 * The search in WebAssembly gives exactly what the one in JavaScript gives, on random Programs: states, transitions, depth,
 * findings with their schedules, witnesses, limits. That one is compared with the reference next door.
 *
 * `KECHECK_PROGRAMS=20000` in the environment tries more.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { searchFused } from "../../src/engine/explicit/fused-search.ts";
import { search } from "../../src/engine/explicit/search.ts";
import { usualFusedTuning } from "../../src/engine/quotient/fused-search.ts";
import type { SearchResult } from "../../src/engine/result.ts";
import { arbitraryProgram } from "./arbitrary-program.ts";

const programs = Number(process.env.KECHECK_PROGRAMS ?? 500);
const options = {
  maxStates: 700,
  maxBytes: 2 ** 28,
  first: false,
  count: false,
  interrupted: () => undefined,
};

/** The usual sizes, and tiny ones: batches of one, a table of few lines, chunks of few states. */
const arbitraryTuning = fc.oneof(
  fc.constant(usualFusedTuning),
  fc.record({
    batch: fc.constantFrom(1, 2, 7),
    batches: fc.constantFrom(1, 3),
    linesFirst: fc.constantFrom(4, 16),
    linesAtOnce: fc.constantFrom(1, 3),
    chunkBytes: fc.constantFrom(64, 4096),
  }),
);

/** Where the search is cut, batches decide how much more it sees. */
function comparable({ statistics, ...rest }: SearchResult) {
  const { bytesPeak: _, bytesPerState: __, ...counts } = statistics;
  return { ...rest, statistics: counts };
}

it(`gives the same on ${programs} random Programs`, () => {
  let complete = 0;
  fc.assert(
    fc.property(arbitraryProgram, arbitraryTuning, ({ program }, tuning) => {
      const expected = search(program, options);
      const actual = searchFused(program, options, tuning);
      expect(actual.complete).toBe(expected.complete);
      if (!expected.complete) return;
      complete += 1;
      expect(comparable(actual)).toEqual(comparable(expected));
    }),
    { numRuns: programs, seed: Number(process.env.KECHECK_SEED ?? 20261125) },
  );
  expect(complete).toBeGreaterThan(programs / 2);
});

it("ends in a reason where memory is short, whatever the limit", () => {
  const [{ program } = { program: undefined }] = fc
    .sample(arbitraryProgram, { numRuns: 200, seed: 4 })
    .filter((drawn) => search(drawn.program, options).statistics.states > 400);
  if (!program) throw new Error("some Program is large");
  for (const maxBytes of [0, 1000, 100_000]) {
    const result = searchFused(program, { ...options, maxBytes });
    expect(result).toMatchObject({
      complete: false,
      stopReason: "the limit of memory was reached",
    });
  }
});
