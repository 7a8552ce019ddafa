import { describe, expect, it } from "vitest";
import {
  and,
  cell,
  conditional,
  constant,
  lessThan,
  or,
  own,
  self,
} from "../../src/ir/expression.ts";
import { evaluate } from "../../src/semantics/evaluate.ts";
import { initialState } from "../../src/semantics/state.ts";
import { InternalError } from "../../src/support/assert.ts";
import { range, sketchProgram, skip, thread, variable } from "./build-program.ts";

const program = sketchProgram({
  variables: [
    variable("i", range(0, 9), { initial: [5] }),
    variable("array", range(0, 9), { initial: [1, 1] }),
  ],
  threads: [thread("t", [skip("s")]), thread("u", [skip("s")], { constants: { k: 4 } })],
});
const value = (expression: Parameters<typeof evaluate>[3], thread = 2) =>
  evaluate(program, initialState(program), thread, expression);

describe("evaluate", () => {
  const inside = lessThan(cell("i"), constant(2));
  const outside = lessThan(constant(2), cell("i"));
  const element = cell("array", cell("i"));

  it("does not look at what the left side or the condition makes irrelevant", () => {
    expect(value(and(inside, element))).toBe(0);
    expect(value(or(outside, element))).toBe(1);
    expect(value(conditional(inside, element, constant(7)))).toBe(7);
    expect(() => value(element)).toThrow(InternalError);
  });

  it("sees the thread and its constants", () => {
    expect(value(self)).toBe(2);
    expect(value(own("k"))).toBe(4);
    expect(() => value(own("k"), 1)).toThrow(InternalError);
    expect(() => value(own("constructor"))).toThrow(InternalError);
  });
});
