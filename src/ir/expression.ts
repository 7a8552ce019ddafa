/**
 * Expressions of a Program: integers in, integers out, no effect. Truth values are 0 and 1.
 *
 * The constructors fold constants, so that what `kernel/` writes generally (a check against an IRQL that never changes)
 * costs nothing in programs where it cannot matter. Division and remainder truncate as in C; by zero they give 0, since
 * expressions have no outcome of their own (a model that can divide by zero must test it).
 */
import { unreachable } from "../support/assert.ts";

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "&"
  | "|"
  | "^"
  | "="
  | "<"
  | "and"
  | "or";

export type Expression =
  | { readonly kind: "constant"; readonly value: number }
  /** The cell of a shared variable at an index; a scalar has the one index `first`. */
  | { readonly kind: "cell"; readonly variable: string; readonly index: Expression }
  /** A local of the running thread. */
  | { readonly kind: "local"; readonly name: string }
  /** The running thread, as a reference: 1 for the first thread of the Program. */
  | { readonly kind: "self" }
  /** A number that differs from thread to thread of one graph and never changes: `Thread.constants`. */
  | { readonly kind: "own"; readonly name: string }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "not"; readonly operand: Expression }
  | {
      readonly kind: "if";
      readonly condition: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
  /** Whether any variable, or any local of any thread, holds the reference `slot` to an object of kind `to`. */
  | { readonly kind: "referenced"; readonly to: string; readonly slot: Expression };

export const constant = (value: number): Expression => ({ kind: "constant", value: value + 0 });
export const truth: Expression = constant(1);
export const falsehood: Expression = constant(0);
export const self: Expression = { kind: "self" };
export const local = (name: string): Expression => ({ kind: "local", name });
export const own = (name: string): Expression => ({ kind: "own", name });

/** The cell of `variable` at `index` (0 for a scalar). */
export function cell(variable: string, index: Expression | number = 0): Expression {
  return { kind: "cell", variable, index: typeof index === "number" ? constant(index) : index };
}

export const referenced = (to: string, slot: Expression): Expression => ({
  kind: "referenced",
  to,
  slot,
});

/**
 * The value of an operator on two integers; shared by folding, the interpreter and tests. Never -0. Exact where the
 * result is within 2^53.
 */
export function applyOperator(operator: BinaryOperator, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right + 0;
    case "/":
      return right === 0 ? 0 : Math.trunc(left / right) + 0;
    case "%":
      return right === 0 ? 0 : (left % right) + 0;
    case "&":
    case "|":
    case "^":
      return bitwise(operator, left, right);
    case "=":
      return left === right ? 1 : 0;
    case "<":
      return left < right ? 1 : 0;
    case "and":
      return left !== 0 && right !== 0 ? 1 : 0;
    case "or":
      return left !== 0 || right !== 0 ? 1 : 0;
    default:
      return unreachable(operator);
  }
}

/** Two's complement of unlimited width, so that unsigned 32-bit values stay unsigned. */
function bitwise(operator: "&" | "|" | "^", left: number, right: number): number {
  if (left === (left | 0) && right === (right | 0)) {
    return operator === "&" ? left & right : operator === "|" ? left | right : left ^ right;
  }
  if (!Number.isInteger(left) || !Number.isInteger(right)) return Number.NaN;
  const [one, other] = [BigInt(left), BigInt(right)];
  return Number(operator === "&" ? one & other : operator === "|" ? one | other : one ^ other);
}

/** `left operator right`, folded where the operands decide it. */
export function binary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  if (left.kind === "constant" && right.kind === "constant") {
    return constant(applyOperator(operator, left.value, right.value));
  }
  return simplified(operator, left, right) ?? { kind: "binary", operator, left, right };
}

function simplified(
  operator: BinaryOperator,
  left: Expression,
  right: Expression,
): Expression | undefined {
  switch (operator) {
    case "and":
      return connective(1, left, right);
    case "or":
      return connective(0, left, right);
    case "+":
      return isZero(left) ? right : added(left, right, 1);
    case "-":
      return added(left, right, -1);
    case "=":
      if (isNobody(left, right) || isNobody(right, left)) return falsehood;
      return sameExpression(left, right) ? truth : undefined;
    case "<":
      return sameExpression(left, right) ? falsehood : undefined;
    default:
      return undefined;
  }
}

/** `left + sign * right` where the right side is a constant: `(x + 2) + 3` is `x + 5`. */
function added(left: Expression, right: Expression, sign: 1 | -1): Expression | undefined {
  if (right.kind !== "constant") return undefined;
  if (right.value === 0) return left;
  if (left.kind !== "binary" || left.right.kind !== "constant") return undefined;
  if (left.operator !== "+" && left.operator !== "-") return undefined;
  const inner = left.operator === "+" ? left.right.value : -left.right.value;
  const sum = inner + sign * right.value;
  return sum < 0 ? minus(left.left, constant(-sum)) : plus(left.left, constant(sum));
}

const isNonzero = (part: Expression): boolean => part.kind === "constant" && part.value !== 0;
/** Whether the one is a constant that no running thread's number can be. */
const isNobody = (one: Expression, other: Expression): boolean =>
  one.kind === "constant" && one.value < 1 && other.kind === "self";

const isZero = (part: Expression): boolean => part.kind === "constant" && part.value === 0;

