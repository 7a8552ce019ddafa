/**
 * Values of a model under recording: what authors write instead of numbers and truth values.
 *
 * A value stands for what the driver will have computed when it runs; it has no number now. Used as one, it throws; a
 * truth value in a native `if` does not compile (it is typed as a thenable, which a condition may not be).
 */

import type { Expression } from "../ir/expression.ts";
import * as ir from "../ir/expression.ts";
import type { Type } from "../ir/type.ts";
import { callerPlace, callerSpan } from "./caller.ts";
import { RecordingError, recording } from "./recording.ts";

/** A value of the driver: a local, a read of memory, or something computed from them. */
export class Value {
  readonly type: Type;
  private readonly made: Expression;
  private readonly used: (() => void) | undefined;
  private readonly listeners: (() => void)[] = [];

  constructor(expression: Expression, type: Type, used?: () => void) {
    this.made = expression;
    this.type = type;
    this.used = used;
  }

  /** The value as the IR knows it; asking for it means that somebody uses the value. */
  get expression(): Expression {
    this.used?.();
    return this.made;
  }

  /** Says what to do when a condition is built from this value. */
  onTested(told: () => void): void {
    this.listeners.push(told);
  }

  /** A condition is built from this value. */
  tested(): void {
    for (const told of this.listeners) told();
  }

  [Symbol.toPrimitive](): never {
    throw new RecordingError(
      "value-used-as-number",
      "a value of the driver was used as a JavaScript number or string",
      callerSpan(),
      "compute with plus, minus, equals …, and branch with t.if or t.while",
    );
  }
}

/** A truth value of the driver. The phantom `then` makes `if (equals(…))` a compile error. */
export class Truth extends Value {
  declare readonly then: (notACondition: (value: never) => unknown) => never;
}

/** What stands where a value is expected. */
export type Operand = Value | number | boolean;

const INTEGER: Type = { kind: "wrapping", bits: 32, signed: true };
const BOOLEAN: Type = { kind: "boolean" };

/** The expression of an operand. */
export function expressionOf(operand: Operand): Expression {
  if (operand instanceof Value) return operand.expression;
  if (typeof operand === "boolean") return ir.constant(operand ? 1 : 0);
  if (typeof operand === "number" && Number.isSafeInteger(operand)) return ir.constant(operand);
  throw new RecordingError(
    "not-a-value",
    `${String(operand)} is no value of a model`,
    callerSpan(),
    "values are whole numbers, true, false, locals, memory and what is computed from them",
  );
}

/** A truth value, which somebody must use: a condition that nothing asks for is a slip (`if` for `t.if`). */
function truth(expression: Expression): Truth {
  const pending = recording().condition(callerPlace());
  return new Truth(expression, BOOLEAN, pending);
}

const number = (expression: Expression): Value => new Value(expression, INTEGER);

type Comparison = (left: Operand, right: Operand) => Truth;

const comparison =
  (build: (left: Expression, right: Expression) => Expression): Comparison =>
  (left, right) => {
    for (const operand of [left, right]) if (operand instanceof Value) operand.tested();
    return truth(build(expressionOf(left), expressionOf(right)));
  };

const arithmetic =
  (operator: ir.BinaryOperator) =>
  (left: Operand, right: Operand): Value =>
    number(ir.binary(operator, expressionOf(left), expressionOf(right)));

export const equals = comparison(ir.equals);
export const differs = comparison(ir.differs);
export const lessThan = comparison(ir.lessThan);
export const greaterThan = comparison(ir.greaterThan);
export const atMost = comparison(ir.atMost);
export const atLeast = comparison(ir.atLeast);

export const plus = arithmetic("+");
export const minus = arithmetic("-");
export const times = arithmetic("*");
export const dividedBy = arithmetic("/");
export const remainder = arithmetic("%");
export const bitAnd = arithmetic("&");
export const bitOr = arithmetic("|");
export const bitXor = arithmetic("^");

/** All of the operands hold. Every operand is evaluated: memory in it is read. */
export function and(...operands: readonly Operand[]): Truth {
  return truth(ir.and(...operands.map(expressionOf)));
}

/** Some operand holds. Every operand is evaluated: memory in it is read. */
export function or(...operands: readonly Operand[]): Truth {
  return truth(ir.or(...operands.map(expressionOf)));
}

export function not(operand: Operand): Truth {
  return truth(ir.not(expressionOf(operand)));
}

/** Whether a pointer, handle or thread reference is null. */
export function isNull(pointer: Operand): Truth {
  if (pointer instanceof Value) pointer.tested();
  return truth(ir.equals(expressionOf(pointer), ir.constant(0)));
}

/** The null pointer. */
export const nullPointer = 0;
