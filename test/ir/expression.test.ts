import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as ir from "../../src/ir/expression.ts";
import { evaluate } from "../../src/semantics/evaluate.ts";
import { initialState } from "../../src/semantics/state.ts";
import {
  buildProgram,
  localVariable,
  range,
  reference,
  sketchProgram,
  skip,
  thread,
  variable,
  wrapping,
} from "../semantics/build-program.ts";
import { arbitraryExpression } from "./arbitrary-expression.ts";

const { cell, constant, local, own, self } = ir;

/** The value where x = `x`, y[1] = -3, $l = `l`, @k = 7, and `pointer` refers to block 1 or to none. */
function valueAt(expression: ir.Expression, x = 5, l = 2, pointer = 1): number {
  const program = sketchProgram({
    variables: [
      variable("x", range(-9, 9), { initial: [x] }),
      variable("y", range(-9, 9), { first: 1, initial: [-3] }),
      variable("pointer", reference("block", 2), { initial: [pointer] }),
    ],
    threads: [
      thread("t", [skip("s")], {
        constants: { k: 7 },
        locals: [localVariable("l", range(-9, 9), l)],
      }),
    ],
  });
  return evaluate(program, initialState(program), 1, expression);
}

const small = fc.integer({ min: -9, max: 9 });

describe("folding", () => {
  it("keeps the value of every expression", () => {
    fc.assert(
      fc.property(
        arbitraryExpression,
        small,
        small,
        fc.constantFrom(0, 1),
        (tree, x, l, pointer) => {
          const folded = ir.rewrite(tree, (part) => part);
          expect(valueAt(folded, x, l, pointer)).toBe(valueAt(tree, x, l, pointer));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("replaces each name once, also where what is left folds to what it became", () => {
    const raised = ir.rewrite(ir.binary("-", local("a"), constant(1)), (part) =>
      part.kind === "local" ? ir.plus(part, constant(1)) : part,
    );
    expect(raised).toEqual(local("a"));
  });

  it("leaves constants alone of an expression without names", () => {
    fc.assert(
      fc.property(arbitraryExpression, (tree) => {
        const closed = ir.rewrite(tree, (part) =>
          ["cell", "local", "own", "self", "referenced"].includes(part.kind) ? constant(3) : part,
        );
        expect(closed.kind).toBe("constant");
      }),
    );
  });

  it.each([
    ["0 + x", ir.plus(constant(0), cell("x")), cell("x")],
    ["x - 0", ir.minus(cell("x"), constant(0)), cell("x")],
    ["x = x", ir.equals(cell("x"), cell("x")), constant(1)],
    ["x < x", ir.lessThan(self, self), constant(0)],
    ["false and x", ir.and(ir.falsehood, cell("x")), constant(0)],
    ["true or x", ir.or(cell("x"), constant(4)), constant(1)],
    ["and()", ir.and(), constant(1)],
    ["or()", ir.or(), constant(0)],
    ["and(x)", ir.and(ir.truth, cell("x")), cell("x")],
    ["if true", ir.conditional(constant(2), cell("x"), cell("y")), cell("x")],
    ["equal branches", ir.conditional(cell("x"), own("k"), own("k")), own("k")],
    ["not not (a = b)", ir.not(ir.differs(local("a"), self)), ir.equals(local("a"), self)],
  ])("%s", (_, folded, expected) => {
    expect(folded).toEqual(expected);
  });

  it("keeps `not not` and `and true` of what may be neither 0 nor 1", () => {
    expect(valueAt(ir.not(ir.not(cell("x"))))).toBe(1);
    expect(valueAt(ir.binary("and", cell("x"), ir.truth))).toBe(1);
    expect(valueAt(ir.binary("and", cell("x"), cell("x")))).toBe(1);
    expect(valueAt(ir.binary("or", ir.falsehood, cell("x")))).toBe(1);
    const mixed = ir.conditional(cell("y", 1), ir.equals(cell("x"), self), cell("x"));
    const other = ir.conditional(ir.not(cell("x")), ir.equals(cell("x"), self), cell("x"));
    expect([mixed, other].map((part) => valueAt(ir.binary("and", part, ir.truth)))).toEqual([0, 1]);
  });
});

describe("operators", () => {
  it.each<[number, ir.BinaryOperator, number, number]>([
    [7, "/", -2, -3],
    [-7, "/", 2, -3],
    [-7, "%", 2, -1],
    [7, "/", 0, 0],
    [7, "%", 0, 0],
    [2, "and", 3, 1],
    [0, "or", 4, 1],
    [2 ** 32 - 1, "&", 2 ** 31, 2 ** 31],
    [2 ** 31, "|", 1, 2 ** 31 + 1],
    [2 ** 32 - 1, "^", 1, 2 ** 32 - 2],
    [-1, "&", 2 ** 32 - 1, 2 ** 32 - 1],
    [-2, "|", 1, -1],
  ])("%d %s %d = %d", (left, operator, right, expected) => {
    expect(ir.applyOperator(operator, left, right)).toBe(expected);
  });

  it("never give -0, which would be a state of its own", () => {
    expect(ir.applyOperator("/", -1, 2)).toBe(0);
    expect(ir.applyOperator("%", -4, 2)).toBe(0);
    expect(ir.applyOperator("*", -4, 0)).toBe(0);
    expect(constant(-0)).toEqual({ kind: "constant", value: 0 });
  });

  it("agree with BigInt on bits, whatever the width", () => {
    const word = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(ir.applyOperator("&", a, b)).toBe(Number(BigInt(a) & BigInt(b)));
        expect(ir.applyOperator("|", a, b)).toBe(Number(BigInt(a) | BigInt(b)));
        expect(ir.applyOperator("^", a, b)).toBe(Number(BigInt(a) ^ BigInt(b)));
      }),
    );
  });

  it("compare as written", () => {
    const [two, three] = [constant(2), constant(3)];
    const table = [ir.atMost, ir.atLeast, ir.greaterThan, ir.lessThan, ir.differs, ir.equals];
    const row = (a: ir.Expression, b: ir.Expression) => table.map((f) => valueAt(f(a, b)));
    expect(row(two, three)).toEqual([1, 0, 0, 1, 1, 0]);
    expect(row(three, three)).toEqual([1, 1, 0, 0, 0, 1]);
    expect(row(three, two)).toEqual([0, 1, 1, 0, 1, 0]);
    expect(valueAt(ir.times(two, three))).toBe(6);
  });
});

describe("sameExpression", () => {
  it("is equality of the data", () => {
    fc.assert(
      fc.property(arbitraryExpression, arbitraryExpression, (a, b) => {
        expect(ir.sameExpression(a, b)).toBe(JSON.stringify(a) === JSON.stringify(b));
        expect(ir.sameExpression(a, structuredClone(a))).toBe(true);
      }),
    );
  });
});

describe("walk", () => {
  it("visits each part once, the whole first", () => {
    const seen: string[] = [];
    ir.walk(ir.plus(cell("x", self), ir.not(local("l"))), (part) => seen.push(part.kind));
    expect(seen).toEqual(["binary", "cell", "self", "not", "local"]);
  });
});

describe("referenced", () => {
  it("sees references in variables and in locals of any thread", () => {
    const held = (cells: number, locals: number) => {
      const program = buildProgram({
        variables: [variable("p", reference("block", 3), { initial: [cells] })],
        threads: [
          thread("a", [skip("s")]),
          thread("b", [skip("s")], { locals: [localVariable("q", reference("block", 3), locals)] }),
        ],
      });
      const state = initialState(program);
      return [1, 2, 3].map((slot) =>
        evaluate(program, state, 1, ir.referenced("block", constant(slot))),
      );
    };
    expect(held(0, 0)).toEqual([0, 0, 0]);
    expect(held(1, 3)).toEqual([1, 0, 1]);
    expect(held(2, 2)).toEqual([0, 1, 0]);
  });

  it("ignores numbers and references to other kinds", () => {
    const program = sketchProgram({
      variables: [
        variable("n", wrapping(8, false), { initial: [1] }),
        variable("p", reference("file", 3), { initial: [1] }),
      ],
      threads: [],
    });
    const asked = ir.referenced("block", constant(1));
    expect(evaluate(program, initialState(program), 0, asked)).toBe(0);
  });
});