/** `and` (neutral 1) or `or` (neutral 0) with a constant or repeated operand, where the other is a truth value. */
function connective(neutral: 0 | 1, left: Expression, right: Expression): Expression | undefined {
  const isNeutral = (value: number): boolean => (value !== 0) === (neutral === 1);
  if (left.kind === "constant") {
    if (!isNeutral(left.value)) return constant(1 - neutral);
    return isTruth(right) ? right : undefined;
  }
  if (right.kind === "constant" && !isNeutral(right.value)) return constant(1 - neutral);
  if (right.kind !== "constant" && !sameExpression(left, right)) return undefined;
  return isTruth(left) ? left : undefined;
}

/** Whether the text alone says that the value is 0 or 1. A cell or local may be boolean, but its type is not here. */
function isTruth(expression: Expression): boolean {
  switch (expression.kind) {
    case "constant":
      return expression.value === 0 || expression.value === 1;
    case "not":
    case "referenced":
      return true;
    case "binary":
      return ["=", "<", "and", "or"].includes(expression.operator);
    case "if":
      return isTruth(expression.then) && isTruth(expression.otherwise);
    default:
      return false;
  }
}

export const plus = (left: Expression, right: Expression): Expression => binary("+", left, right);
export const minus = (left: Expression, right: Expression): Expression => binary("-", left, right);
export const times = (left: Expression, right: Expression): Expression => binary("*", left, right);
export const equals = (left: Expression, right: Expression): Expression => binary("=", left, right);
export const differs = (left: Expression, right: Expression): Expression =>
  not(equals(left, right));
export const lessThan = (left: Expression, right: Expression): Expression =>
  binary("<", left, right);
export const atMost = (left: Expression, right: Expression): Expression =>
  not(lessThan(right, left));
export const atLeast = (left: Expression, right: Expression): Expression =>
  not(lessThan(left, right));
export const greaterThan = (left: Expression, right: Expression): Expression =>
  lessThan(right, left);

/** The conjunction of all operands; true of none. A single one, or one beside constants, stands for itself. */
export function and(...operands: readonly Expression[]): Expression {
  const [first = truth, ...rest] = operands.filter((operand) => !isNonzero(operand));
  return rest.reduce((all, next) => binary("and", all, next), first);
}

/** The disjunction of all operands; false of none. A single one, or one beside constants, stands for itself. */
export function or(...operands: readonly Expression[]): Expression {
  const [first = falsehood, ...rest] = operands.filter((operand) => !isZero(operand));
  return rest.reduce((any, next) => binary("or", any, next), first);
}

export function not(operand: Expression): Expression {
  if (operand.kind === "constant") return constant(operand.value === 0 ? 1 : 0);
  if (operand.kind === "not" && isTruth(operand.operand)) return operand.operand;
  return { kind: "not", operand };
}

export function conditional(
  condition: Expression,
  then: Expression,
  otherwise: Expression,
): Expression {
  if (condition.kind === "constant") return condition.value === 0 ? otherwise : then;
  if (sameExpression(then, otherwise)) return then;
  return { kind: "if", condition, then, otherwise };
}

/** Whether two expressions are the same text; equal text is equal value in any state, for any thread. */
export function sameExpression(left: Expression, right: Expression): boolean {
  if (left === right) return true;
  if (left.kind !== right.kind) return false;
  switch (left.kind) {
    case "constant":
      return left.value === (right as typeof left).value;
    case "cell":
      return (
        left.variable === (right as typeof left).variable &&
        sameExpression(left.index, (right as typeof left).index)
      );
    case "local":
    case "own":
      return left.name === (right as typeof left).name;
    case "self":
      return true;
    case "not":
      return sameExpression(left.operand, (right as typeof left).operand);
    case "referenced":
      return (
        left.to === (right as typeof left).to &&
        sameExpression(left.slot, (right as typeof left).slot)
      );
    case "binary": {
      const other = right as typeof left;
      return (
        left.operator === other.operator &&
        sameExpression(left.left, other.left) &&
        sameExpression(left.right, other.right)
      );
    }
    case "if": {
      const other = right as typeof left;
      return (
        sameExpression(left.condition, other.condition) &&
        sameExpression(left.then, other.then) &&
        sameExpression(left.otherwise, other.otherwise)
      );
    }
    default:
      return unreachable(left);
  }
}

/** The direct parts of an expression, left to right. */
export function operands(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "constant":
    case "local":
    case "self":
    case "own":
      return [];
    case "cell":
      return [expression.index];
    case "not":
      return [expression.operand];
    case "referenced":
      return [expression.slot];
    case "binary":
      return [expression.left, expression.right];
    case "if":
      return [expression.condition, expression.then, expression.otherwise];
    default:
      return unreachable(expression);
  }
}

/**
 * The expression with every name and constant replaced by what `change` says of it, folding again on the way. `change`
 * sees a cell whose index is already replaced, and never what it gave itself: `x + 1 - 1` folds to what x became.
 */
export function rewrite(
  expression: Expression,
  change: (part: Expression) => Expression,
): Expression {
  const again = (part: Expression): Expression => rewrite(part, change);
  switch (expression.kind) {
    case "constant":
    case "local":
    case "self":
    case "own":
      return change(expression);
    case "cell":
      return change({ ...expression, index: again(expression.index) });
    case "not":
      return not(again(expression.operand));
    case "referenced":
      return change({ ...expression, slot: again(expression.slot) });
    case "binary":
      return binary(expression.operator, again(expression.left), again(expression.right));
    case "if":
      return conditional(
        again(expression.condition),
        again(expression.then),
        again(expression.otherwise),
      );
    default:
      return unreachable(expression);
  }
}

/** Calls `visit` on the expression and all its parts. */
export function walk(expression: Expression, visit: (part: Expression) => void): void {
  visit(expression);
  for (const part of operands(expression)) walk(part, visit);
}
