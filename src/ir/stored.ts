import {
  binary,
  conditional,
  constant,
  type Expression,
  lessThan,
  minus,
  plus,
} from "./expression.ts";
import type { Type } from "./type.ts";

/** What reading a variable of this type gives after `value` was stored in it: machine integers wrap. */
export function asStored(type: Type, value: Expression): Expression {
  if (type.kind !== "wrapping") return value;
  const size = constant(2 ** type.bits);
  const unsigned = binary("%", plus(binary("%", value, size), size), size);
  if (!type.signed) return unsigned;
  const negative = lessThan(constant(2 ** (type.bits - 1) - 1), unsigned);
  return conditional(negative, minus(unsigned, size), unsigned);
}
