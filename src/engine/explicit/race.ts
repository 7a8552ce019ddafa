/**
 * `data-race`, judged exactly in a state that `race-pairs.ts` let through: pairs of threads that each have an enabled step
 * on one cell, one writing and one plain. In the order of the reference, so that messages are the same.
 */
import { placeOf } from "../../ir/place.ts";
import type { Access, Location, Violation } from "../../ir/program.ts";
import type { Layout, ThreadLayout } from "./layout.ts";
import { locationIndex } from "./state-words.ts";
import type { Glance, Judged } from "./terminal.ts";

interface EnabledAccess {
  readonly thread: number;
  readonly location: Location;
  readonly place: string;
  readonly access: Access;
}

/** Races of the state at `p` whose place is not `known` yet. */
export function racesOf(
  { layout, rare, source, p }: Glance,
  known: (place: string) => boolean,
): readonly Judged[] {
  const accesses = candidates(layout, source, p);
  const races: Judged[] = [];
  const enabled = new Map<number, readonly number[]>();
  const isEnabled = ({ thread, step }: Candidate): boolean => {
    const steps = enabled.get(thread) ?? rare.enabled(thread, p);
    enabled.set(thread, steps);
    return steps.includes(step);
  };
  for (const one of accesses) {
    for (const other of accesses) {
      if (one.thread >= other.thread || !conflict(one.access, other.access)) continue;
      const place = racePlace(one, other);
      if (known(place) || races.some(({ violation }) => violation.place === place)) continue;
      if (!isEnabled(one) || !isEnabled(other)) continue;
      const index = rare.value(one.thread, one.access.index, p);
      if (index !== rare.value(other.thread, other.access.index, p)) continue;
      races.push({ violation: raceViolation(one, other), threads: [one.thread, other.thread] });
    }
  }
  return races;
}

interface Candidate extends EnabledAccess {
  readonly step: number;
}

/** Accesses of all steps, enabled or not, that stand before their threads. */
function candidates(layout: Layout, source: Int32Array, p: number): readonly Candidate[] {
  return layout.threads.flatMap((own, index) => {
    const location = own.graph.locations[locationIndex(source, p, own)];
    return location ? candidatesAt(own, location, index + 1) : [];
  });
}

const candidatesKnown = new WeakMap<ThreadLayout, Map<Location, readonly Candidate[]>>();

function candidatesAt(own: ThreadLayout, location: Location, thread: number): readonly Candidate[] {
  const known = candidatesKnown.get(own) ?? new Map<Location, readonly Candidate[]>();
  candidatesKnown.set(own, known);
  const place = placeOf(own.graph, location);
  const made =
    known.get(location) ??
    location.steps.flatMap(({ fatal, limit, accesses }, step) =>
      fatal || limit !== undefined
        ? []
        : accesses.map((access) => ({ thread, location, place, access, step })),
    );
  known.set(location, made);
  return made;
}

function conflict(one: Access, other: Access): boolean {
  return (
    one.variable === other.variable && (one.writes || other.writes) && (one.plain || other.plain)
  );
}

function racePlace(one: EnabledAccess, other: EnabledAccess): string {
  return `${one.access.variable}: ${[one.place, other.place].sort().join(" / ")}`;
}

function raceViolation(one: EnabledAccess, other: EnabledAccess): Violation {
  const source = one.access.writes ? one.location.source : other.location.source;
  return {
    rule: "data-race",
    message: `${one.location.label} and ${other.location.label} touch ${one.access.variable} at once`,
    place: racePlace(one, other),
    ...(source && { source }),
  };
}
