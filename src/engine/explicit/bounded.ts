/**
 * Code with the bounds of its value, which decide how it is computed: an i32 exactly if both bounds fit 32 bits, else an
 * f64. Whoever joins two values takes them `asNumber` or `asBits`, and fits the result to its own bounds.
 */
import { both, either, f64, i32, isZero, widen, wrap } from "../codegen/build.ts";
import type { Code, CodeType } from "../codegen/code.ts";

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

export interface Bounded extends Bounds {
  readonly code: Code;
}

export const within = (value: Bounds, min: number, max: number): boolean =>
  value.min >= min && value.max <= max;

export const isInt32 = (value: Bounds): boolean => within(value, -(2 ** 31), 2 ** 31 - 1);

/** The type of code whose value has these bounds. */
export const typeFor = (value: Bounds): CodeType => (isInt32(value) ? "i32" : "f64");

export const isConstant = ({ min, max }: Bounds): boolean => min === max;

export function known(value: number): Bounded {
  const range = { min: value, max: value };
  return { ...range, code: isInt32(range) ? i32(value) : f64(value) };
}

export const truth = (code: Code): Bounded => ({ code, min: 0, max: 1 });
export const decided = (value: boolean): Bounded => known(Number(value));

/** The value as f64. */
export const asNumber = ({ code }: { readonly code: Code }): Code =>
  code.type === "f64" ? code : widen(code);

/** The lowest 32 bits of the value. */
export const asBits = ({ code }: { readonly code: Code }): Code =>
  code.type === "i32" ? code : wrap(code);

/** An f64 whose value is known to have these bounds. */
export const fitted = (code: Code, { min, max }: Bounds): Bounded => ({
  code: isInt32({ min, max }) ? wrap(code) : code,
  min,
  max,
});

/** The negation of a truth value. */
export const negated = (one: Bounded): Bounded =>
  isConstant(one) ? decided(one.min === 0) : truth(isZero(one.code));

/** The conjunction of two truth values; the right one is evaluated only where the left one holds. */
export function conjunction(one: Bounded, other: Bounded): Bounded {
  if (isConstant(one)) return one.min === 0 ? one : other;
  if (isConstant(other)) return other.min === 0 ? other : one;
  return truth(both(one.code, other.code));
}

/** The disjunction of two truth values; the right one is evaluated only where the left one does not hold. */
export function disjunction(one: Bounded, other: Bounded): Bounded {
  if (isConstant(one)) return one.min === 0 ? other : one;
  if (isConstant(other)) return other.min === 0 ? one : other;
  return truth(either(one.code, other.code));
}
