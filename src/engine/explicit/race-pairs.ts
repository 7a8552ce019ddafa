/**
 * Which locations could take part in a data race, judged from the text alone.
 *
 * Two threads race if each has an enabled step on one cell, one step writing and one plain. Most states have no such pair,
 * so a search tests bits: each location has the set of cells that its steps write, and that they touch, among those on
 * which some pair of threads could conflict at all. An access whose index depends on the state stands for all cells of its
 * variable. Sets are one word: many cells share bits, which costs only a vain look. What the bits let through is judged
 * exactly by `race.ts`.
 */
import type { Access, Location } from "../../ir/program.ts";
import type { Layout } from "./layout.ts";
import { staticValue } from "./static-value.ts";

export interface RaceMask {
  readonly writes: number;
  readonly touches: number;
}

/** By thread (from 0) and location index; nothing where there is no access that could conflict. */
export type RaceMasks = readonly (readonly (RaceMask | undefined)[])[];

/** An access of a step that goes on: an outcome that stops the run accesses nothing. */
export interface PossibleAccess {
  /** Number of the thread. */
  readonly thread: number;
  readonly step: number;
  readonly access: Access;
  /** The index, where it is the same in every state. */
  readonly index: number | undefined;
}

/** All accesses at a location of thread number `thread`, enabled or not, in the order of steps. */
export function possibleAccesses(
  layout: Layout,
  thread: number,
  location: Location,
): readonly PossibleAccess[] {
  const constants = layout.threads[thread - 1]?.thread.constants ?? {};
  const evaluator = { self: thread, constants };
  return location.steps.flatMap(({ fatal, limit, accesses }, step) =>
    fatal || limit !== undefined
      ? []
      : accesses.map((access) => {
          return { thread, step, access, index: staticValue(evaluator, access.index) };
        }),
  );
}

/** Whether two accesses could be a race, whatever the state. */
export function mayConflict(one: PossibleAccess, other: PossibleAccess): boolean {
  if (one.thread === other.thread || one.access.variable !== other.access.variable) return false;
  if (!one.access.writes && !other.access.writes) return false;
  if (!one.access.plain && !other.access.plain) return false;
  return one.index === undefined || other.index === undefined || one.index === other.index;
}

export function raceMasks(layout: Layout): RaceMasks {
  const all = layout.threads.map(({ graph }, index) =>
    graph.locations.map((location) => possibleAccesses(layout, index + 1, location)),
  );
  const bitsOf = conflictBits(all.flat(2));
  return all.map((locations) =>
    locations.map((accesses) => {
      const union = (chosen: readonly PossibleAccess[]): number =>
        chosen.reduce((mask, access) => mask | bitsOf(access), 0);
      const touches = union(accesses);
      if (touches === 0) return undefined;
      return { writes: union(accesses.filter(({ access }) => access.writes)), touches };
    }),
  );
}

/** The bits that stand for an access: those of its cell, or of all cells of its variable that may race. */
function conflictBits(accesses: readonly PossibleAccess[]): (access: PossibleAccess) => number {
  const byVariable = new Map<string, PossibleAccess[]>();
  for (const possible of accesses) {
    const users = byVariable.get(possible.access.variable) ?? [];
    users.push(possible);
    byVariable.set(possible.access.variable, users);
  }
  const bits = new Map<string, Map<number | undefined, number>>();
  let next = 0;
  for (const [variable, users] of byVariable) {
    const racy = users.filter((one) => users.some((other) => mayConflict(one, other)));
    const cells = new Map<number | undefined, number>();
    for (const { index } of racy) if (!cells.has(index)) cells.set(index, 1 << (next++ % 31));
    bits.set(variable, cells);
  }
  return ({ access, index }) => {
    const cells = bits.get(access.variable) ?? new Map<number | undefined, number>();
    if (index !== undefined) return cells.get(index) ?? 0;
    return [...cells.values()].reduce((mask, bit) => mask | bit, 0);
  };
}
