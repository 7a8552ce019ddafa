/**
 * The *root* of a state: the same bits without the unused ones, in as few words as they need.
 *
 * A state leaves the upper bits of its words unused where no more fields fit. The root sets the used bits one after
 * another, so no two states have one root, and an entry of the table spends nothing on bits that are always zero.
 */
import { bitOr, i32, integer, shiftLeft } from "../codegen/build.ts";
import type { Code } from "../codegen/code.ts";

export interface RootShape {
  /** At least one. */
  readonly words: number;
  /** Of the last word, 1 to 32; the others are full. */
  readonly lastBits: number;
}

const wordBits = 32;

/** The shape of roots of states whose words use so many of their lowest bits each. */
export function rootShape(widths: readonly number[]): RootShape {
  const bits = Math.max(
    1,
    widths.reduce((sum, width) => sum + width, 0),
  );
  const words = Math.ceil(bits / wordBits);
  return { words, lastBits: bits - (words - 1) * wordBits };
}

/** The words of the root, given how each word of the state is read. Bits above a word's width must be zero. */
export function rootWords(
  widths: readonly number[],
  stateWord: (index: number) => Code,
): readonly Code[] {
  const parts = Array.from({ length: rootShape(widths).words }, (): Code[] => []);
  let bit = 0;
  for (const [index, width] of widths.entries()) {
    const at = Math.floor(bit / wordBits);
    const shift = bit % wordBits;
    if (width > 0) parts[at]?.push(shiftLeft(stateWord(index), i32(shift)));
    if (shift + width > wordBits)
      parts[at + 1]?.push(integer("shr_u", stateWord(index), i32(wordBits - shift)));
    bit += width;
  }
  return parts.map((own) => own.reduce(bitOr, i32(0)));
}
