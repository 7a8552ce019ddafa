/**
 * What changes place when two threads do: made from the text, then checked against the whole Program.
 *
 * Making it needs no cleverness. Whatever takes thread a to thread b takes the value that an expression has for a to the
 * one it has for b; if that contradicts itself, or would rename numbers, there is no exchange. All else stays.
 */
import type { Graph, Program, Variable } from "../../ir/program.ts";
import { bounds, type Type } from "../../ir/type.ts";
import { lockNamesAfter } from "./lock-names.ts";
import type { Reading } from "./reading.ts";
import {
  indicesOf,
  localOf,
  numbers,
  type Place,
  type Sorts,
  threadNumbers,
  valuesOf,
} from "./sorts.ts";
import { nothingRenamed, type Renaming, renamed, type Term, textOf } from "./term.ts";

export type Exchange =
  | { readonly ok: true; readonly renaming: Renaming }
  | { readonly ok: false; readonly because: string };

/** Types of more values are not renamed: tables of them would be too large. */
const valuesMax = 2 ** 16;

/** The renaming that exchanges two threads of one template and maps the Program to itself, or why there is none. */
export function exchangeOf(
  program: Program,
  reading: Reading,
  pair: readonly [number, number],
): Exchange {
  const candidate = candidateFor(reading, pair);
  if (!candidate.ok) return candidate;
  const { renaming } = candidate;
  const because =
    changedStore(program, reading, renaming) ??
    changedProperty(program, reading, renaming) ??
    program.graphs
      .map((graph) => changedCode(graph, reading, renaming))
      .find((reason) => reason !== undefined);
  return because === undefined ? candidate : { ok: false, because };
}

function candidateFor({ reader }: Reading, [one, other]: readonly [number, number]): Exchange {
  const partner = (thread: number): number =>
    thread === one ? other : thread === other ? one : thread;
  const maps = new Map<Place, Map<number, Claim>>();
  for (const { graph = "the Program", place, values } of reader.evidence) {
    const sort = reader.sorts.of(place);
    const claims = maps.get(sort) ?? new Map<number, Claim>();
    maps.set(sort, claims);
    for (const [thread, value] of values) {
      const becomes = values.get(partner(thread)) ?? value;
      if (sort === numbers && becomes !== value)
        return refused(`${graph} has ${value} for one, ${becomes} for the other, as numbers`);
      const claim = claims.get(value) ?? { becomes, graph };
      if (claim.becomes !== becomes)
        return refused(
          `${value} would be ${claim.becomes} by ${claim.graph}, and ${becomes} by ${graph}`,
        );
      claims.set(value, claim);
    }
  }
  const renaming = new Map<Place, ReadonlyMap<number, number>>();
  for (const [sort, claims] of maps) {
    const moved = [...claims].flatMap(([value, { becomes }]): [number, number][] =>
      value === becomes ? [] : [[value, becomes]],
    );
    if (moved.length > 0) renaming.set(sort, new Map(moved));
  }
  return { ok: true, renaming };
}

/** What a value must become, and the graph whose text says so. */
interface Claim {
  readonly becomes: number;
  readonly graph: string;
}

const refused = (because: string): Exchange => ({ ok: false, because });

/** What holds values and would not hold the renamed ones, or other ones at first. */
function changedStore(
  program: Program,
  { reader }: Reading,
  renaming: Renaming,
): string | undefined {
  const { sorts } = reader;
  const movedIn = (place: Place): ReadonlyMap<number, number> =>
    renaming.get(sorts.of(place)) ?? new Map();
  if (reader.zeros.some((place) => movedIn(place).has(0))) return "0 is told from other values";
  for (const { name, locals } of program.graphs) {
    for (const local of locals)
      if (!isClosed(local.type, movedIn(localOf(name, local.name))))
        return `local ${local.name} of ${name} cannot hold what it would hold`;
  }
  for (const variable of program.variables) {
    const { name } = variable;
    const [values, indices] = [movedIn(valuesOf(name)), movedIn(indicesOf(name))];
    if (!isClosed(variable.type, values) || !isWithin(variable, indices))
      return `${name} cannot hold what it would hold`;
    if (!startsAlike(variable, values, indices)) return `${name} begins otherwise`;
  }
  const indexOf = (variable: string) => (index: number) =>
    movedIn(indicesOf(variable)).get(index) ?? index;
  return lockNamesAfter(program, indexOf) ? undefined : "two locks have one name";
}

function isClosed(type: Type, moved: ReadonlyMap<number, number>): boolean {
  if (moved.size === 0) return true;
  const { min, max } = bounds(type);
  const contains = (value: number): boolean => value >= min && value <= max;
  return (
    max - min < valuesMax &&
    [...moved].every(([value, becomes]) => contains(value) === contains(becomes))
  );
}

function isWithin({ first, initial }: Variable, moved: ReadonlyMap<number, number>): boolean {
  const contains = (index: number): boolean => index >= first && index < first + initial.length;
  return [...moved].every(([index, becomes]) => contains(index) === contains(becomes));
}

function startsAlike(
  { first, initial }: Variable,
  values: ReadonlyMap<number, number>,
  indices: ReadonlyMap<number, number>,
): boolean {
  return initial.every((value, position) => {
    const index = first + position;
    return initial[(indices.get(index) ?? index) - first] === (values.get(value) ?? value);
  });
}

/** What the Program demands of runs, and which violations it begins with. */
function changedProperty(
  program: Program,
  { reader, properties, levels }: Reading,
  renaming: Renaming,
): string | undefined {
  const { sorts } = reader;
  const changed = (term: Term): boolean =>
    textOf(term, sorts, renaming) !== textOf(term, sorts, nothingRenamed);
  const property = properties.findIndex(changed);
  if (property >= 0) return `property ${program.properties[property]?.name} tells them apart`;
  if (levels.some(changed)) return "the level of another thread tells them apart";
  const thread = sorts.of(threadNumbers);
  const violations = (map: Renaming): string =>
    program.initialViolations
      .map(({ rule, place, thread: number, fatal }) =>
        JSON.stringify([rule, place, fatal, renamed(map, thread, number)]),
      )
      .sort()
      .join();
  return violations(renaming) === violations(nothingRenamed)
    ? undefined
    : "they begin with different violations";
}

/** A location of the graph whose text changes. Its steps may change places. */
function changedCode(
  { name, locations }: Graph,
  { reader, graphs }: Reading,
  renaming: Renaming,
): string | undefined {
  const changed = (graphs.get(name) ?? []).findIndex(({ notes, steps }) => {
    const whole = (map: Renaming): string =>
      [textOf(notes, reader.sorts, map), ...stepTexts(steps, reader.sorts, map).sort()].join("\n");
    return whole(renaming) !== whole(nothingRenamed);
  });
  return changed < 0 ? undefined : `${name} tells them apart at ${locations[changed]?.label}`;
}

export const stepTexts = (steps: readonly Term[], sorts: Sorts, renaming: Renaming): string[] =>
  steps.map((step) => textOf(step, sorts, renaming));
