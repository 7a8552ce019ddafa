/**
 * The words that generated code and JavaScript tell each other, in the region `control`.
 *
 * What depends on the table's size lies here and not in the code, so that a module is compiled once however often its
 * table grows.
 */
import { i32, load, store } from "../codegen/build.ts";
import type { Code, Statement } from "../codegen/code.ts";
import type { Geometry } from "./geometry.ts";

const names = [
  /** The table: see `geometry.ts`. The end of displacements is the largest one, plus one as entries hold it. */
  ...(["multiplier", "shift", "shiftMask", "residueBits", "residueMask", "quotientBits"] as const),
  ...(["displacementBits", "displacementMask", "displacementEnd", "tableWords"] as const),
  /** Whether entries are short: 0 or 1. */
  "short",
  /** States in the table. */
  "size",
  /** No batch is begun once the table holds more states than this. */
  "sizeMax",
  /** Words of new states in the region `fresh`. */
  "fresh",
  /** Words of successors found. */
  "found",
  /** End of the successors of a batch that did not all fit in the table, else 0. */
  "pending",
  /** Set by hooks: the search stops before the successors of this batch are inserted. */
  "halted",
  /** Takes what is read only to bring it near. */
  "sink",
] as const;

export type ControlName = (typeof names)[number];

export const controlWords = names.length;

export const controlIndex = (name: ControlName): number => names.indexOf(name);

export const loadControl = (name: ControlName): Code => load("control", i32(controlIndex(name)));

export const storeControl = (name: ControlName, value: Code): Statement =>
  store("control", i32(controlIndex(name)), value);

/** Tells the generated code which table it works on. */
export function describe(control: Int32Array, geometry: Geometry): void {
  const { form, lines, multiplier, shift, residueBits, displacementBits } = geometry;
  const values: Partial<Record<ControlName, number>> = {
    ...{ multiplier, shift, residueBits, displacementBits },
    shiftMask: 2 ** shift - 1,
    residueMask: 2 ** residueBits - 1,
    quotientBits: geometry.quotientBits,
    displacementMask: 2 ** displacementBits - 1,
    displacementEnd: geometry.displacementMax + 1,
    tableWords: lines * form.lineWords,
    short: Number(form.short),
  };
  for (const [index, name] of names.entries()) {
    const value = values[name];
    if (value !== undefined) control[index] = value;
  }
}
