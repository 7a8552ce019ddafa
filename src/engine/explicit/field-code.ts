/**
 * Reading fields of a packed state, as JavaScript text. A step's function has the words it needs in `s0`, `s1`, …;
 * arrays of several words are read from the state itself, at `S[p]` and following, by the functions of `fieldFunctions`.
 */
import { type Layout, type Packed, slotAt } from "./layout.ts";

/** Text of a JavaScript expression, and the bounds of its value. Text never contains a name of the Program. */
export interface Code {
  readonly text: string;
  readonly min: number;
  readonly max: number;
}

export const number = (value: number): Code => ({
  text: value < 0 ? `(${value})` : `${value}`,
  min: value,
  max: value,
});

/** Numbers a mask of `bits` ones as JavaScript's bit operations see it. */
export const maskOf = (bits: number): number => (bits === 32 ? -1 : ((1 << bits) - 1) | 0);

/** The value of a field whose bits stand at `shift` in the word of text `word`. */
function decoded(field: Packed, word: string, shift: string | number): string {
  const { bits, min, max } = field;
  if (bits === 32) {
    if (min === -(2 ** 31))
      return max === 2 ** 31 - 1 ? `(${word} ^ ${-(2 ** 31)})` : `((${word} >>> 0) + ${min})`;
    return min === 0 ? `(${word} >>> 0)` : `((${word} >>> 0) + ${number(min).text})`;
  }
  const moved = shift === 0 ? word : `${word} >>> ${shift}`;
  const value =
    typeof shift === "number" && shift + bits === 32
      ? `(${moved})`
      : `(${moved} & ${maskOf(bits)})`;
  return min === 0 ? value : `(${value} + ${number(min).text})`;
}

/** An element at a position known beforehand. */
export function readAt(field: Packed, position: number, words: Set<number>, reader: string): Code {
  const { storage, min, max } = field;
  if (storage.kind === "constant") return number(storage.values[position] ?? 0);
  if (storage.kind === "wide") return { text: `${reader}(p, ${position})`, min, max };
  const { word, shift } = slotAt(field, position);
  words.add(word);
  return { text: decoded(field, `s${word}`, shift), min, max };
}

/** An element at the position that `position` computes; it is text of a whole number within the array. */
export function readDynamic(
  field: Packed,
  position: string,
  words: Set<number>,
  reader: string,
): Code {
  const { storage, min, max, bits } = field;
  if (storage.kind === "constant") {
    const low = Math.min(...storage.values);
    return { text: `${reader}(p, ${position})`, min: low, max: Math.max(...storage.values) };
  }
  if (storage.kind !== "together") return { text: `${reader}(p, ${position})`, min, max };
  const { word, shift } = storage.slot;
  words.add(word);
  return { text: decoded(field, `s${word}`, togetherShift(shift, bits, position)), min, max };
}

export function togetherShift(shift: number, bits: number, position: string): string {
  const scaled = bits === 1 ? position : `${position} * ${bits}`;
  return shift === 0 ? `(${scaled})` : `(${shift} + ${scaled})`;
}

/** The function `reader` that reads one field of the state at `p`. */
function readerFunction(field: Packed, reader: string): string {
  const { storage, bits, min } = field;
  switch (storage.kind) {
    case "constant":
      return `const ${reader}Values = ${JSON.stringify(storage.values)};
function ${reader}(p, i) { return ${reader}Values[i]; }`;
    case "wide":
      return `function ${reader}(p, i) {
  return (S[p + ${storage.word} + 2 * i] >>> 0) + (S[p + ${storage.word} + 2 * i + 1] >>> 0) * 4294967296 + ${number(min).text};
}`;
    case "strided": {
      const { word, perLog2 } = storage;
      const text = decoded(
        field,
        `S[p + ${word} + (i >> ${perLog2})]`,
        `((i & ${2 ** perLog2 - 1}) * ${bits})`,
      );
      return `function ${reader}(p, i) { return ${text}; }`;
    }
    case "together": {
      const text = decoded(
        field,
        `S[p + ${storage.slot.word}]`,
        togetherShift(storage.slot.shift, bits, "i"),
      );
      return `function ${reader}(p, i) { return ${text}; }`;
    }
    case "separate":
      // Only called with an index that is known to be outside, which throws first.
      return `function ${reader}(p, i) { return 0; }`;
    default: {
      const never: never = storage;
      return never;
    }
  }
}

/** Reader functions of all variables (`v0`, `v1`, …) and locals (`l0_0`, …). */
export function fieldFunctions(layout: Layout): string {
  const variables = layout.variables.map((field, index) => readerFunction(field, `v${index}`));
  const locals = layout.threads.flatMap(({ locals }, thread) =>
    [...locals.values()].map((field, index) => readerFunction(field, `l${thread}_${index}`)),
  );
  return [...variables, ...locals].join("\n");
}

/** Declares the words that a function's text reads. */
export function wordDeclarations(words: ReadonlySet<number>): string {
  const sorted = [...words].sort((a, b) => a - b);
  return sorted.length === 0
    ? ""
    : `const ${sorted.map((word) => `s${word} = S[p + ${word}]`).join(", ")};`;
}
