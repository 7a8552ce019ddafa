/**
 * Expressions of a Program as JavaScript text, for one thread, with bounds.
 *
 * The thread's number and constants are folded in, and bounds decide what they can: a comparison of disjoint ranges, an
 * index that cannot be outside, arithmetic that stays within 32 bits (which then carries `| 0`, so that the JIT needs no
 * overflow test). Nothing here may change a value; `ir/expression.ts` says what values are.
 */
import { applyOperator, type Expression } from "../../ir/expression.ts";
import { bounds, type Type } from "../../ir/type.ts";
import { assert, unreachable } from "../../support/assert.ts";
import { type Code, number, readAt, readDynamic } from "./field-code.ts";
import type { Layout, Packed } from "./layout.ts";
import { referencedKinds } from "./referenced-code.ts";

/** Where an expression is evaluated. */
export interface Scope {
  readonly layout: Layout;
  /** Number of the running thread; 0 where none runs. */
  readonly self: number;
  /** Words of the state that the text reads as `s0`, `s1`, …; filled by generating. */
  readonly words: Set<number>;
}

const int32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };
const boolean = (text: string): Code => ({ text, min: 0, max: 1 });
const isConstant = ({ min, max }: Code): boolean => min === max;
const excludesZero = ({ min, max }: Code): boolean => min > 0 || max < 0;
const within = (code: Code, min: number, max: number): boolean =>
  code.min >= min && code.max <= max;
const isInt32 = (code: Code): boolean => within(code, int32.min, int32.max);

/** The expression as a number. */
export function numberCode(scope: Scope, expression: Expression): Code {
  switch (expression.kind) {
    case "constant":
      return number(expression.value);
    case "self":
      return number(scope.self);
    case "own":
      return number(ownConstant(scope, expression.name));
    case "local": {
      const { field, reader } = localField(scope, expression.name);
      return readAt(field, 0, scope.words, reader);
    }
    case "cell":
      return cellCode(scope, expression.variable, expression.index);
    case "if":
      return conditionalCode(scope, expression);
    case "binary":
      if (isTruth(expression)) return truthNumber(conditionCode(scope, expression));
      return arithmetic(
        expression.operator,
        numberCode(scope, expression.left),
        numberCode(scope, expression.right),
      );
    case "not":
    case "referenced":
      return truthNumber(conditionCode(scope, expression));
    default:
      return unreachable(expression);
  }
}

/** The expression as a JavaScript truth value; bounds of 0 to 0 or 1 to 1 say that it is decided. */
export function conditionCode(scope: Scope, expression: Expression): Code {
  if (expression.kind === "not") {
    const operand = conditionCode(scope, expression.operand);
    return isConstant(operand) ? decided(operand.min === 0) : boolean(`!${operand.text}`);
  }
  if (expression.kind === "referenced") {
    const kind = referencedKinds(scope.layout).indexOf(expression.to);
    if (kind === -1) return decided(false);
    return boolean(`r${kind}(p, ${numberCode(scope, expression.slot).text})`);
  }
  if (expression.kind !== "binary" || !isTruth(expression)) {
    const value = numberCode(scope, expression);
    if (isConstant(value)) return decided(value.min !== 0);
    return excludesZero(value) ? decided(true) : boolean(`(${value.text} !== 0)`);
  }
  const { operator, left, right } = expression;
  if (operator === "and" || operator === "or") return connective(scope, operator, left, right);
  return comparison(operator, numberCode(scope, left), numberCode(scope, right));
}

const isTruth = (expression: Expression & { readonly kind: "binary" }): boolean =>
  ["=", "<", "and", "or"].includes(expression.operator);

const decided = (value: boolean): Code => ({
  text: `${value}`,
  min: Number(value),
  max: Number(value),
});

const truthNumber = (condition: Code): Code =>
  isConstant(condition) ? number(condition.min) : boolean(`(${condition.text} ? 1 : 0)`);

function connective(
  scope: Scope,
  operator: "and" | "or",
  left: Expression,
  right: Expression,
): Code {
  const absorbing = operator === "and" ? 0 : 1;
  const one = conditionCode(scope, left);
  if (isConstant(one)) return one.min === absorbing ? one : conditionCode(scope, right);
  const other = conditionCode(scope, right);
  if (isConstant(other)) return other.min === absorbing ? other : one;
  return boolean(`(${one.text} ${operator === "and" ? "&&" : "||"} ${other.text})`);
}

function comparison(operator: string, left: Code, right: Code): Code {
  if (operator === "=") {
    if (left.max < right.min || right.max < left.min) return decided(false);
    if (isConstant(left) && isConstant(right)) return decided(true);
    return boolean(`(${left.text} === ${right.text})`);
  }
  if (left.max < right.min) return decided(true);
  if (left.min >= right.max) return decided(false);
  return boolean(`(${left.text} < ${right.text})`);
}

function conditionalCode(scope: Scope, expression: Expression & { readonly kind: "if" }): Code {
  const condition = conditionCode(scope, expression.condition);
  if (isConstant(condition))
    return numberCode(scope, condition.min === 0 ? expression.otherwise : expression.then);
  const then = numberCode(scope, expression.then);
  const otherwise = numberCode(scope, expression.otherwise);
  return {
    text: `(${condition.text} ? ${then.text} : ${otherwise.text})`,
    min: Math.min(then.min, otherwise.min),
    max: Math.max(then.max, otherwise.max),
  };
}

