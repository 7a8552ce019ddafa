/**
 * Constructors of code trees, one for each shape of `code.ts`, so that generators read like the code they make.
 *
 * They fold constants where that plainly changes no value; an operand is dropped only where it would not be evaluated
 * either. What bounds of values allow beyond that is the generators' knowledge.
 */
import { unreachable } from "../../support/assert.ts";
import type {
  Code,
  CodeFunction,
  CodeType,
  IntegerOperator,
  NumberOperator,
  Statement,
} from "./code.ts";

export const i32 = (value: number): Code => ({ kind: "constant", type: "i32", value });
export const f64 = (value: number): Code => ({ kind: "constant", type: "f64", value });

export const variable = (name: string, type: CodeType = "i32"): Code => ({
  kind: "variable",
  type,
  name,
});

export const load = (region: string, index: Code): Code => ({
  kind: "load",
  type: "i32",
  region,
  index,
});

const isValue = (code: Code, value: number): boolean =>
  code.kind === "constant" && code.value === value;

/** An operator on two 32-bit integers. */
export function integer(operator: IntegerOperator, left: Code, right: Code): Code {
  if (left.kind === "constant" && right.kind === "constant")
    return i32(integerResult(operator, left.value, right.value));
  if (isValue(right, 0) && hasRightZero.has(operator)) return left;
  if (isValue(left, 0) && (operator === "add" || operator === "or")) return right;
  if (operator === "and" && isValue(right, -1)) return left;
  if (operator === "mul" && isValue(right, 1)) return left;
  return { kind: "integer", type: "i32", operator, left, right };
}

/** Operators to which a zero on the right makes no difference. */
const hasRightZero: ReadonlySet<IntegerOperator> = new Set([
  "add",
  "sub",
  "or",
  "xor",
  "shl",
  "shr_s",
  "shr_u",
]);

function integerResult(operator: IntegerOperator, left: number, right: number): number {
  switch (operator) {
    case "add":
      return (left + right) | 0;
    case "sub":
      return (left - right) | 0;
    case "mul":
      return Math.imul(left, right);
    case "and":
      return left & right;
    case "or":
      return left | right;
    case "xor":
      return left ^ right;
    case "shl":
      return left << right;
    case "shr_s":
      return left >> right;
    case "shr_u":
      return (left >>> right) | 0;
    case "eq":
      return Number(left === right);
    case "ne":
      return Number(left !== right);
    case "lt_s":
      return Number(left < right);
    case "lt_u":
      return Number(left >>> 0 < right >>> 0);
    default:
      return unreachable(operator);
  }
}

export const add = (left: Code, right: Code): Code => integer("add", left, right);
export const bitAnd = (left: Code, right: Code): Code => integer("and", left, right);
export const bitOr = (left: Code, right: Code): Code => integer("or", left, right);
export const shiftLeft = (left: Code, right: Code): Code => integer("shl", left, right);

/** An operator on two whole numbers. */
export function number(operator: NumberOperator, left: Code, right: Code): Code {
  if (isValue(right, 0) && (operator === "add" || operator === "sub")) return left;
  const type = operator === "eq" || operator === "lt" ? "i32" : "f64";
  return { kind: "number", type, operator, left, right };
}

/** 1 if the operand is 0, else 0. */
export function isZero(operand: Code): Code {
  if (operand.kind === "constant") return i32(Number(operand.value === 0));
  if (operand.kind === "integer" && operand.operator === "eq")
    return { ...operand, operator: "ne" };
  if (operand.kind === "integer" && operand.operator === "ne")
    return { ...operand, operator: "eq" };
  return { kind: "eqz", type: "i32", operand };
}

/** An i32 as f64, its bits taken as signed unless said otherwise. */
export function widen(operand: Code, signed = true): Code {
  if (operand.kind === "constant") return f64(signed ? operand.value : operand.value >>> 0);
  return { kind: "widen", type: "f64", signed, operand };
}

/** The lowest 32 bits of an f64. */
export function wrap(operand: Code): Code {
  if (operand.kind === "constant") return i32(operand.value | 0);
  if (operand.kind === "widen") return operand.operand;
  return { kind: "wrap", type: "i32", operand };
}

/** Conjunction of two truth values. */
export function both(left: Code, right: Code): Code {
  if (left.kind === "constant") return left.value === 0 ? left : right;
  return isValue(right, 1) ? left : { kind: "both", type: "i32", left, right };
}

/** Disjunction of two truth values. */
export function either(left: Code, right: Code): Code {
  if (left.kind === "constant") return left.value === 0 ? right : left;
  return isValue(right, 0) ? left : { kind: "either", type: "i32", left, right };
}

/** One of two values of the same type. */
export function choice(condition: Code, then: Code, otherwise: Code): Code {
  if (condition.kind === "constant") return condition.value === 0 ? otherwise : then;
  return { kind: "choice", type: then.type, condition, then, otherwise };
}

/** The i32, or with `type` f64, that a function returns. */
export const call = (name: string, parameters: readonly Code[], type: CodeType = "i32"): Code => ({
  kind: "call",
  type,
  name,
  parameters,
});

export const declare = (name: string, value: Code): Statement => ({ kind: "let", name, value });
export const set = (name: string, value: Code): Statement => ({ kind: "set", name, value });

export const store = (region: string, index: Code, value: Code): Statement => ({
  kind: "store",
  region,
  index,
  value,
});

export const when = (
  condition: Code,
  then: readonly Statement[],
  otherwise: readonly Statement[] = [],
): Statement => ({ kind: "when", condition, then, otherwise });

export const switchOn = (
  on: Code,
  cases: Iterable<readonly [number, readonly Statement[]]>,
): Statement => ({ kind: "switch", on, cases: new Map(cases) });

export const loop = (condition: Code, body: readonly Statement[]): Statement => ({
  kind: "while",
  condition,
  body,
});

export const run = (name: string, parameters: readonly Code[]): Statement => ({
  kind: "run",
  name,
  parameters,
});

export const giveBack = (value: Code): Statement => ({ kind: "return", value });

/** A function of i32 parameters with a result. */
export const codeFunction = (
  name: string,
  parameters: readonly string[],
  { body, result = "i32" }: { readonly body: readonly Statement[]; readonly result?: CodeType },
): CodeFunction => ({
  name,
  parameters: parameters.map((parameter) => ({ name: parameter, type: "i32" })),
  result,
  body,
});
