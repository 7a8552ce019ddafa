/**
 * Shapes that data from outside must have. A shape collects problems, each with the path of its value; data without
 * problems are of the shape's type. Shapes of objects are checked against the type: a field that one of them lacks does
 * not compile.
 */
import { type Diagnostic, errorDiagnostic } from "./diagnostic.ts";

/** Problems beyond this are not collected: the file is something else. */
const PROBLEMS_MAX = 100;
/** Objects nested deeper than this are refused, since all code on expressions is recursive. */
const DEPTH_MAX = 1000;

interface Reading {
  readonly problems: Diagnostic[];
  depth: number;
}

/** Complains if a value, found at a path, is not of type `Data`. */
export type Shape<Data> = {
  (value: unknown, path: string, reading: Reading): void;
  /** Never there; keeps shapes of different data apart. */
  readonly data?: Data;
};

/** What keeps a value from being of a shape, up to a hundred problems. */
export function shapeProblems<Data>(shape: Shape<Data>, value: unknown): readonly Diagnostic[] {
  const reading: Reading = { problems: [], depth: 0 };
  shape(value, "", reading);
  return reading.problems;
}

function complain({ problems }: Reading, path: string, message: string): void {
  if (problems.length >= PROBLEMS_MAX) return;
  const place = path === "" ? "the Program" : path;
  problems.push(errorDiagnostic("wrong-shape", `${place}: ${message}`));
}

function primitive<Data>(wanted: string, accepts: (value: unknown) => boolean): Shape<Data> {
  return (value, path, reading) => {
    if (!accepts(value)) complain(reading, path, `${wanted} is needed here`);
  };
}

export const text: Shape<string> = primitive("a text", (value) => typeof value === "string");
export const boolean: Shape<boolean> = primitive(
  "true or false",
  (value) => typeof value === "boolean",
);
/** A whole number that is exact; -0 is refused, since it would not read back. */
export const integer: Shape<number> = primitive(
  "a whole number",
  (value) => Number.isSafeInteger(value) && !Object.is(value, -0),
);

export function oneOf<const Data extends string | number | boolean>(
  ...values: readonly Data[]
): Shape<Data> {
  const known: readonly unknown[] = values;
  const wanted = values.map((value) => JSON.stringify(value)).join(" or ");
  return primitive(wanted, (value) => known.includes(value));
}

export function list<Item>(item: Shape<Item>): Shape<readonly Item[]> {
  return (value, path, reading) => {
    if (!Array.isArray(value)) {
      complain(reading, path, "a list is needed here");
      return;
    }
    for (const [index, each] of value.entries()) item(each, `${path}[${index}]`, reading);
  };
}

/** An object whose keys are names of the Program's own. */
export function record<Item>(item: Shape<Item>): Shape<Readonly<Record<string, Item>>> {
  return (value, path, reading) => {
    if (!isObject(value)) {
      complain(reading, path, "an object is needed here");
      return;
    }
    for (const [key, each] of Object.entries(value)) item(each, joined(path, key), reading);
  };
}

/** A shape for each key of a type, marked where the key may be missing. */
type Fields<Data> = {
  readonly [Key in keyof Data]-?: undefined extends Data[Key]
    ? { readonly optional: Shape<Exclude<Data[Key], undefined>> }
    : Shape<Data[Key]>;
};

export const optional = <Data>(shape: Shape<Data>): { readonly optional: Shape<Data> } => ({
  optional: shape,
});

/** An object with exactly these keys. */
export function object<Data extends object>(fields: Fields<Data>): Shape<Data> {
  const known = new Map(
    Object.entries<Shape<unknown> | { readonly optional: Shape<unknown> }>(fields),
  );
  return (value, path, reading) => {
    if (!isObject(value)) {
      complain(reading, path, "an object is needed here");
      return;
    }
    if (reading.depth >= DEPTH_MAX) {
      complain(reading, path, `objects nest deeper than ${DEPTH_MAX}`);
      return;
    }
    reading.depth += 1;
    checkFields(known, value, path, reading);
    reading.depth -= 1;
  };
}

function checkFields(
  known: ReadonlyMap<string, Shape<unknown> | { readonly optional: Shape<unknown> }>,
  value: Record<string, unknown>,
  path: string,
  reading: Reading,
): void {
  for (const key of Object.keys(value)) {
    if (!known.has(key)) complain(reading, joined(path, key), "nothing is known by this name");
  }
  for (const [key, field] of known) {
    const place = joined(path, key);
    const shape = "optional" in field ? field.optional : field;
    if (Object.hasOwn(value, key)) shape(value[key], place, reading);
    else if (shape === field) complain(reading, place, "this is missing");
  }
}

/** One of several objects, told apart by `kind`. */
export function union<Data extends { readonly kind: string }>(
  kinds: {
    readonly [Kind in Data["kind"]]: Shape<Extract<Data, { readonly kind: Kind }>>;
  },
): Shape<Data> {
  const known = new Map(Object.entries<Shape<unknown>>(kinds));
  return (value, path, reading) => {
    const kind = isObject(value) && Object.hasOwn(value, "kind") ? value.kind : undefined;
    const shape = typeof kind === "string" ? known.get(kind) : undefined;
    if (shape) shape(value, path, reading);
    else
      complain(reading, joined(path, "kind"), `${[...known.keys()].join(" or ")} is needed here`);
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const joined = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);
