/**
 * Operators of Programs on bounded code, and what an assignment stores.
 *
 * Bounds decide what they can: a comparison of disjoint ranges, arithmetic that stays within 32 bits. Nothing here may
 * change a value; `applyOperator` of `ir/expression.ts` says what values are.
 */
import { applyOperator } from "../../ir/expression.ts";
import { bounds, type Type } from "../../ir/type.ts";
import { unreachable } from "../../support/assert.ts";
import { bitAnd, i32, integer, number, shiftLeft, widen } from "../codegen/build.ts";
import {
  asBits,
  asNumber,
  type Bounded,
  type Bounds,
  decided,
  fitted,
  isConstant,
  isInt32,
  known,
  truth,
  within,
} from "./bounded.ts";

export type Arithmetic = "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^";

export function equalCode(left: Bounded, right: Bounded): Bounded {
  if (left.max < right.min || right.max < left.min) return decided(false);
  if (isConstant(left) && isConstant(right)) return decided(true);
  if (isInt32(left) && isInt32(right)) return truth(integer("eq", left.code, right.code));
  return truth(number("eq", asNumber(left), asNumber(right)));
}

export function lessCode(left: Bounded, right: Bounded): Bounded {
  if (left.max < right.min) return decided(true);
  if (left.min >= right.max) return decided(false);
  if (isInt32(left) && isInt32(right)) return truth(integer("lt_s", left.code, right.code));
  return truth(number("lt", asNumber(left), asNumber(right)));
}

export function arithmeticCode(operator: Arithmetic, left: Bounded, right: Bounded): Bounded {
  if (isConstant(left) && isConstant(right))
    return known(applyOperator(operator, left.min, right.min));
  const range = rangeOf(operator, left, right);
  switch (operator) {
    case "+":
    case "-":
    case "*": {
      const name = names[operator];
      if ([range, left, right].every(isInt32))
        return { ...range, code: integer(name, left.code, right.code) };
      return fitted(number(name, asNumber(left), asNumber(right)), range);
    }
    case "/":
    case "%":
      return fitted(number(names[operator], asNumber(left), asNumber(right)), range);
    case "&":
    case "|":
    case "^":
      return bitCode(operator, { left, right, range });
    default:
      return unreachable(operator);
  }
}

const names = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "%": "rem",
  "&": "and",
  "|": "or",
  "^": "xor",
} as const;

/** The lowest bits of the operands give the result where it fits 32 bits, signed or unsigned. */
function bitCode(
  operator: "&" | "|" | "^",
  at: { readonly left: Bounded; readonly right: Bounded; readonly range: Bounds },
): Bounded {
  const { left, right, range } = at;
  const low = integer(names[operator], asBits(left), asBits(right));
  if (isInt32(range)) return { ...range, code: low };
  if (within(range, 0, 2 ** 32 - 1)) return { ...range, code: widen(low, false) };
  return { ...range, code: number(names[operator], asNumber(left), asNumber(right)) };
}

function rangeOf(operator: Arithmetic, left: Bounds, right: Bounds): Bounds {
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

/** No more bits than the operands have, and a mask that is not negative bounds the result of `&`. */
function bitRange(operator: "&" | "|" | "^", left: Bounds, right: Bounds): Bounds {
  const positive = [left, right].filter(({ min }) => min >= 0);
  if (operator === "&" && positive.length > 0)
    return { min: 0, max: Math.min(...positive.map(({ max }) => max)) };
  let reach = 1;
  const largest = Math.max(left.max, right.max, -left.min - 1, -right.min - 1);
  while (reach <= largest) reach *= 2;
  return { min: positive.length === 2 ? 0 : -reach, max: reach - 1 };
}

/** What an assignment of the value to this type stores: wrapped for machine integers, else unchanged. */
export function storedCode(type: Type, value: Bounded): Bounded {
  const { min, max } = bounds(type);
  if (type.kind !== "wrapping" || within(value, min, max)) return value;
  const low = asBits(value);
  const spare = i32(32 - type.bits);
  if (type.signed) return { min, max, code: integer("shr_s", shiftLeft(low, spare), spare) };
  if (type.bits === 32) return { min, max, code: widen(low, false) };
  return { min, max, code: bitAnd(low, i32(max)) };
}
