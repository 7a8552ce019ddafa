/**
 * `data-race`, judged exactly in a state that `race-pairs.ts` let through: pairs of threads that each have an enabled step
 * on one cell, one writing and one plain. In the order of the reference, so that messages are the same.
 *
 * A program with a race meets it in very many states. Two locations of which every possible race was found already are
 * settled, and a state in which threads stand at settled pairs only is passed over.
 */
import { placeOf } from "../../ir/place.ts";
import type { Location, Violation } from "../../ir/program.ts";
import type { Layout } from "./layout.ts";
import { mayConflict, type PossibleAccess, possibleAccesses } from "./race-pairs.ts";
import { locationIndex } from "./state-words.ts";
import type { Glance, Judged } from "./terminal.ts";

interface Candidate extends PossibleAccess {
  readonly location: Location;
  readonly place: string;
}

export interface Races {
  /** Races of a state whose place is not `known` yet. */
  readonly at: (glance: Glance, known: (place: string) => boolean) => readonly Judged[];
}

export function createRaces(layout: Layout): Races {
  const standing = new Int32Array(layout.threads.length);
  const candidates = new Map<number, readonly Candidate[]>();
  const settled = new Map<number, Set<number>>();
  const look = ({ source, p }: Glance): void => {
    for (let index = 0; index < standing.length; index += 1) {
      const own = layout.threads[index];
      if (own) standing[index] = index * spots + locationIndex(source, p, own);
    }
  };
  const isSettled = (): boolean => {
    for (let one = 0; one < standing.length; one += 1) {
      const partners = settled.get(standing[one] ?? 0);
      for (let other = one + 1; other < standing.length; other += 1)
        if (!partners?.has(standing[other] ?? 0)) return false;
    }
    return true;
  };
  const candidatesAt = (spot: number): readonly Candidate[] => {
    const known = candidates.get(spot) ?? candidatesOf(layout, spot);
    candidates.set(spot, known);
    return known;
  };
  const settle = (known: (place: string) => boolean): void => {
    for (const [index, one] of standing.entries()) {
      const partners = settled.get(one) ?? new Set<number>();
      settled.set(one, partners);
      for (const other of standing.subarray(index + 1)) {
        const open = candidatesAt(one).some((a) =>
          candidatesAt(other).some((b) => mayConflict(a, b) && !known(racePlace(a, b))),
        );
        if (!open) partners.add(other);
      }
    }
  };
  return {
    at: (glance, known) => {
      look(glance);
      if (isSettled()) return [];
      const accesses = Array.from(standing, candidatesAt).flat();
      const races = racesAmong(glance, accesses, known);
      const found = new Set(races.map(({ violation }) => violation.place));
      settle((place) => found.has(place) || known(place));
      return races;
    },
  };
}

/** More than any graph has locations, the two for unborn and ended threads included. */
const spots = 2 ** 16;

function candidatesOf(layout: Layout, spot: number): readonly Candidate[] {
  const index = Math.floor(spot / spots);
  const own = layout.threads[index];
  const location = own?.graph.locations[spot % spots];
  if (!own || !location) return [];
  const place = placeOf(own.graph, location);
  return possibleAccesses(layout, index + 1, location).map((possible) => {
    return { ...possible, location, place };
  });
}

function racesAmong(
  { rare, p }: Glance,
  accesses: readonly Candidate[],
  known: (place: string) => boolean,
): readonly Judged[] {
  const races = new Map<string, Judged>();
  const enabled = new Map<number, readonly number[]>();
  const isEnabled = ({ thread, step }: Candidate): boolean => {
    const steps = enabled.get(thread) ?? rare.enabled(thread, p);
    enabled.set(thread, steps);
    return steps.includes(step);
  };
  for (const one of accesses) {
    for (const other of accesses) {
      if (one.thread >= other.thread || !mayConflict(one, other)) continue;
      const place = racePlace(one, other);
      if (races.has(place) || known(place)) continue;
      if (!isEnabled(one) || !isEnabled(other)) continue;
      const index = rare.value(one.thread, one.access.index, p);
      if (index !== rare.value(other.thread, other.access.index, p)) continue;
      const threads = [one.thread, other.thread];
      races.set(place, { violation: raceViolation(one, other), threads });
    }
  }
  return [...races.values()];
}

function racePlace(one: Candidate, other: Candidate): string {
  return `${one.access.variable}: ${[one.place, other.place].sort().join(" / ")}`;
}

function raceViolation(one: Candidate, other: Candidate): Violation {
  const source = one.access.writes ? one.location.source : other.location.source;
  return {
    rule: "data-race",
    message: `${one.location.label} and ${other.location.label} touch ${one.access.variable} at once`,
    place: racePlace(one, other),
    ...(source && { source }),
  };
}
