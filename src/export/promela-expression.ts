/**
 * Expressions in two dialects: Promela where everything fits in 32 bits, else C with `long long`, embedded.
 *
 * The bounds of each part decide, so an expression means in the exported model exactly what it means here (up to 2^53;
 * beyond that a number is not exact here either). What is constant for the running thread is printed as a constant.
 */
import type { BinaryOperator, Expression } from "../ir/expression.ts";
import { operands } from "../ir/expression.ts";
import { unreachable } from "../support/assert.ts";
import { type IntervalScope, intervalOf, isSingle, isWithin } from "./interval.ts";
import { NARROW, type Storage } from "./promela-storage.ts";

export type Dialect = "promela" | "c";

/** What the names in an expression stand for. */
export interface Scope extends IntervalScope {
  variable(name: string): Storage;
  local(name: string): Storage;
  /** All storage that can hold a reference to a kind of object, whoever's it is. */
  holders(kind: string): readonly Storage[];
}

/** Which dialect an expression needs. */
export function dialectOf(scope: Scope, expression: Expression): Dialect {
  const interval = intervalOf(scope, expression);
  if (!isWithin(interval, NARROW)) return "c";
  if (isSingle(interval)) return "promela";
  if (readDirectly(scope, expression).some(({ foreign }) => foreign)) return "c";
  const parts = operands(expression).map((part) => dialectOf(scope, part));
  return parts.includes("c") ? "c" : "promela";
}

/** The storage that an expression itself reads, its parts apart. */
export function readDirectly(scope: Scope, expression: Expression): readonly Storage[] {
  switch (expression.kind) {
    case "cell":
      return [scope.variable(expression.variable)];
    case "local":
      return [scope.local(expression.name)];
    case "referenced":
      return scope.holders(expression.to);
    default:
      return [];
  }
}

/** The expression as an expression of Promela, whatever it needs inside. */
export function promelaText(scope: Scope, expression: Expression): string {
  if (dialectOf(scope, expression) === "promela") return printed(scope, expression, "promela");
  return `c_expr { ${printed(scope, expression, "c")} }`;
}

/** The expression in one dialect, safe to be an operand of anything. */
export function printed(scope: Scope, expression: Expression, dialect: Dialect): string {
  const interval = intervalOf(scope, expression);
  if (isSingle(interval)) return literal(interval.min, dialect);
  const part = (operand: Expression): string => printed(scope, operand, dialect);
  switch (expression.kind) {
    case "constant":
    case "self":
    case "own":
      return literal(interval.min, dialect);
    case "local":
      return read(scope.local(expression.name), "0", dialect);
    case "cell":
      return cellText(scope, expression.variable, expression.index, dialect);
    case "not":
      return `(!${part(expression.operand)})`;
    case "if": {
      const [condition, then, otherwise] = operands(expression).map(part);
      return `(${condition} ${arrowOf(dialect)} ${then} : ${otherwise})`;
    }
    case "binary":
      return binaryText(scope, expression, dialect);
    case "referenced": {
      const slot = part(expression.slot);
      const tests = scope
        .holders(expression.to)
        .flatMap((storage) => holds(storage, slot, dialect));
      return tests.length === 0 ? "0" : `(${tests.join(" || ")})`;
    }
    default:
      return unreachable(expression);
  }
}

function literal(value: number, dialect: Dialect): string {
  const text = dialect === "c" ? `${value}LL` : `${value}`;
  return value < 0 ? `(${text})` : text;
}

const SYMBOLS: Readonly<Record<BinaryOperator, string>> = {
  ...{ "+": "+", "-": "-", "*": "*", "/": "/", "%": "%", "&": "&", "|": "|", "^": "^" },
  ...{ "=": "==", "<": "<", and: "&&", or: "||" },
};

function binaryText(
  scope: Scope,
  { operator, left, right }: Extract<Expression, { readonly kind: "binary" }>,
  dialect: Dialect,
): string {
  const [one, other] = [printed(scope, left, dialect), printed(scope, right, dialect)];
  const text = `(${one} ${SYMBOLS[operator]} ${other})`;
  if (operator !== "/" && operator !== "%") return text;
  const divisor = intervalOf(scope, right);
  if (divisor.min > 0 || divisor.max < 0) return text;
  return `(${other} == 0 ${arrowOf(dialect)} 0 : ${text})`;
}

const arrowOf = (dialect: Dialect): string => (dialect === "c" ? "?" : "->");

function cellText(scope: Scope, name: string, index: Expression, dialect: Dialect): string {
  const storage = scope.variable(name);
  return read(storage, indexText(scope, storage, index, dialect), dialect);
}

/** The index as an index from 0. */
export function indexText(
  scope: Scope,
  { first, initial }: Storage,
  index: Expression,
  dialect: Dialect,
): string {
  const interval = intervalOf(scope, index);
  if (initial.length === 1) return "0";
  if (isSingle(interval)) return `${interval.min - first}`;
  const text = printed(scope, index, dialect);
  return first === 0 ? text : `${text} - 1`;
}

/** A cell as the target of an assignment. */
export function place(storage: Storage, index: string, dialect: Dialect): string {
  const { identifier, initial, foreign } = storage;
  const global = dialect === "c" ? `now.${identifier}` : identifier;
  if (foreign) return `${global}.at[${index}]`;
  return initial.length === 1 ? global : `${global}[${index}]`;
}

function read(storage: Storage, index: string, dialect: Dialect): string {
  const text = place(storage, index, dialect);
  return dialect === "c" ? `((long long) ${text})` : text;
}

function holds(storage: Storage, slot: string, dialect: Dialect): readonly string[] {
  return storage.initial.map((_, index) => `${read(storage, `${index}`, dialect)} == ${slot}`);
}
