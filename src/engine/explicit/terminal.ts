/**
 * How a state is judged in which nothing is enabled: the execution has ended (`atEnd`) or is blocked (deadlock and its
 * kin); and the wait-for relation, which partial deadlocks need too. Rare, so written over decoded values.
 */
import { placeOf } from "../../ir/place.ts";
import type { Location, Violation } from "../../ir/program.ts";
import { plainViolation } from "./findings.ts";
import type { Layout } from "./layout.ts";
import type { RareCode } from "./rare-code.ts";
import { isActive, locationIndex } from "./state-words.ts";

export interface Judged {
  readonly violation: Violation;
  readonly threads: readonly number[];
}

/** A state in the machine's source, and what is needed to look into it. */
export interface Glance {
  readonly layout: Layout;
  readonly rare: RareCode;
  readonly source: Int32Array;
  readonly p: number;
}

export interface Terminal {
  readonly ended: boolean;
  readonly found: readonly Judged[];
}

export function judgeTerminal(glance: Glance): Terminal {
  const { layout, rare, p } = glance;
  const blocked = activeThreads(glance);
  if (blocked.length === 0) {
    const found = layout.program.properties
      .filter(({ kind, expression }) => kind === "atEnd" && rare.value(0, expression, p) === 0)
      .map(({ violation }) => ({ violation: plainViolation(violation), threads: [] }));
    return { ended: true, found };
  }
  return { ended: false, found: judgeBlocked(glance, blocked) };
}

function judgeBlocked(glance: Glance, blocked: readonly number[]): readonly Judged[] {
  const surprised = blocked.filter((thread) => !threadAt(glance, thread).thread.mayWaitForEver);
  if (surprised.length === 0) return [];
  const own = selfCycles(glance, blocked);
  if (own.length > 0) return own;
  const [cycle] = waitCycles(glance, blocked);
  return [blockedFound(glance, "deadlock", cycle ?? surprised)];
}

export function activeThreads({ layout, source, p }: Glance): readonly number[] {
  return layout.threads.flatMap((thread, index) =>
    isActive(source, p, thread) ? [index + 1] : [],
  );
}

/** Blocked threads that wait for themselves: `self-deadlock`, or `join-self` when the object is a thread. */
export function selfCycles(glance: Glance, blocked: readonly number[]): readonly Judged[] {
  return blocked
    .filter((thread) => waitsFor(glance, thread) === thread)
    .map((thread) => {
      const joins = locationAt(glance, thread).waits?.kind === "thread";
      return blockedFound(glance, joins ? "join-self" : "self-deadlock", [thread]);
    });
}

export function blockedFound(
  glance: Glance,
  rule: "deadlock" | "partial-deadlock" | "self-deadlock" | "join-self",
  threads: readonly number[],
): Judged {
  const spots = threads.map((thread) => {
    const location = locationAt(glance, thread);
    const { graph, thread: own } = threadAt(glance, thread);
    const text = `${own.name} waits for ${location.waits?.object ?? location.label}`;
    return { text, place: placeOf(graph, location), location };
  });
  const source = spots[0]?.location.source;
  return {
    violation: {
      rule,
      message: spots.map(({ text }) => text).join("; "),
      place: [...new Set(spots.map(({ place }) => place))].sort().join(" / "),
      ...(source && { source }),
    },
    threads,
  };
}

/** The thread that alone could end a blocked thread's wait; 0 if it is nobody in particular or the thread can step. */
function waitsFor(glance: Glance, thread: number): number {
  const owner = locationAt(glance, thread).waits?.owner;
  if (!owner || glance.rare.enabled(thread, glance.p).length > 0) return 0;
  return glance.rare.value(thread, owner, glance.p);
}

/** The cycles of the wait-for relation among blocked threads, by smallest thread number, which comes first in each. */
export function waitCycles(
  glance: Glance,
  blocked: readonly number[],
): readonly (readonly number[])[] {
  const cycles: number[][] = [];
  for (const start of blocked) {
    if (cycles.some((cycle) => cycle.includes(start))) continue;
    const chain = [start];
    for (let last = start; ; ) {
      const next = waitsFor(glance, last);
      if (next === start) cycles.push(chain);
      if (next === 0 || chain.includes(next) || !blocked.includes(next)) break;
      chain.push(next);
      last = next;
    }
  }
  return cycles;
}

function threadAt({ layout }: Glance, thread: number) {
  const own = layout.threads[thread - 1];
  if (!own) throw new RangeError(`there is no thread ${thread}`);
  return own;
}

function locationAt(glance: Glance, thread: number): Location {
  const own = threadAt(glance, thread);
  const location = own.graph.locations[locationIndex(glance.source, glance.p, own)];
  if (!location) throw new RangeError(`thread ${thread} stands nowhere`);
  return location;
}
