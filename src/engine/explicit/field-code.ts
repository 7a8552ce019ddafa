/**
 * Code that reads fields of a packed state. A function has the words it needs in variables `s0`, `s1`, …; an element of
 * an array of several words, at an index that is not known, is read from the state itself by a function of
 * `fieldFunctions`.
 */
import { unreachable } from "../../support/assert.ts";
import {
  add,
  bitAnd,
  call,
  codeFunction,
  declare,
  f64,
  giveBack,
  i32,
  integer,
  load,
  number,
  switchOn,
  variable,
  widen,
} from "../codegen/build.ts";
import type { Code, CodeFunction, Statement } from "../codegen/code.ts";
import { type Bounded, type Bounds, isInt32, known, typeFor } from "./bounded.ts";
import { type Layout, type Packed, slotAt } from "./layout.ts";

/** Where the state that a function looks at begins in `source`. */
export const stateStart = variable("p");

/** Numbers a mask of `bits` ones as bit operations see it. */
export const maskOf = (bits: number): number => (bits === 32 ? -1 : ((1 << bits) - 1) | 0);

/** The variable that holds a word of the state; `words` is told that it is needed. */
export function wordCode(word: number, words: Set<number>): Code {
  words.add(word);
  return variable(`s${word}`);
}

/** The value of a field whose bits stand at `shift` in the word. */
function decoded({ bits, min, max }: Packed, word: Code, shift: Code): Bounded {
  const moved = integer("shr_u", word, shift);
  const fillsTop = shift.kind === "constant" && shift.value + bits === 32;
  const distance = fillsTop ? moved : bitAnd(moved, i32(maskOf(bits)));
  if (isInt32({ min, max })) return { min, max, code: add(distance, i32(min)) };
  return { min, max, code: number("add", widen(distance, false), f64(min)) };
}

/** The value of a field whose distance from its minimum is these two words. */
function decodedWide({ min, max }: Packed, low: Code, high: Code): Bounded {
  const upper = number("mul", widen(high, false), f64(2 ** 32));
  const distance = number("add", widen(low, false), upper);
  return { min, max, code: number("add", distance, f64(min)) };
}

/** An element at a position known beforehand. */
export function readAt(field: Packed, position: number, words: Set<number>): Bounded {
  const { storage } = field;
  if (storage.kind === "constant") return known(storage.values[position] ?? 0);
  if (storage.kind === "wide") {
    const low = storage.word + 2 * position;
    return decodedWide(field, wordCode(low, words), wordCode(low + 1, words));
  }
  const { word, shift } = slotAt(field, position);
  return decoded(field, wordCode(word, words), i32(shift));
}

/** An element of variable number `index` at a position, within the array, that is computed. */
export function readDynamic(
  { layout, words }: { readonly layout: Layout; readonly words: Set<number> },
  index: number,
  position: Code,
): Bounded {
  const field = layout.variables[index] as Packed;
  if (field.storage.kind === "together") {
    const { word, shift } = field.storage.slot;
    return decoded(field, wordCode(word, words), togetherShift(shift, field.bits, position));
  }
  const range = elementBounds(field);
  return { ...range, code: call(`v${index}`, [stateStart, position], typeFor(range)) };
}

const elementBounds = ({ storage, min, max }: Packed): Bounds =>
  storage.kind === "constant"
    ? { min: Math.min(...storage.values), max: Math.max(...storage.values) }
    : { min, max };

/** Where the bits of an element begin, of an array that lies in one word. */
export const togetherShift = (shift: number, bits: number, position: Code): Code =>
  add(integer("mul", position, i32(bits)), i32(shift));

/** Where an element of a `strided` array lies: its word, from the array's first, and its bits in the word. */
export function stridedSlot(
  perLog2: number,
  bits: number,
  position: Code,
): { readonly word: Code; readonly shift: Code } {
  if (perLog2 === 0) return { word: position, shift: i32(0) };
  const inWord = bitAnd(position, i32(2 ** perLog2 - 1));
  return {
    word: integer("shr_s", position, i32(perLog2)),
    shift: integer("mul", inWord, i32(bits)),
  };
}

/** Functions `v0(p, i)`, … that read an element of a variable, where its position is not known. */
export function fieldFunctions(layout: Layout): readonly CodeFunction[] {
  return layout.variables.flatMap((field, index) => {
    const body = readerBody(field);
    if (body.length === 0) return [];
    const result = typeFor(elementBounds(field));
    return [codeFunction(`v${index}`, ["p", "i"], { body, result })];
  });
}

/** The body of the function that reads an element; empty if none is needed. */
function readerBody(field: Packed): readonly Statement[] {
  const { storage, bits } = field;
  const position = variable("i");
  const wordAt = (word: Code): Code => load("source", add(stateStart, word));
  switch (storage.kind) {
    case "constant": {
      const values = storage.values.map(
        (value, at) => [at, [giveBack(constantOf(field, value))]] as const,
      );
      return [switchOn(position, values), giveBack(constantOf(field, 0))];
    }
    case "wide": {
      const low = add(integer("mul", position, i32(2)), i32(storage.word));
      return [giveBack(decodedWide(field, wordAt(low), wordAt(add(low, i32(1)))).code)];
    }
    case "strided": {
      const { word, shift } = stridedSlot(storage.perLog2, bits, position);
      return [giveBack(decoded(field, wordAt(add(word, i32(storage.word))), shift).code)];
    }
    case "separate":
      // Only called with an index that is known to be outside, which throws first.
      return [giveBack(constantOf(field, 0))];
    case "together":
      return [];
    default:
      return unreachable(storage);
  }
}

const constantOf = (field: Packed, value: number): Code =>
  typeFor(elementBounds(field)) === "i32" ? i32(value) : f64(value);

/** Declares the words that a function reads. */
export function wordDeclarations(words: ReadonlySet<number>): readonly Statement[] {
  return [...words]
    .sort((a, b) => a - b)
    .map((word) => declare(`s${word}`, load("source", add(stateStart, i32(word)))));
}
