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
 * The hash is scaled to the number of lines (Lemire, "Fast random integer generation in an interval", ACM Transactions on
 * Modeling and Computer Simulation 2019), which so need not be a power of two: a table may take all the memory that is
 * left. Hashes of one line are consecutive, so a few of their lowest bits, the *quotient*, tell them apart; and lines
 * follow each other as their hashes do, also in a larger table. Products must fit 32 bits: so the number of lines is a
 * multiplier of 16 bits, times a power of two.
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

/** A table of a certain size; `control.ts` hands it to the generated code. */
export interface Geometry {
  readonly form: EntryForm;
  readonly lines: number;
  /** `lines` is `multiplier` times 2^(16 - `shift`). */
  readonly multiplier: number;
  readonly shift: number;
  /** Lowest bits of the hash that the key holds. */
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
  const doublings = Math.max(0, Math.ceil(Math.log2(linesMost)) - halfBits);
  const multiplier = Math.floor(linesMost / 2 ** doublings);
  const lines = multiplier * 2 ** doublings;
  const quotientBits = Math.ceil(2 * halfBits - Math.log2(lines));
  const free = keyBits - quotientBits - (form.short ? shape.lastBits : 0);
  const displacementBits = Math.max(0, Math.min(displacementBitsMax, free));
  // The largest value is left out in longer entries: it will mark one that a worker has claimed but not yet filled.
  const displacementMax = 2 ** displacementBits - (form.words === 1 ? 2 : 3);
  return {
    ...{ form, lines, multiplier, shift: halfBits - doublings, quotientBits },
    ...{ displacementBits, displacementMax },
  };
}

const half = 2 ** halfBits;

/** The line of a hash, taken as unsigned: the hash times `lines`, divided by 2^32. */
export function lineOf({ multiplier, shift }: Geometry, hash: number): number {
  const upper = Math.floor(hash / half) * multiplier;
  return Math.floor((upper + Math.floor(((hash % half) * multiplier) / half)) / 2 ** shift);
}

/** The least hash of a line. Two divisions, of which each is exact. */
export function leastHash({ multiplier, shift }: Geometry, line: number): number {
  const upper = Math.floor((line * 2 ** shift) / multiplier);
  const rest = line * 2 ** shift - upper * multiplier;
  return upper * half + Math.ceil((rest * half) / multiplier);
}