type Arithmetic = "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^";

function arithmetic(operator: string, left: Code, right: Code): Code {
  const known = operator as Arithmetic;
  if (isConstant(left) && isConstant(right))
    return number(applyOperator(known, left.min, right.min));
  const range = rangeOf(known, left, right);
  const small = isInt32({ ...range, text: "" }) && isInt32(left) && isInt32(right);
  switch (known) {
    case "+":
    case "-":
      return { ...range, text: `(${left.text} ${known} ${right.text}${small ? " | 0" : ""})` };
    case "*":
      return {
        ...range,
        text: small ? `Math.imul(${left.text}, ${right.text})` : `(${left.text} * ${right.text})`,
      };
    case "/":
      return { ...range, text: `quotient(${left.text}, ${right.text})` };
    case "%":
      return { ...range, text: `remainder(${left.text}, ${right.text})` };
    case "&":
    case "|":
    case "^":
      return { ...range, text: bitText(known, left, right) };
    default:
      return unreachable(known);
  }
}

function rangeOf(operator: Arithmetic, left: Code, right: Code): { min: number; max: number } {
  const size = Math.max(-left.min, left.max);
  switch (operator) {
    case "+":
      return { min: left.min + right.min, max: left.max + right.max };
    case "-":
      return { min: left.min - right.max, max: left.max - right.min };
    case "*": {
      const corners = [left.min, left.max].flatMap((a) => [a * right.min, a * right.max]);
      if (corners.some(Number.isNaN)) return { min: -Infinity, max: Infinity };
      return { min: Math.min(...corners), max: Math.max(...corners) };
    }
    case "/":
    case "%":
      return {
        min: left.min < 0 || right.min < 0 ? -size : 0,
        max: left.max > 0 || right.min < 0 ? size : 0,
      };
    default:
      return bitRange(operator, left, right);
  }
}

const uint32Max = 2 ** 32 - 1;

/** Two's complement of unlimited width: what does not fit JavaScript's 32 bits goes through `applyOperator`. */
function bitText(operator: "&" | "|" | "^", left: Code, right: Code): string {
  const text = `(${left.text} ${operator} ${right.text})`;
  if (isInt32(left) && isInt32(right)) return text;
  if (within(left, 0, uint32Max) && within(right, 0, uint32Max)) return `(${text} >>> 0)`;
  return `applyOperator("${operator}", ${left.text}, ${right.text})`;
}

/** No more bits than the operands have, and a mask that is not negative bounds the result of `&`. */
function bitRange(
  operator: "&" | "|" | "^",
  left: Code,
  right: Code,
): { min: number; max: number } {
  const positive = [left, right].filter(({ min }) => min >= 0);
  if (operator === "&" && positive.length > 0)
    return { min: 0, max: Math.min(...positive.map(({ max }) => max)) };
  let reach = 1;
  const largest = Math.max(left.max, right.max, -left.min - 1, -right.min - 1);
  while (reach <= largest) reach *= 2;
  return { min: positive.length === 2 ? 0 : -reach, max: reach - 1 };
}

function cellCode(scope: Scope, variable: string, index: Expression): Code {
  const { field, reader } = variableField(scope.layout, variable);
  const position = positionCode(field, numberCode(scope, index));
  return isConstant(position)
    ? readAt(field, position.min, scope.words, reader)
    : readDynamic(field, position.text, scope.words, reader);
}

/** The position in an array, from 0, that an index means; one that may be outside is tested when it runs. */
export function positionCode(field: Packed, index: Code): Code {
  const { first, length } = field;
  const position = first === 0 || isConstant(index) ? index.text : `(${index.text} - ${first})`;
  if (within(index, first, first + length - 1)) {
    if (isConstant(index)) return number(index.min - first);
    return { text: position, min: index.min - first, max: index.max - first };
  }
  return {
    text: `inside(${index.text} - ${first}, ${length})`,
    min: 0,
    max: Math.max(length - 1, 1),
  };
}

/** What an assignment of the value to this type stores: wrapped for machine integers, else unchanged. */
export function storedCode(type: Type, value: Code): Code {
  const { min, max } = bounds(type);
  if (type.kind !== "wrapping" || within(value, min, max)) return value;
  const spare = 32 - type.bits;
  if (type.signed)
    return {
      text: spare === 0 ? `(${value.text} | 0)` : `(${value.text} << ${spare} >> ${spare})`,
      min,
      max,
    };
  return { text: spare === 0 ? `(${value.text} >>> 0)` : `(${value.text} & ${max})`, min, max };
}

export function variableField(layout: Layout, name: string): { field: Packed; reader: string } {
  const index = layout.variableNumbers.get(name);
  const field = layout.variables[index ?? -1];
  assert(field !== undefined, `variable ${name} exists`);
  return { field, reader: `v${index}` };
}

export function localField(scope: Scope, name: string): { field: Packed; reader: string } {
  const locals = scope.layout.threads[scope.self - 1]?.locals;
  const field = locals?.get(name);
  assert(locals !== undefined && field !== undefined, `thread ${scope.self} has a local ${name}`);
  return { field, reader: `l${scope.self - 1}_${[...locals.keys()].indexOf(name)}` };
}

function ownConstant({ layout, self }: Scope, name: string): number {
  const value = layout.threads[self - 1]?.thread.constants[name];
  assert(value !== undefined, `thread ${self} has a constant ${name}`);
  return value;
}
