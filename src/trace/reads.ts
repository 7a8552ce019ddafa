/**
 * Which storage an expression reads in a state, and which part of it is to blame for its value.
 * Follows the interpreter's order, so that a part guarded by an earlier one is not looked at when that one fails.
 */
import type { Expression } from "../ir/expression.ts";
import type { Program } from "../ir/program.ts";
import { evaluate } from "../semantics/evaluate.ts";
import { localIndex, type State, threadOf, variableAt, variableIndex } from "../semantics/state.ts";
import { unreachable } from "../support/assert.ts";
import type { Storage } from "./cell.ts";

/** Every storage read while the expression is evaluated, in order; indices are read before their cells. */
export function storagesRead(
  program: Program,
  state: State,
  self: number,
  expression: Expression,
): readonly Storage[] {
  const read = (part: Expression) => storagesRead(program, state, self, part);
  const holds = (part: Expression) => evaluate(program, state, self, part) !== 0;
  switch (expression.kind) {
    case "constant":
    case "self":
    case "own":
      return [];
    case "local":
      return [localStorage(program, self, expression.name)];
    case "cell":
      return [...read(expression.index), cellStorage(program, state, self, expression)];
    case "not":
      return read(expression.operand);
    case "referenced":
      return read(expression.slot);
    case "if": {
      const branch = holds(expression.condition) ? expression.then : expression.otherwise;
      return [...read(expression.condition), ...read(branch)];
    }
    case "binary": {
      const { operator, left, right } = expression;
      const decided = (operator === "and" && !holds(left)) || (operator === "or" && holds(left));
      return decided ? read(left) : [...read(left), ...read(right)];
    }
    default:
      return unreachable(expression);
  }
}

/** A local of thread `self` as storage. */
export function localStorage(program: Program, self: number, name: string): Storage {
  return {
    kind: "local",
    thread: self,
    local: localIndex(program, threadOf(program, self), name),
  };
}

/** The cell that a variable and an index mean in a state. */
export function cellStorage(
  program: Program,
  state: State,
  self: number,
  { variable, index }: { readonly variable: string; readonly index: Expression },
): Storage {
  const number = variableIndex(program, variable);
  const offset = evaluate(program, state, self, index) - variableAt(program, number).first;
  return { kind: "cell", variable: number, offset };
}

/** The smallest parts that make the expression true or false, as it is: false conjuncts, true disjuncts. */
function decidingParts(
  program: Program,
  state: State,
  self: number,
  expression: Expression,
): readonly Expression[] {
  const again = (part: Expression) => decidingParts(program, state, self, part);
  const holds = (part: Expression) => evaluate(program, state, self, part) !== 0;
  if (expression.kind === "not") return again(expression.operand);
  if (expression.kind !== "binary") return [expression];
  const { operator, left, right } = expression;
  if (operator !== "and" && operator !== "or") return [expression];
  const decisive = operator === "or";
  if (holds(left) === decisive) return again(left);
  return holds(right) === decisive ? again(right) : [...again(left), ...again(right)];
}

/** What the deciding parts of an expression read. */
export function culprits(
  program: Program,
  state: State,
  self: number,
  expression: Expression,
): readonly Storage[] {
  return decidingParts(program, state, self, expression).flatMap((part) =>
    storagesRead(program, state, self, part),
  );
}
