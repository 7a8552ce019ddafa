import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InternalError } from "../../src/support/assert.ts";
import { createRandom } from "../../src/support/random.ts";

function draw(seed: number, bound: number, count: number): number[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => random.next(bound));
}

describe("createRandom", () => {
  it("gives one stream for one seed, on every machine", () => {
    expect(draw(1, 1000, 8)).toMatchInlineSnapshot(`
      [
        11,
        336,
        964,
        39,
        544,
        177,
        394,
        872,
      ]
    `);
  });

  it("gives another stream for another seed", () => {
    expect(draw(1, 2 ** 32, 4)).not.toEqual(draw(2, 2 ** 32, 4));
  });

  it("stays within every bound", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, bound) => {
        for (const drawn of draw(seed, bound, 20)) {
          expect(Number.isInteger(drawn) && drawn >= 0 && drawn < bound).toBe(true);
        }
      }),
    );
  });

  it("draws each number about equally often", () => {
    const counts = new Array<number>(10).fill(0);
    for (const drawn of draw(7, 10, 100_000)) counts[drawn] = (counts[drawn] ?? 0) + 1;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it("refuses a seed or a bound that is not one", () => {
    expect(() => createRandom(0.5)).toThrow(InternalError);
    for (const bound of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) {
      expect(() => createRandom(1).next(bound)).toThrow(InternalError);
    }
  });
});
