import { unreachable } from "../support/assert.ts";

/**
 * The values a variable may hold. Every value of a Program is an integer; the type gives its bounds and how readers see it.
 *
 * - `boolean`: 0 or 1.
 * - `range`: from `min` to `max`; leaving it is the fatal rule `range`, since such a state cannot be represented.
 * - `wrapping`: a machine integer of `bits` bits, which wraps as in C and release Rust.
 * - `enumeration`: the index of a member.
 * - `reference`: 0 for null, else one of the slots 1 to `slots` of the objects of kind `to`.
 */
export type Type =
  | { readonly kind: "boolean" }
  | { readonly kind: "range"; readonly min: number; readonly max: number }
  | { readonly kind: "wrapping"; readonly bits: 8 | 16 | 32; readonly signed: boolean }
  | { readonly kind: "enumeration"; readonly name: string; readonly members: readonly string[] }
  | { readonly kind: "reference"; readonly to: string; readonly slots: number };

/** The smallest and the largest value of a type, both included. */
export function bounds(type: Type): { readonly min: number; readonly max: number } {
  switch (type.kind) {
    case "boolean":
      return { min: 0, max: 1 };
    case "range":
      return { min: type.min, max: type.max };
    case "wrapping":
      return type.signed
        ? { min: -(2 ** (type.bits - 1)), max: 2 ** (type.bits - 1) - 1 }
        : { min: 0, max: 2 ** type.bits - 1 };
    case "enumeration":
      return { min: 0, max: type.members.length - 1 };
    case "reference":
      return { min: 0, max: type.slots };
    default:
      return unreachable(type);
  }
}

/**
 * The value that an assignment of `value` stores: wrapped for machine integers, unchanged otherwise.
 * The result of a type that does not wrap may lie outside its bounds; whoever stores it must test `contains`.
 */
export function stored(type: Type, value: number): number {
  if (type.kind !== "wrapping") return value;
  const size = 2 ** type.bits;
  const unsigned = ((value % size) + size) % size;
  return type.signed && unsigned >= size / 2 ? unsigned - size : unsigned;
}

/** Whether `value` is one of the type's values. */
export function contains(type: Type, value: number): boolean {
  const { min, max } = bounds(type);
  return Number.isInteger(value) && value >= min && value <= max;
}

/** A value as readers see it: `true`, `DISPATCH_LEVEL`, `null`, `thread 2`. */
export function valueText(type: Type, value: number): string {
  switch (type.kind) {
    case "boolean":
      return value === 0 ? "false" : "true";
    case "enumeration":
      return type.members[value] ?? String(value);
    case "reference":
      return value === 0 ? "null" : `${type.to} ${value}`;
    default:
      return String(value);
  }
}
