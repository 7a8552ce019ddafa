/**
 * Which locations could take part in a data race, judged from the text alone.
 *
 * Two threads race if each has an enabled step on one cell, one step writing and one plain. Most states have no such pair,
 * so a search tests bits: each location has the set of variables that its steps write, and that they touch, among those
 * variables on which some pair of threads could conflict at all. Sets are one word: many variables share bits, which
 * costs only a vain look. What the bits let through is judged exactly by `race.ts`.
 */
import type { Access, Location, Program } from "../../ir/program.ts";
import type { Layout } from "./layout.ts";

export interface RaceMask {
  readonly writes: number;
  readonly touches: number;
}

/** By thread (from 0) and location index; nothing where there is no access that could conflict. */
export type RaceMasks = readonly (readonly (RaceMask | undefined)[])[];

/** Accesses of a location's steps that go on: an outcome that stops the run accesses nothing. */
export function accessesOf(location: Location): readonly Access[] {
  return location.steps.flatMap(({ fatal, limit, accesses }) =>
    fatal || limit !== undefined ? [] : accesses,
  );
}

export function raceMasks(program: Program, layout: Layout): RaceMasks {
  const all = layout.threads.map(({ graph }) => graph.locations.map(accessesOf));
  const bits = new Map<string, number>();
  for (const { name } of program.variables) {
    const users = all.map((locations) =>
      locations.flat().filter(({ variable }) => variable === name),
    );
    if (mayConflict(users)) bits.set(name, 1 << (bits.size % 31));
  }
  return all.map((locations) =>
    locations.map((accesses) => {
      const of = (chosen: readonly Access[]): number =>
        chosen.reduce((mask, { variable }) => mask | (bits.get(variable) ?? 0), 0);
      const mask = { writes: of(accesses.filter(({ writes }) => writes)), touches: of(accesses) };
      return mask.touches === 0 ? undefined : mask;
    }),
  );
}

/** Whether two threads' accesses of one variable contain a write and a plain access. */
function mayConflict(users: readonly (readonly Access[])[]): boolean {
  return users.some((mine, index) =>
    users
      .slice(index + 1)
      .some((theirs) =>
        mine.some((one) =>
          theirs.some((other) => (one.writes || other.writes) && (one.plain || other.plain)),
        ),
      ),
  );
}
