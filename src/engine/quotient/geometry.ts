/**
 * How many lines a table has, which line a hash begins at, and what of a state its entries must still hold.
 *
 * Quotienting (Cleary, "Compact hash tables using bidirectional linear probing", IEEE Transactions on Computers 1984):
 * what the place of an entry tells of a state needs no room in the entry. Here the first word of the root becomes a hash
 * of 32 bits, mixed with all others and invertible once they are known; the hash chooses a line of 64 bytes. An entry's
 * first word, the *key*, holds the rest of the hash and how many lines the entry lies behind its own (its displacement,
 * plus one, so that zero is empty); the other words of the root follow as they are. So entries are exact: a table never
 * takes one state for another. Where the key has room for the last word of the root, an entry is one word shorter.
 *
 * The number of lines is no power of two, so that a table may take all the memory that is left. The upper half of the
 * hash is scaled to `multiplier` parts of the table, the lower half gives `shift` bits as they are. At most
 * 2^residueBits upper halves, consecutive ones, fall in one part, so that many of their lowest bits tell them apart.
 */
import { assert } from "../../support/assert.ts";
import type { RootShape } from "./root-code.ts";

/** How entries are laid out. */
export interface EntryForm {
  /** Whether the key holds the last word of the root. */
  readonly short: boolean;
  /** Words of an entry. */
  readonly words: number;
  /** Entries in a line. */
  readonly slots: number;
  /** Words of a line: a line of the processor's cache, or more if an entry is longer. */
  readonly lineWords: number;
}

/** A table of a certain size; `geometry-words.ts` hands it to the generated code. */
export interface Geometry {
  readonly form: EntryForm;
  readonly lines: number;
  readonly multiplier: number;
  readonly shift: number;
  readonly residueBits: number;
  /** Bits of the hash that the key holds. */
  readonly quotientBits: number;
  /** The lowest bits of the key. */
  readonly displacementBits: number;
  /** Less than `lines`: the fewer lines, the more bits of the hash the key must hold. */
  readonly displacementMax: number;
}

const cacheLineWords = 16;
const halfBits = 16;
const keyBits = 32;

/** Fewer lines would leave no bits for displacements. */
export const linesMin = 4;

/** The forms that entries of roots of this shape can have, shortest first. */
export function entryForms({ words }: RootShape): readonly EntryForm[] {
  return words === 1 ? [form(1, false)] : [form(words - 1, true), form(words, false)];
}

/** Part of the names of functions for entries of this form. */
export const formName = ({ short }: EntryForm): string => (short ? "Short" : "Whole");

function form(words: number, short: boolean): EntryForm {
  const lineWords = cacheLineWords * Math.ceil(words / cacheLineWords);
  return { short, words, slots: Math.floor(lineWords / words), lineWords };
}

/** The best table of at most so many lines: with short entries where their displacements can be long enough. */
export function geometryOf(shape: RootShape, linesMost: number): Geometry {
  const made = entryForms(shape).map((one) => geometryWith(one, shape, linesMost));
  const chosen = made.find(isRoomy) ?? made.at(-1);
  assert(chosen !== undefined && chosen.displacementBits > 1, "a table has lines enough");
  return chosen;
}

/**
 * Entries that a displacement must be able to pass over. In a random table that is 70 % full, longer runs of full lines
 * are so rare that few tables of any size have one; a table that has grows.
 */
const slotsPassed = 224;

const isRoomy = ({ form: { slots }, displacementBits }: Geometry): boolean =>
  (2 ** displacementBits - 2) * slots >= slotsPassed;

/** Longer displacements would never be used. */
const displacementBitsMax = 8;

function geometryWith(form: EntryForm, shape: RootShape, linesMost: number): Geometry {
  const shift = Math.max(0, Math.ceil(Math.log2(linesMost)) - halfBits);
  const multiplier = Math.floor(linesMost / 2 ** shift);
  const lines = multiplier * 2 ** shift;
  const residueBits = Math.ceil(Math.log2(2 ** halfBits / multiplier));
  const quotientBits = halfBits - shift + residueBits;
  const free = keyBits - quotientBits - (form.short ? shape.lastBits : 0);
  const displacementBits = Math.max(0, Math.min(displacementBitsMax, free));
  // The largest value is left out in longer entries: it will mark one that a worker has claimed but not yet filled.
  const displacementMax = 2 ** displacementBits - (form.words === 1 ? 2 : 3);
  return {
    ...{ form, lines, multiplier, shift, residueBits, quotientBits },
    ...{ displacementBits, displacementMax },
  };
}

/** The first line of table `next` where an entry can begin that begins at this line of table `former`, or behind. */
export function lineAfter(former: Geometry, line: number, next: Geometry): number {
  const part = Math.max(0, Math.floor(line / 2 ** former.shift));
  const upper = Math.ceil((part * 2 ** halfBits) / former.multiplier);
  return Math.floor((upper * next.multiplier) / 2 ** halfBits) * 2 ** next.shift;
}
