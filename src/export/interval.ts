/**
 * Between which bounds an expression lies in every state, from the types of what it reads. Never too narrow.
 *
 * It shows which results can leave a type or 32 bits, and which expressions are constant for the thread that runs them.
 */
import { applyOperator, type BinaryOperator, type Expression } from "../ir/expression.ts";
import { bounds, type Type } from "../ir/type.ts";
import { unreachable } from "../support/assert.ts";

export interface Interval {
  readonly min: number;
  readonly max: number;
}

/** What the names in an expression stand for, as far as bounds go. */
export interface IntervalScope {
  /** Number of the running thread. */
  readonly self: number;
  readonly constants: Readonly<Record<string, number>>;
  variableType(name: string): Type;
  localType(name: string): Type;
}

const TRUTH: Interval = { min: 0, max: 1 };
const exactly = (value: number): Interval => ({ min: value, max: value });

/** The bounds of an expression. Cost: linear in its size, with nothing kept. */
export function intervalOf(scope: IntervalScope, expression: Expression): Interval {
  switch (expression.kind) {
    case "constant":
      return exactly(expression.value);
    case "self":
      return exactly(scope.self);
    case "own":
      return exactly(scope.constants[expression.name] ?? 0);
    case "local":
      return bounds(scope.localType(expression.name));
    case "cell":
      return bounds(scope.variableType(expression.variable));
    case "referenced":
      return TRUTH;
    case "not":
      return negation(truthOf(intervalOf(scope, expression.operand)));
    case "if": {
      const condition = truthOf(intervalOf(scope, expression.condition));
      const then = intervalOf(scope, expression.then);
      const otherwise = intervalOf(scope, expression.otherwise);
      if (isSingle(condition)) return condition.min === 1 ? then : otherwise;
      return union(then, otherwise);
    }
    case "binary": {
      const left = intervalOf(scope, expression.left);
      return combined(expression.operator, left, intervalOf(scope, expression.right));
    }
    default:
      return unreachable(expression);
  }
}

export const isSingle = ({ min, max }: Interval): boolean => min === max;

/** Whether every value of the first interval is one of the second. */
export const isWithin = (inner: Interval, outer: Interval): boolean =>
  inner.min >= outer.min && inner.max <= outer.max;

const union = (one: Interval, other: Interval): Interval => ({
  min: Math.min(one.min, other.min),
  max: Math.max(one.max, other.max),
});

function truthOf(interval: Interval): Interval {
  if (isSingle(interval)) return exactly(interval.min === 0 ? 0 : 1);
  return interval.min > 0 || interval.max < 0 ? exactly(1) : TRUTH;
}

const negation = ({ min, max }: Interval): Interval => ({ min: 1 - max, max: 1 - min });

function combined(operator: BinaryOperator, left: Interval, right: Interval): Interval {
  if (isSingle(left) && isSingle(right)) {
    return exactly(applyOperator(operator, left.min, right.min));
  }
  switch (operator) {
    case "+":
      return { min: left.min + right.min, max: left.max + right.max };
    case "-":
      return { min: left.min - right.max, max: left.max - right.min };
    case "*":
      return product(left, right);
    case "/":
    case "%":
      return quotient(operator, left, right);
    case "&":
    case "|":
    case "^":
      return bitwise(operator, left, right);
    case "=":
      return left.max < right.min || right.max < left.min ? exactly(0) : TRUTH;
    case "<":
      if (left.max < right.min) return exactly(1);
      return left.min >= right.max ? exactly(0) : TRUTH;
    case "and":
    case "or":
      return connective(operator, truthOf(left), truthOf(right));
    default:
      return unreachable(operator);
  }
}

function connective(operator: "and" | "or", left: Interval, right: Interval): Interval {
  const choose = operator === "and" ? Math.min : Math.max;
  return { min: choose(left.min, right.min), max: choose(left.max, right.max) };
}

function product(left: Interval, right: Interval): Interval {
  const corners = [left.min, left.max].flatMap((one) => [one * right.min, one * right.max]);
  return { min: Math.min(...corners), max: Math.max(...corners) };
}

/** Truncation keeps a quotient within the dividend's size, and a remainder below the divisor's too. */
function quotient(operator: "/" | "%", left: Interval, right: Interval): Interval {
  const divisor = Math.max(Math.abs(right.min), Math.abs(right.max));
  const limit = operator === "/" ? Number.POSITIVE_INFINITY : Math.max(0, divisor - 1);
  const size = Math.min(limit, Math.max(Math.abs(left.min), Math.abs(left.max)));
  const positive = operator === "%" || right.min >= 0;
  return { min: positive && left.min >= 0 ? 0 : -size, max: positive && left.max <= 0 ? 0 : size };
}

function bitwise(operator: "&" | "|" | "^", left: Interval, right: Interval): Interval {
  if (operator === "&" && (left.min >= 0 || right.min >= 0)) {
    const masks = [left, right].filter(({ min }) => min >= 0).map(({ max }) => max);
    return { min: 0, max: Math.min(...masks) };
  }
  const { min, max } = union(left, right);
  let size = 1;
  while (size - 1 < max || -size > min) size *= 2;
  return { min: left.min >= 0 && right.min >= 0 ? 0 : -size, max: size - 1 };
}
