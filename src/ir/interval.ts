/**
 * What an expression's value lies between, from the types alone: enough to decide tests of counters.
 *
 * Interval arithmetic (Moore); sound since every cell and local keeps to its type in every reachable state.
 */

import { unreachable } from "../support/assert.ts";
import { constant, type Expression } from "./expression.ts";
import { bounds, type Type } from "./type.ts";

/** Types of the variables and of the running thread's locals, by name. */
export interface Types {
  readonly variable: (name: string) => Type;
  readonly local: (name: string) => Type;
}

export interface Interval {
  readonly min: number;
  readonly max: number;
}

const NUMBER: Interval = { min: 1, max: Number.POSITIVE_INFINITY };
const ANY: Interval = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
const TRUTH: Interval = { min: 0, max: 1 };
const point = (value: number): Interval => ({ min: value, max: value });

/** The expression, or a constant where its interval is one point. */
export function decided(expression: Expression, types: Types): Expression {
  if (expression.kind === "constant") return expression;
  const { min, max } = interval(expression, types);
  return min === max ? constant(min) : expression;
}

/** What the value of an expression lies between, in every state. */
export function interval(expression: Expression, types: Types): Interval {
  switch (expression.kind) {
    case "constant":
      return point(expression.value);
    case "cell":
      return bounds(types.variable(expression.variable));
    case "local":
      return bounds(types.local(expression.name));
    // Threads, and the slots of a thread's sites, are numbered from 1.
    case "self":
    case "own":
      return NUMBER;
    case "referenced":
      return TRUTH;
    case "not":
      return negated(interval(expression.operand, types));
    case "if":
      return either(expression, types);
    case "binary":
      return operated(expression, types);
    default:
      return unreachable(expression);
  }
}

function negated({ min, max }: Interval): Interval {
  if (min === 0 && max === 0) return point(1);
  return min > 0 || max < 0 ? point(0) : TRUTH;
}

function either({ then, otherwise }: Expression & { kind: "if" }, types: Types): Interval {
  const one = interval(then, types);
  const other = interval(otherwise, types);
  return { min: Math.min(one.min, other.min), max: Math.max(one.max, other.max) };
}

function operated(
  { operator, left, right }: Expression & { kind: "binary" },
  types: Types,
): Interval {
  const one = interval(left, types);
  const other = interval(right, types);
  switch (operator) {
    case "+":
      return { min: one.min + other.min, max: one.max + other.max };
    case "-":
      return { min: one.min - other.max, max: one.max - other.min };
    case "<":
      if (one.max < other.min) return point(1);
      return one.min >= other.max ? point(0) : TRUTH;
    case "=":
      return one.max < other.min || other.max < one.min ? point(0) : TRUTH;
    case "and":
    case "or":
      return TRUTH;
    default:
      return ANY;
  }
}
