/**
 * Bit operators on whole numbers that may not fit 32 bits: two's complement of unlimited width, so that unsigned values
 * stay unsigned. Too rare and too long for either kind of generated code, which calls these.
 */

/** Both operands are whole numbers; anything else gives NaN. */
export type BitOperator = (left: number, right: number) => number;

export const unlimitedAnd: BitOperator = (left, right) =>
  unlimited(left, right, (one, other) => one & other);
export const unlimitedOr: BitOperator = (left, right) =>
  unlimited(left, right, (one, other) => one | other);
export const unlimitedXor: BitOperator = (left, right) =>
  unlimited(left, right, (one, other) => one ^ other);

function unlimited(
  left: number,
  right: number,
  combined: (left: bigint, right: bigint) => bigint,
): number {
  if (!Number.isInteger(left) || !Number.isInteger(right)) return Number.NaN;
  return Number(combined(BigInt(left), BigInt(right)));
}
