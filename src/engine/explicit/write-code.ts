/**
 * The successor of a state as code: fields replaced in copies `t0_…`, `t1_…`, … of the words they lie in.
 *
 * Fields whose place is known are combined into one expression a word, `(s1 & mask) | constant | (value << shift)`.
 * What is decided only when the step fires (an index, the thread that is started) follows as statements, in order, so
 * that of two writes to one field the later wins. Arrays over several words are changed in the successor itself, in
 * `successors` at `o` and following, after the words were stored there.
 */
import {
  add,
  bitAnd,
  bitOr,
  declare,
  f64,
  i32,
  integer,
  load,
  number,
  set,
  shiftLeft,
  store,
  variable,
  when,
  wrap,
} from "../codegen/build.ts";
import type { Code, Statement } from "../codegen/code.ts";
import { asNumber, type Bounded, isConstant, isInt32 } from "./bounded.ts";
import { maskOf, stridedSlot, togetherShift, wordCode } from "./field-code.ts";
import { type Packed, slotAt } from "./layout.ts";

/** Where a function appends its next successor. */
export const successorStart = variable("o");

interface Part {
  readonly mask: number;
  readonly shift: number;
  readonly value: Bounded;
  readonly min: number;
}

/** Writes one value; the position, from 0, is a constant or a variable. */
export type Write = (field: Packed, position: Bounded, value: Bounded) => void;

/** Collects the writes of one step. */
export interface Writes {
  readonly write: Write;
  /** Writes that happen only under a condition. */
  readonly writeIf: (condition: Code, fill: (write: Write) => void) => void;
  /** Statements that leave the successor at `o`; `words` is told which words they read. */
  readonly statements: (stateWords: number, words: Set<number>) => readonly Statement[];
}

/** Statements for what cannot be combined: changes to copies of words, and to the successor itself. */
interface Changes {
  readonly copies: Statement[];
  readonly memory: Statement[];
}

/** `step` tells the variables of several steps of one function apart. */
export function createWrites(
  step: number,
  /** Whether some write of the step to the field has an index that is not known. */
  inMemory: (field: Packed) => boolean,
): Writes {
  const combined = new Map<number, readonly Part[]>();
  const changed = new Set<number>();
  const uncombined = new Set<number>();
  const always: Changes = { copies: [], memory: [] };
  const copyName = (word: number): string => `t${word}_${step}`;
  const copy = (word: number): Code => variable(copyName(word));
  const change = (to: Changes, word: number, value: Code): void => {
    changed.add(word);
    uncombined.add(word);
    to.copies.push(set(copyName(word), value));
  };
  const combine = (word: number, part: Part): void => {
    changed.add(word);
    const others = (combined.get(word) ?? []).filter(({ mask }) => mask !== part.mask);
    combined.set(word, [...others, part]);
  };

  const writeTo =
    (to: Changes): Write =>
    (field, position, value) => {
      const { storage, bits, min } = field;
      const isKnown = isConstant(position);
      if (storage.kind === "constant") return;
      if (
        storage.kind === "wide" ||
        (storage.kind === "strided" && (!isKnown || inMemory(field)))
      ) {
        to.memory.push(...memoryWrite(field, position.code, value));
      } else if (isKnown) {
        const { word, shift } = slotAt(field, position.min);
        const part = { mask: maskOf(bits) << shift, shift, value, min };
        if (to === always && !uncombined.has(word)) combine(word, part);
        else change(to, word, replaced(copy(word), [part]));
      } else if (storage.kind === "together") {
        const { word, shift } = storage.slot;
        const at = togetherShift(shift, bits, position.code);
        change(to, word, inserted(copy(word), at, { field, value }));
      }
    };

  return {
    write: writeTo(always),
    writeIf: (condition, fill) => {
      const changes: Changes = { copies: [], memory: [] };
      fill(writeTo(changes));
      if (changes.copies.length > 0) always.copies.push(when(condition, changes.copies));
      if (changes.memory.length > 0) always.memory.push(when(condition, changes.memory));
    },
    statements: (stateWords, words) => {
      const copies = [...changed]
        .sort((a, b) => a - b)
        .map((word) => declare(copyName(word), initialCopy(word, combined.get(word) ?? [], words)));
      const stores = Array.from({ length: stateWords }, (_, word) => {
        const value = changed.has(word) ? copy(word) : wordCode(word, words);
        return store("successors", add(successorStart, i32(word)), value);
      });
      return [...copies, ...always.copies, ...stores, ...always.memory];
    },
  };
}

/** The word with the parts' fields replaced; it is not read where they make up all of it. */
function initialCopy(word: number, parts: readonly Part[], words: Set<number>): Code {
  const cleared = parts.reduce((mask, part) => mask | part.mask, 0);
  return replaced(cleared === -1 ? i32(0) : wordCode(word, words), parts);
}

function replaced(word: Code, parts: readonly Part[]): Code {
  const cleared = parts.reduce((mask, part) => mask | part.mask, 0);
  const constant = parts
    .filter(({ value }) => isConstant(value))
    .reduce((bits, { value, min, shift }) => bits | ((value.min - min) << shift), 0);
  const kept = bitAnd(word, i32(~cleared));
  return parts
    .filter(({ value }) => !isConstant(value))
    .map(({ value, min, shift }) => shiftLeft(distanceCode(value, min), i32(shift)))
    .concat(i32(constant))
    .reduce(bitOr, kept);
}

/** The word with the field's bits, `at` so many from the lowest, replaced. */
function inserted(
  word: Code,
  at: Code,
  { field, value }: { readonly field: Packed; readonly value: Bounded },
): Code {
  const mask = shiftLeft(i32(maskOf(field.bits)), at);
  const cleared = bitAnd(word, integer("xor", mask, i32(-1)));
  return bitOr(cleared, shiftLeft(distanceCode(value, field.min), at));
}

/** What is stored for a value: its distance from the field's minimum, as the lowest 32 bits. */
function distanceCode(value: Bounded, min: number): Code {
  if (isInt32(value) && isInt32({ min, max: min })) return integer("sub", value.code, i32(min));
  return wrap(number("sub", asNumber(value), f64(min)));
}

/** Statements that change a field of several words in the successor itself. */
function memoryWrite(field: Packed, position: Code, value: Bounded): readonly Statement[] {
  const { storage, bits, min } = field;
  if (storage.kind === "wide") {
    const low = add(add(successorStart, i32(storage.word)), integer("mul", position, i32(2)));
    const distance = number("sub", asNumber(value), f64(min));
    return [
      store("successors", low, wrap(distance)),
      store("successors", add(low, i32(1)), wrap(number("div", distance, f64(2 ** 32)))),
    ];
  }
  if (storage.kind !== "strided") return [];
  const { word, shift } = stridedSlot(storage.perLog2, bits, position);
  const at = add(add(successorStart, i32(storage.word)), word);
  return [store("successors", at, inserted(load("successors", at), shift, { field, value }))];
}
