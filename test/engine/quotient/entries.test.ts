import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Geometry,
  geometryOf,
  leastHash,
  lineOf,
  linesMin,
} from "../../../src/engine/quotient/geometry.ts";
import { rootShape } from "../../../src/engine/quotient/root-code.ts";
import { type EntryParts, firstWordFor, hasher, unmixed } from "./entry-parts.ts";

const lines = fc.oneof(
  fc.integer({ min: linesMin, max: 100 }),
  fc.integer({ min: linesMin, max: 2 ** 17 }),
  fc.integer({ min: linesMin, max: 2 ** 26 }),
);

/** Hashes of a line and of its neighbours: the first and last of each, and others between. */
function neighbours(geometry: Geometry, at: number): readonly number[] {
  const middle = at % geometry.lines;
  const perLine = Math.floor(2 ** 32 / geometry.lines);
  const steps = Array.from({ length: 128 }, (_, index) => index);
  const powers = Array.from({ length: 32 }, (_, bit) => 2 ** bit);
  const offsets = [...steps, ...steps.map((step) => perLine - step), ...powers].filter(
    (offset) => offset <= perLine,
  );
  const starts = [middle - 1, middle, middle + 1].map((line) =>
    leastHash(geometry, Math.max(0, line)),
  );
  return [...new Set(starts.flatMap((start) => offsets.map((offset) => (start + offset) | 0)))];
}

const told = ({ line, rest }: EntryParts, tail: readonly number[] = []): string =>
  `${line} ${rest} ${tail}`;

describe("line and entry together", () => {
  it("tell every state of one word from every other", () => {
    fc.assert(
      fc.property(lines, fc.nat(2 ** 26), (most, at) => {
        const geometry = geometryOf(rootShape([32]), most);
        const hashes = neighbours(geometry, at % geometry.lines);
        const hash = hasher([32], geometry);
        const parts = hashes.map((value) => hash([unmixed(value)]));
        expect(new Set(parts.map((part) => told(part))).size).toBe(hashes.length);
      }),
      { numRuns: 60 },
    );
  });

  it("tell states of two words apart that have one hash, by short and by long entries", () => {
    const forms = new Set<boolean>();
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 32 }), fc.integer(), (most, width, value) => {
        const widths = [32, width];
        const geometry = geometryOf(rootShape(widths), most);
        const { short } = geometry.form;
        forms.add(short);
        const hash = hasher(widths, geometry);
        const seconds = new Set(
          Array.from({ length: width }, (_, bit) => [
            1 << bit,
            (1 << bit) - 1,
            (-1 >>> (32 - width)) | 0,
          ]).flat(),
        );
        const parts = [...seconds].map((second) => {
          const part = hash([firstWordFor(value, [second]), second]);
          return { part, tail: short ? [] : [second] };
        });
        expect(new Set(parts.map(({ part }) => part.line)).size).toBe(1);
        expect(new Set(parts.map(({ part, tail }) => told(part, tail))).size).toBe(seconds.size);
      }),
      { numRuns: 200 },
    );
    expect(forms.size).toBe(2);
  });

  it("lie in the table, and leave the displacement its bits", () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 64 }), fc.integer(), (most, bits, value) => {
        const widths = bits > 32 ? [32, bits - 32] : [bits];
        const geometry = geometryOf(rootShape(widths), most);
        const { line, slot, displaced } = hasher(
          widths,
          geometry,
        )(widths.map((width) => value >>> (32 - width)));
        expect(geometry.lines).toBeLessThanOrEqual(most);
        expect(geometry.lines).toBeGreaterThan(most * (1 - 2 ** -15));
        expect(line).toBeLessThan(geometry.lines);
        expect(slot).toBeLessThan(geometry.form.slots);
        expect(displaced).toBe(1);
        const { displacementBits, displacementMax } = geometry;
        expect(displacementMax).toBeGreaterThan(0);
        expect(displacementMax).toBeLessThan(geometry.lines);
        expect(displacementMax + 1).toBeLessThan(2 ** displacementBits);
        expect(displacementBits + geometry.quotientBits).toBeLessThanOrEqual(32);
      }),
    );
  });
});

describe("homes", () => {
  it("lie in lines that follow each other as their hashes do, equally many in each", () => {
    fc.assert(
      fc.property(lines, fc.nat(2 ** 26), (most, at) => {
        const geometry = geometryOf(rootShape([32]), most);
        const hash = hasher([32], geometry);
        const line = at % geometry.lines;
        const least = leastHash(geometry, line);
        expect(hash([unmixed(least | 0)]).line).toBe(line);
        expect(lineOf(geometry, least)).toBe(line);
        if (line > 0) expect(hash([unmixed((least - 1) | 0)]).line).toBe(line - 1);
        const perLine = 2 ** 32 / geometry.lines;
        expect(Math.abs(least - line * perLine)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  it("are spread evenly, also of states that differ in few bits", () => {
    const widths = [32, 18];
    const geometry = geometryOf(rootShape(widths), 1000);
    const hash = hasher(widths, geometry);
    const counts = new Int32Array(geometry.lines);
    const bits = Array.from({ length: 64 }, (_, index) => index);
    for (const first of bits)
      for (const second of bits) {
        const { line } = hash([first << 8, second]);
        counts[line] = (counts[line] ?? 0) + 1;
      }
    // 4.1 states a line on average: a random spread has hardly ever more than 20 in one.
    expect(Math.max(...counts)).toBeLessThan(20);
  });
});
