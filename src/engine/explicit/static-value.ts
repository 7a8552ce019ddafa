/**
 * What an expression is worth for one thread in every state, where that can be read off its text: a constant, the
 * thread's own number, its constants, and arithmetic on them. Layout needs it before any code is generated.
 */
import { applyOperator, type Expression } from "../../ir/expression.ts";
import type { Thread } from "../../ir/program.ts";

/** Whoever evaluates: a thread and its number, or number 0 and no constants for a property. */
export interface Evaluator {
  readonly self: number;
  readonly constants: Thread["constants"];
}

/** The value, or nothing if it depends on the state. */
export function staticValue(evaluator: Evaluator, expression: Expression): number | undefined {
  switch (expression.kind) {
    case "constant":
      return expression.value;
    case "self":
      return evaluator.self;
    case "own":
      return evaluator.constants[expression.name];
    case "not": {
      const value = staticValue(evaluator, expression.operand);
      return value === undefined ? undefined : Number(value === 0);
    }
    case "binary": {
      const left = staticValue(evaluator, expression.left);
      const right = staticValue(evaluator, expression.right);
      if (left === undefined || right === undefined) return undefined;
      return applyOperator(expression.operator, left, right);
    }
    default:
      return undefined;
  }
}
