import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cell } from "../../src/ir/expression.ts";
import { asStored } from "../../src/ir/stored.ts";
import { stored } from "../../src/ir/type.ts";
import { evaluate } from "../../src/semantics/evaluate.ts";
import { initialState } from "../../src/semantics/state.ts";
import { buildProgram, range, variable, wrapping } from "../semantics/build-program.ts";

const bits = fc.constantFrom<8 | 16 | 32>(8, 16, 32);
const wide = range(-(2 ** 45), 2 ** 45);

describe("asStored", () => {
  it("computes what an assignment would leave", () => {
    const value = fc.oneof(
      fc.integer({ min: -300, max: 300 }),
      fc.integer({ min: -(2 ** 45), max: 2 ** 45 }),
    );
    fc.assert(
      fc.property(bits, fc.boolean(), value, (width, signed, initial) => {
        const type = wrapping(width, signed);
        const program = buildProgram({
          variables: [variable("v", wide, { initial: [initial] })],
          threads: [],
        });
        const computed = evaluate(program, initialState(program), 0, asStored(type, cell("v")));
        expect(computed).toBe(stored(type, initial));
      }),
    );
  });

  it("leaves values of other types as they are", () => {
    expect(asStored(wide, cell("v"))).toEqual(cell("v"));
  });
});
