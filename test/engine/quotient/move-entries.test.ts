import fc from "fast-check";
import { expect, it } from "vitest";
import { describe as describeTable } from "../../../src/engine/quotient/control.ts";
import { createFusedModule } from "../../../src/engine/quotient/fused-module.ts";
import { type Geometry, geometryOf, leastHash } from "../../../src/engine/quotient/geometry.ts";
import { moveEntries } from "../../../src/engine/quotient/move-entries.ts";
import { rootShape } from "../../../src/engine/quotient/root-code.ts";
import { crowdedStates, unmixed } from "./entry-parts.ts";
import { hypercubeExpander } from "./hypercube.ts";

const statesMax = 2 ** 14;

/** Enters states in a table, moves them to a larger one and looks for them there; nothing if they cannot be moved. */
function slotsAfterMoving(
  states: readonly (readonly number[])[],
  sizes: {
    readonly widths: readonly number[];
    readonly linesAtOnce: number;
    readonly lines: readonly [number, number];
  },
): ReadonlySet<number> | undefined {
  const { widths, linesAtOnce } = sizes;
  const expander = hypercubeExpander({ widths, initial: [], flips: [[]] });
  const tuning = { batch: statesMax, batches: 1, linesFirst: 4, linesAtOnce, chunkBytes: 64 };
  const fused = createFusedModule(expander, { tuning, bytesMax: 2 ** 27 });
  if (fused === undefined) throw new Error("the host has no room");
  const { memory, exports } = fused;
  const control = memory.words("control");
  const [former, next] = sizes.lines.map((most) => geometryOf(rootShape(widths), most)) as [
    Geometry,
    Geometry,
  ];
  const grownTo = ({ lines, form }: Geometry) => memory.grown(lines * form.lineWords);
  grownTo(former);
  describeTable(control, former);
  const end = states.length * widths.length;
  memory.words("source").set(states.flat());
  if (exports.enter(end) === 0) return undefined;
  const table = grownTo(next) ?? new Int32Array(0);
  describeTable(control, next);
  const parts = { former, next, table, moved: memory.words("moved"), move: exports.move };
  if (!moveEntries(parts)) return undefined;
  expect(exports.locate(end)).toBe(states.length);
  return new Set(memory.words("slots").subarray(0, states.length));
}

const sizes = fc.record({
  widths: fc.constantFrom([32, 5], [32, 5], [32, 5], [32, 32]),
  former: fc.integer({ min: 400, max: 800 }),
  growth: fc.integer({ min: 110, max: 300 }),
  fill: fc.integer({ min: 50, max: 97 }),
  linesAtOnce: fc.oneof(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 800 })),
  atEnd: fc.nat(150),
  seed: fc.nat(),
});

it("entries that move are found again, however few lines are taken at once", () => {
  const outcomes = { moved: 0, inParts: 0, refused: 0 };
  fc.assert(
    fc.property(sizes, ({ widths, former, growth, fill, linesAtOnce, atEnd, seed }) => {
      const { form } = geometryOf(rootShape(widths), former);
      const states = crowdedStates(seed, Math.floor((former * form.slots * fill) / 100), atEnd);
      const lines = [former, Math.ceil((former * growth) / 100)] as const;
      const found = slotsAfterMoving(states, { widths, linesAtOnce, lines });
      outcomes[found === undefined ? "refused" : linesAtOnce < former ? "inParts" : "moved"] += 1;
      if (found === undefined) return;
      expect(found.has(-1)).toBe(false);
      expect(found.size).toBe(states.length);
    }),
    { numRuns: 400 },
  );
  expect(outcomes.inParts).toBeGreaterThan(15);
  expect(outcomes.refused).toBeGreaterThan(15);
});

it("the first and last hash of a line stay apart, where it has as many hashes as its quotient tells apart", () => {
  const widths = [32];
  // Just above a power of two, so that every other line has 2^14 hashes.
  const lines = [8 * 32_769, 400_000] as const;
  const former = geometryOf(rootShape(widths), lines[0]);
  const starts = Array.from({ length: 1000 }, (_, line) => leastHash(former, line));
  const perLine = 2 ** former.quotientBits;
  const fullest = starts.filter((start, line) => (starts[line + 1] ?? 0) - start === perLine);
  expect(fullest.length).toBeGreaterThan(400);
  const hashes = fullest.flatMap((start) => [
    start - 1,
    start,
    start + perLine - 1,
    start + perLine,
  ]);
  const states = [...new Set(hashes)].map((hash) => [unmixed(hash | 0)]);
  const found = slotsAfterMoving(states, { widths, linesAtOnce: 2 ** 12, lines });
  expect(found?.has(-1)).toBe(false);
  expect(found?.size).toBe(states.length);
});
