/**
 * Expressions of a Program as code, for one thread, with bounds.
 *
 * The thread's number and constants are folded in, and an index that cannot be outside its array is not tested. Nothing
 * here may change a value; `ir/expression.ts` says what values are.
 */
import type { BinaryOperator, Expression } from "../../ir/expression.ts";
import { assert, unreachable } from "../../support/assert.ts";
import { call, choice, i32, integer } from "../codegen/build.ts";
import type { Code } from "../codegen/code.ts";
import { type Arithmetic, arithmeticCode, equalCode, lessCode } from "./arithmetic-code.ts";
import {
  asNumber,
  type Bounded,
  conjunction,
  decided,
  disjunction,
  isConstant,
  isInt32,
  known,
  negated,
  truth,
  within,
} from "./bounded.ts";
import { readAt, readDynamic, stateStart } from "./field-code.ts";
import type { Layout, Packed } from "./layout.ts";
import { referencedKinds } from "./referenced-code.ts";

/** Where an expression is evaluated. */
export interface Scope {
  readonly layout: Layout;
  /** Number of the running thread; 0 where none runs. */
  readonly self: number;
  /** Words of the state that the code reads as `s0`, `s1`, …; filled by generating. */
  readonly words: Set<number>;
}

/** The expression as a number. */
export function numberCode(scope: Scope, expression: Expression): Bounded {
  switch (expression.kind) {
    case "constant":
      return known(expression.value);
    case "self":
      return known(scope.self);
    case "own":
      return known(ownConstant(scope, expression.name));
    case "local":
      return readAt(localField(scope, expression.name), 0, scope.words);
    case "cell":
      return cellCode(scope, expression.variable, expression.index);
    case "if":
      return conditionalCode(scope, expression);
    case "binary":
      return isArithmetic(expression.operator)
        ? arithmeticCode(
            expression.operator,
            numberCode(scope, expression.left),
            numberCode(scope, expression.right),
          )
        : conditionCode(scope, expression);
    case "not":
    case "referenced":
      return conditionCode(scope, expression);
    default:
      return unreachable(expression);
  }
}

/** The expression as a truth value: 1 if it is not 0. */
export function conditionCode(scope: Scope, expression: Expression): Bounded {
  switch (expression.kind) {
    case "not":
      return negated(conditionCode(scope, expression.operand));
    case "referenced":
      return referencedCode(scope, expression);
    case "binary":
      return isArithmetic(expression.operator)
        ? differsFromZero(numberCode(scope, expression))
        : relationCode(scope, expression.operator, expression);
    default:
      return differsFromZero(numberCode(scope, expression));
  }
}

const isArithmetic = (operator: BinaryOperator): operator is Arithmetic =>
  !["=", "<", "and", "or"].includes(operator);

const differsFromZero = (value: Bounded): Bounded => negated(equalCode(value, known(0)));

function relationCode(
  scope: Scope,
  operator: Exclude<BinaryOperator, Arithmetic>,
  { left, right }: { readonly left: Expression; readonly right: Expression },
): Bounded {
  switch (operator) {
    case "=":
      return equalCode(numberCode(scope, left), numberCode(scope, right));
    case "<":
      return lessCode(numberCode(scope, left), numberCode(scope, right));
    case "and": {
      const one = conditionCode(scope, left);
      return one.max === 0 ? one : conjunction(one, conditionCode(scope, right));
    }
    case "or": {
      const one = conditionCode(scope, left);
      return one.min === 1 ? one : disjunction(one, conditionCode(scope, right));
    }
    default:
      return unreachable(operator);
  }
}

function conditionalCode(scope: Scope, expression: Expression & { readonly kind: "if" }): Bounded {
  const condition = conditionCode(scope, expression.condition);
  if (isConstant(condition))
    return numberCode(scope, condition.min === 0 ? expression.otherwise : expression.then);
  const then = numberCode(scope, expression.then);
  const otherwise = numberCode(scope, expression.otherwise);
  const range = {
    min: Math.min(then.min, otherwise.min),
    max: Math.max(then.max, otherwise.max),
  };
  const [one, other] = isInt32(range)
    ? [then.code, otherwise.code]
    : [asNumber(then), asNumber(otherwise)];
  return { ...range, code: choice(condition.code, one, other) };
}

function referencedCode(
  scope: Scope,
  { to, slot }: Expression & { readonly kind: "referenced" },
): Bounded {
  const kind = referencedKinds(scope.layout).indexOf(to);
  if (kind === -1) return decided(false);
  return truth(call(`r${kind}`, [stateStart, narrowed(numberCode(scope, slot))]));
}

function cellCode(scope: Scope, variable: string, index: Expression): Bounded {
  const number = variableNumber(scope.layout, variable);
  const field = scope.layout.variables[number] as Packed;
  const position = positionCode(field, numberCode(scope, index));
  return isConstant(position)
    ? readAt(field, position.min, scope.words)
    : readDynamic(scope, number, position.code);
}

/** The position in an array, from 0, that an index means; one that may be outside is tested when it runs. */
export function positionCode({ first, length }: Packed, index: Bounded): Bounded {
  if (within(index, first, first + length - 1)) return arithmeticCode("-", index, known(first));
  const position = integer("sub", narrowed(index), i32(first));
  return {
    code: call("inside", [position, i32(length)]),
    min: 0,
    max: Math.max(length - 1, 1),
  };
}

/** The value as i32, and -1 for one that is none: an index or reference, of which neither is any. */
export const narrowed = (value: Bounded): Code =>
  isInt32(value) ? value.code : call("narrowed", [value.code]);

function variableNumber({ variableNumbers }: Layout, name: string): number {
  const number = variableNumbers.get(name);
  assert(number !== undefined, `variable ${name} exists`);
  return number;
}

export const variableField = (layout: Layout, name: string): Packed =>
  layout.variables[variableNumber(layout, name)] as Packed;

export function localField({ layout, self }: Scope, name: string): Packed {
  const field = layout.threads[self - 1]?.locals.get(name);
  assert(field !== undefined, `thread ${self} has a local ${name}`);
  return field;
}

function ownConstant({ layout, self }: Scope, name: string): number {
  const value = layout.threads[self - 1]?.thread.constants[name];
  assert(value !== undefined, `thread ${self} has a constant ${name}`);
  return value;
}
