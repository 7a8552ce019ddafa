import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeFunction, giveBack, variable } from "../../../src/engine/codegen/build.ts";
import { rootShape, rootWords } from "../../../src/engine/quotient/root-code.ts";
import { interpret } from "../codegen/interpret-module.ts";
import { masked } from "./hypercube.ts";

/** The used bits one after another, the first word's lowest. */
function together(widths: readonly number[], state: readonly number[]): bigint {
  let bit = 0n;
  let all = 0n;
  for (const [index, width] of widths.entries()) {
    all |= BigInt((state[index] ?? 0) >>> 0) << bit;
    bit += BigInt(width);
  }
  return all;
}

function rootOf(widths: readonly number[], state: readonly number[]): bigint {
  const parameters = widths.map((_, index) => `s${index}`);
  const words = rootWords(widths, (index) => variable(`s${index}`));
  const functions = words.map((word, index) =>
    codeFunction(`r${index}`, parameters, { body: [giveBack(word)] }),
  );
  const module = { regions: [], imports: [], functions, exports: [] };
  const call = interpret(module, { regions: new Map(), imports: {} });
  return words.reduceRight((all, _, index) => {
    return (all << 32n) | BigInt((call(`r${index}`, ...state) ?? 0) >>> 0);
  }, 0n);
}

describe("the root of a state", () => {
  it("sets the used bits of all words one after another, for every pair of widths", () => {
    for (let first = 0; first <= 32; first += 1) {
      for (let second = 0; second <= 32; second += 1) {
        const widths = [first, second, 32];
        const state = masked(widths, [0x5a5a5a5a, -1, 0x12345678]);
        expect([widths, rootOf(widths, state)]).toEqual([widths, together(widths, state)]);
      }
    }
  });

  it("does so for any words", () => {
    const widths = fc.array(fc.nat(32), { minLength: 1, maxLength: 6 });
    const words = fc.array(fc.integer(), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(widths, words, (used, some) => {
        const state = masked(used, some);
        expect(rootOf(used, state)).toBe(together(used, state));
        const bits = used.reduce((sum, width) => sum + width, 0);
        const shape = rootShape(used);
        expect((shape.words - 1) * 32 + shape.lastBits).toBe(Math.max(1, bits));
        expect(shape.lastBits).toBeLessThanOrEqual(32);
      }),
    );
  });
});
