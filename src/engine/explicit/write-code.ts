/**
 * The successor of a state as JavaScript text: fields replaced in copies `t0`, `t1`, … of the words they lie in.
 *
 * Fields whose place is known are combined into one expression a word, `(s1 & mask) | constant | (value << shift)`.
 * What is decided only when the step fires (an index, the thread that is started) follows as statements, in order, so
 * that of two writes to one field the later wins. Arrays over several words are changed in the successor itself, at
 * `O[o]` and following, after the words were stored there.
 */
import { type Code, maskOf, togetherShift } from "./field-code.ts";
import { type Packed, slotAt } from "./layout.ts";

interface Part {
  readonly mask: number;
  readonly shift: number;
  readonly value: Code;
  readonly min: number;
}

/** Collects the writes of one step. */
export interface Writes {
  /** Position from 0: a constant, or text that is evaluated once. */
  readonly write: (field: Packed, position: Code, value: Code) => void;
  /** Writes that happen only under a condition, given as text. */
  readonly writeIf: (condition: string, fill: (writes: Writes) => void) => void;
  /** Statements that leave the successor at `O[o]`; `words` is told which words they read as `s0`, …. */
  readonly text: (stateWords: number, words: Set<number>) => string;
}

/** `inMemory` says of a field that some write of the step has an index that is not known. */
export function createWrites(inMemory: (field: Packed) => boolean): Writes {
  const combined = new Map<number, Part[]>();
  const changed = new Set<number>();
  const dirty = new Set<number>();
  const later: string[] = [];
  const memory: string[] = [];

  const known = (field: Packed, position: number, value: Code, statements?: string[]): void => {
    const { word, shift } = slotAt(field, position);
    const part = { mask: maskOf(field.bits) << shift, shift, value, min: field.min };
    changed.add(word);
    if (statements === undefined && !dirty.has(word)) {
      const others = (combined.get(word) ?? []).filter(({ mask }) => mask !== part.mask);
      combined.set(word, [...others, part]);
      return;
    }
    dirty.add(word);
    (statements ?? later).push(`t${word} = ${replaced(`t${word}`, [part])};`);
  };

  const put = (field: Packed, position: Code, value: Code, statements?: string[]): void => {
    const { storage } = field;
    const isKnown = position.min === position.max;
    if (storage.kind === "constant") return;
    if (storage.kind === "wide" || (storage.kind === "strided" && (!isKnown || inMemory(field)))) {
      memory.push(memoryWrite(field, position, value));
    } else if (isKnown) {
      known(field, position.min, value, statements);
    } else if (storage.kind === "together") {
      const { word, shift } = storage.slot;
      changed.add(word);
      dirty.add(word);
      const at = togetherShift(shift, field.bits, position.text);
      const moved = `(${value.text} - ${parenthesized(field.min)}) << ${at}`;
      (statements ?? later).push(
        `t${word} = (t${word} & ~(${maskOf(field.bits)} << ${at})) | (${moved});`,
      );
    }
  };

  return {
    write: (field, position, value) => put(field, position, value),
    writeIf: (condition, fill) => {
      const statements: string[] = [];
      const memoryBefore = memory.length;
      fill({
        write: (field, position, value) => put(field, position, value, statements),
        writeIf: () => {},
        text: () => "",
      });
      later.push(`if (${condition}) { ${statements.join(" ")} }`);
      const memoryOnly = memory.splice(memoryBefore);
      if (memoryOnly.length > 0) memory.push(`if (${condition}) { ${memoryOnly.join(" ")} }`);
    },
    text: (stateWords, words) => {
      const lines = [...changed]
        .sort((a, b) => a - b)
        .map((word) => {
          const parts = combined.get(word) ?? [];
          if (parts.reduce((mask, part) => mask | part.mask, 0) !== -1) words.add(word);
          return `let t${word} = ${replaced(`s${word}`, parts)};`;
        });
      const stores = Array.from({ length: stateWords }, (_, word) => {
        if (!changed.has(word)) words.add(word);
        return `O[o${word === 0 ? "" : ` + ${word}`}] = ${changed.has(word) ? "t" : "s"}${word};`;
      });
      return [...lines, ...later, ...stores, ...memory].join("\n");
    },
  };
}

/** The word with the parts' fields replaced. */
function replaced(word: string, parts: readonly Part[]): string {
  const cleared = parts.reduce((mask, part) => mask | part.mask, 0);
  const terms: string[] = [];
  if (cleared !== -1) terms.push(cleared === 0 ? word : `(${word} & ${~cleared})`);
  let constant = 0;
  for (const { value, min, shift } of parts) {
    const distance = value.min - min;
    if (value.min === value.max) constant |= distance << shift;
    else terms.push(shifted(value.text, min, shift));
  }
  if (constant !== 0 || terms.length === 0) terms.push(`${constant}`);
  return terms.length === 1 ? `${terms[0]} | 0` : terms.join(" | ");
}

function shifted(value: string, min: number, shift: number): string {
  const distance = min === 0 ? value : `(${value} - ${parenthesized(min)})`;
  return shift === 0 ? distance : `(${distance} << ${shift})`;
}

const parenthesized = (value: number): string => (value < 0 ? `(${value})` : `${value}`);

/** Statements that change a field of several words in the successor itself. */
function memoryWrite(field: Packed, position: Code, value: Code): string {
  const { storage, bits, min } = field;
  if (storage.kind === "wide") {
    const at = `o + ${storage.word} + 2 * ${position.text}`;
    const distance = `(${value.text} - ${parenthesized(min)})`;
    return `O[${at}] = ${distance} % 4294967296 | 0; O[${at} + 1] = ${distance} / 4294967296 | 0;`;
  }
  if (storage.kind !== "strided") return "";
  const at = `o + ${storage.word} + (${position.text} >> ${storage.perLog2})`;
  const shift = `((${position.text} & ${2 ** storage.perLog2 - 1}) * ${bits})`;
  const mask = `(${maskOf(bits)} << ${shift})`;
  return `O[${at}] = (O[${at}] & ~${mask}) | ((${value.text} - ${parenthesized(min)}) << ${shift});`;
}
