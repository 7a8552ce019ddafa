/**
 * What is wrong in a state, as against in a step: invariants, races, and what is judged where a run ends.
 * Read in the initial state and in every state that a step leads to, never in a stopped one.
 */
import { placeOf } from "../ir/place.ts";
import type { Access, Location, Program, Property } from "../ir/program.ts";
import { evaluate } from "./evaluate.ts";
import { enabledSteps, enabledStepsOf, type Found, hasEnded, stepOf } from "./interpreter.ts";
import { isActive } from "./scheduling.ts";
import { graphOf, locationOf, type State, threadOf } from "./state.ts";

/** Whether a property's expression holds in a state. */
export function propertyHolds(program: Program, state: State, property: Property): boolean {
  return evaluate(program, state, 0, property.expression) !== 0;
}

/** Violated invariants and data races of a state. */
export function observe(program: Program, state: State): readonly Found[] {
  return [...violatedProperties(program, state, "invariant"), ...dataRaces(program, state)];
}

function violatedProperties(
  program: Program,
  state: State,
  kind: Property["kind"],
): readonly Found[] {
  return program.properties
    .filter((property) => property.kind === kind && !propertyHolds(program, state, property))
    .map((property) => ({ ...property.violation, threads: [] }));
}

interface EnabledAccess {
  readonly thread: number;
  readonly location: Location;
  readonly access: Access;
  readonly index: number;
}

/** Pairs of threads that each have an enabled step on one cell, one writing and one plain. */
function dataRaces(program: Program, state: State): readonly Found[] {
  const accesses = enabledSteps(program, state).flatMap((choice): readonly EnabledAccess[] => {
    const { location, step } = stepOf(program, state, choice);
    if (step.fatal || step.limit !== undefined) return [];
    return step.accesses.map((access) => ({
      thread: choice.thread,
      location,
      access,
      index: evaluate(program, state, choice.thread, access.index),
    }));
  });
  const races = new Map<string, Found>();
  for (const one of accesses) {
    for (const other of accesses) {
      if (one.thread >= other.thread || !conflict(one, other)) continue;
      const found = raceFound(program, one, other);
      races.set(found.place, races.get(found.place) ?? found);
    }
  }
  return [...races.values()];
}

function conflict(one: EnabledAccess, other: EnabledAccess): boolean {
  return (
    one.access.variable === other.access.variable &&
    one.index === other.index &&
    (one.access.writes || other.access.writes) &&
    (one.access.plain || other.access.plain)
  );
}

function raceFound(program: Program, one: EnabledAccess, other: EnabledAccess): Found {
  const places = [one, other]
    .map(({ thread, location }) => placeOf(graphOf(program, threadOf(program, thread)), location))
    .sort();
  const source = one.access.writes ? one.location.source : other.location.source;
  return {
    rule: "data-race",
    message: `${one.location.label} and ${other.location.label} touch ${one.access.variable} at once`,
    place: `${one.access.variable}: ${places.join(" / ")}`,
    ...(source && { source }),
    threads: [one.thread, other.thread],
  };
}

/** How a state without enabled steps is judged: ended (leaks, `atEnd`) or blocked (deadlock). */
export function judgeTerminal(program: Program, state: State): readonly Found[] {
  if (hasEnded(state)) return violatedProperties(program, state, "atEnd");
  const blocked = activeThreads(program, state);
  const surprised = blocked.filter((thread) => !threadOf(program, thread).mayWaitForEver);
  if (surprised.length === 0) return [];
  const own = selfCycles(program, state, blocked);
  if (own.length > 0) return own;
  const cycle = waitCycle(program, state, blocked);
  return [blockedFound(program, state, "deadlock", cycle.length > 0 ? cycle : surprised)];
}

export function activeThreads(program: Program, state: State): readonly number[] {
  return program.threads.map((_, index) => index + 1).filter((thread) => isActive(state, thread));
}

/** The one thread that could end a blocked thread's wait; 0 if it is nobody in particular or the thread can step. */
function waitsFor(program: Program, state: State, thread: number): number {
  const owner = locationOf(program, state, thread)?.waits?.owner;
  if (!owner || enabledStepsOf(program, state, thread).length > 0) return 0;
  return evaluate(program, state, thread, owner);
}

/** Blocked threads that wait for themselves: `self-deadlock`, or `join-self` when the object is a thread. */
export function selfCycles(
  program: Program,
  state: State,
  blocked: readonly number[],
): readonly Found[] {
  return blocked
    .filter((thread) => waitsFor(program, state, thread) === thread)
    .map((thread) => {
      const joins = locationOf(program, state, thread)?.waits?.kind === "thread";
      return blockedFound(program, state, joins ? "join-self" : "self-deadlock", [thread]);
    });
}

/** A cycle of the wait-for relation among blocked threads, smallest thread number first; empty if there is none. */
function waitCycle(program: Program, state: State, blocked: readonly number[]): readonly number[] {
  for (const start of blocked) {
    const chain = [start];
    for (;;) {
      const next = waitsFor(program, state, chain.at(-1) as number);
      if (next === start) return chain;
      if (next === 0 || chain.includes(next) || !blocked.includes(next)) break;
      chain.push(next);
    }
  }
  return [];
}

export function blockedFound(
  program: Program,
  state: State,
  rule: "deadlock" | "partial-deadlock" | "self-deadlock" | "join-self",
  threads: readonly number[],
): Found {
  const spots = threads.map((thread) => {
    const location = locationOf(program, state, thread) as Location;
    const { name } = threadOf(program, thread);
    const text = `${name} waits for ${location.waits?.object ?? location.label}`;
    return {
      text,
      place: placeOf(graphOf(program, threadOf(program, thread)), location),
      location,
    };
  });
  const source = spots[0]?.location.source;
  return {
    rule,
    message: spots.map(({ text }) => text).join("; "),
    place: [...new Set(spots.map(({ place }) => place))].sort().join(" / "),
    ...(source && { source }),
    threads,
  };
}
