/**
 * The words that generated code and JavaScript tell each other, in the region `control`.
 *
 * What depends on the table's size lies here and not in the code, so that a module is compiled once however often its
 * table grows.
 */
import { declare, i32, load, store } from "../codegen/build.ts";
import type { Code, Statement } from "../codegen/code.ts";
import type { Geometry } from "./geometry.ts";

/** What code needs to know of a table: see `geometry.ts`. */
const geometryNames = [
  ...(["multiplier", "shift", "quotientBits", "quotientMask"] as const),
  ...(["displacementBits", "displacementMask"] as const),
  /** The largest displacement as entries hold it, which is one more. */
  "displacementEnd",
  ...(["lines", "tableWords"] as const),
  /** Whether entries are short: 0 or 1. */
  "short",
] as const;

type GeometryName = (typeof geometryNames)[number];
type FormerName = `former${Capitalize<GeometryName>}`;

const loopNames = [
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
  /** Set by imports: the search stops before the successors of this batch are inserted. */
  "halted",
  /** Takes what is read only to bring it near. */
  "sink",
] as const;

/** Words of the table, of the one before it while it grows, and of the loop. */
export type ControlName = GeometryName | FormerName | (typeof loopNames)[number];

const formerName = (name: GeometryName): FormerName =>
  `former${name.charAt(0).toUpperCase()}${name.slice(1)}` as FormerName;

const names: readonly ControlName[] = [
  ...geometryNames,
  ...geometryNames.map(formerName),
  ...loopNames,
];

export const controlWords = names.length;

export const controlIndex = (name: ControlName): number => names.indexOf(name);

export const loadControl = (name: ControlName): Code => load("control", i32(controlIndex(name)));

export const storeControl = (name: ControlName, value: Code): Statement =>
  store("control", i32(controlIndex(name)), value);

/** Loads words into variables of the same names. */
export const declareControl = (...words: readonly ControlName[]): readonly Statement[] =>
  words.map((name) => declare(name, loadControl(name)));

/** Tells the generated code which table it works on; the one that was told before becomes the former one. */
export function describe(control: Int32Array, geometry: Geometry): void {
  const { form, lines, multiplier, shift, quotientBits, displacementBits } = geometry;
  const values: Readonly<Record<GeometryName, number>> = {
    ...{ multiplier, shift, quotientBits, displacementBits, lines },
    quotientMask: 2 ** quotientBits - 1,
    displacementMask: 2 ** displacementBits - 1,
    displacementEnd: geometry.displacementMax + 1,
    tableWords: lines * form.lineWords,
    short: Number(form.short),
  };
  control.copyWithin(geometryNames.length, 0, geometryNames.length);
  for (const name of geometryNames) control[controlIndex(name)] = values[name];
}
