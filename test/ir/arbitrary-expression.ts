/** Random expressions over a few names, built node by node so that nothing is folded. */
import fc from "fast-check";
import type { BinaryOperator, Expression } from "../../src/ir/expression.ts";

const operators: readonly BinaryOperator[] = [
  ...(["+", "-", "*", "/", "%", "&", "|", "^", "=", "<", "and", "or"] as const),
];

const number = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, -(2 ** 31)),
);

const { tree } = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.record({ kind: fc.constant("constant" as const), value: number }),
    fc.constantFrom<Expression>(
      { kind: "self" },
      { kind: "own", name: "k" },
      { kind: "local", name: "l" },
      { kind: "cell", variable: "x", index: { kind: "constant", value: 0 } },
      { kind: "cell", variable: "y", index: { kind: "self" } },
      { kind: "referenced", to: "block", slot: { kind: "constant", value: 1 } },
    ),
    fc.record({
      kind: fc.constant("binary" as const),
      operator: fc.constantFrom(...operators),
      left: tie("tree"),
      right: tie("tree"),
    }),
    fc.record({ kind: fc.constant("not" as const), operand: tie("tree") }),
    fc
      .tuple(tie("tree"), tie("tree"), tie("tree"))
      .map(([condition, then, otherwise]) => ({ kind: "if" as const, condition, then, otherwise })),
  ),
}));

export const arbitraryExpression: fc.Arbitrary<Expression> = tree;
