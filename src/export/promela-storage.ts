/**
 * Where an exported model keeps a variable or a local, and its declaration: the smallest type of Promela that fits.
 *
 * Promela has no integers beyond 32 bits signed, and arrays cannot begin with different negative values. What needs
 * either is *foreign*: a C object that Spin keeps in the state, read and written by embedded C alone.
 */
import { bounds, type Type } from "../ir/type.ts";

export interface Storage {
  readonly identifier: string;
  readonly type: Type;
  /** Smallest index. */
  readonly first: 0 | 1;
  readonly initial: readonly number[];
  readonly foreign: boolean;
}

/** Values that an `int` of Promela holds and that its text can show; the least one has no literal. */
export const NARROW = { min: -(2 ** 31) + 1, max: 2 ** 31 - 1 };

/** Storage of the values; whether it is foreign follows from them. */
export function storageOf(data: Omit<Storage, "foreign">): Storage {
  const { min, max } = bounds(data.type);
  const { initial } = data;
  const beyond = min < NARROW.min - 1 || max > NARROW.max;
  const unwritable = initial.some((value) => value < 0) && !isUniform(initial);
  return { ...data, foreign: beyond || unwritable || initial.some((v) => v < NARROW.min) };
}

/** The declaration, with the initial values. */
export function declaration(storage: Storage): string {
  const { identifier, initial, foreign } = storage;
  const [value = 0] = initial;
  if (initial.length === 0) return "";
  if (foreign) return foreignDeclaration(storage);
  if (initial.length === 1) {
    const [type, width = ""] = scalarType(storage.type);
    return `${type} ${identifier}${width} = ${value};`;
  }
  const values = isUniform(initial) ? `${value}` : `{${initial.join(", ")}}`;
  return `${elementType(storage.type)} ${identifier}[${initial.length}] = ${values};`;
}

const isUniform = (values: readonly number[]): boolean =>
  values.every((value) => value === values[0]);

function scalarType(type: Type): readonly [string, string?] {
  const { min, max } = bounds(type);
  if (min >= 0 && max <= 1) return ["bit"];
  if (min < 0 || max <= 255 || max > 65_535) return [elementType(type)];
  return ["unsigned", ` : ${max.toString(2).length}`];
}

/** Arrays have neither bits nor widths. */
function elementType(type: Type): string {
  const { min, max } = bounds(type);
  if (min >= 0 && max <= 255) return "byte";
  return min >= -32_768 && max <= 32_767 ? "short" : "int";
}

function foreignDeclaration({ identifier, type, initial }: Storage): string {
  const { min, max } = bounds(type);
  const unsigned = min >= 0 && max < 2 ** 32;
  const element = unsigned ? "unsigned int" : elementOfC(min, max);
  const values = initial.map((value) => `${value}LL`).join(", ");
  return [
    `c_decl { typedef struct { ${element} at[${initial.length}]; } ${identifier}_type; }`,
    `c_state "${identifier}_type ${identifier}" "Global" "(${identifier}_type) {{${values}}}"`,
  ].join("\n");
}

function elementOfC(min: number, max: number): string {
  return min >= -(2 ** 31) && max < 2 ** 31 ? "int" : "long long";
}
