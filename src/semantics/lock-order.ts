/**
 * `lock-order`: two or more threads take the same locks in opposite orders, in some runs.
 *
 * A thread that owns a and asks for b, waiting without limit for a lock it does not own, gives the edge a → b. A cycle
 * whose edges come from at least two threads is a warning, unless a deadlock shows it already. A lock that was held at
 * every edge (a gate) makes the cycle harmless, and the warning says so.
 */
import { placeOf } from "../ir/place.ts";
import type { Program } from "../ir/program.ts";
import { evaluate } from "./evaluate.ts";
import type { Found } from "./interpreter.ts";
import { graphOf, locationOf, type State, threadOf } from "./state.ts";

export interface LockOrderEdge {
  readonly from: string;
  readonly to: string;
  readonly thread: number;
  /** Every lock the thread held when it asked. */
  readonly held: readonly string[];
  /** Where it asked. */
  readonly place: string;
}

/** Edges that the requests standing in this state give. */
export function lockOrderEdges(program: Program, state: State): readonly LockOrderEdge[] {
  return program.threads.flatMap((_, index): readonly LockOrderEdge[] => {
    const thread = index + 1;
    const location = locationOf(program, state, thread);
    const requests = location?.requests;
    if (!requests) return [];
    const slot = evaluate(program, state, thread, requests.index);
    const to = lockName(program, requests.holder, slot);
    const held = heldLocks(program, state, thread);
    if (to === undefined || held.includes(to)) return [];
    const place = placeOf(graphOf(program, threadOf(program, thread)), location);
    return held.map((from) => ({ from, to, thread, held, place }));
  });
}

/** A lock's name: the holder variable's tag, and its slot where the variable has several. */
function lockName(program: Program, variable: string, index: number): string | undefined {
  const holder = program.variables.find(({ name }) => name === variable);
  if (!holder?.tags.holder || index < holder.first || index >= holder.first + holder.initial.length)
    return undefined;
  return holder.initial.length === 1 ? holder.tags.holder : `${holder.tags.holder} ${index}`;
}

function heldLocks(program: Program, state: State, thread: number): readonly string[] {
  return program.variables.flatMap(({ name, tags, first }, number) => {
    if (tags.holder === undefined) return [];
    const owners = state.cells[number] ?? [];
    return owners.flatMap((owner, index) =>
      owner === thread ? (lockName(program, name, index + first) ?? []) : [],
    );
  });
}

/** The smallest lock-order cycles, one finding per set of locks. Cost: exponential in the cycle, bounded by 4 locks. */
export function lockOrderViolations(
  edges: readonly LockOrderEdge[],
  findings: readonly Found[],
): readonly Found[] {
  const cycles = new Map<string, Found>();
  const shown = new Set<string>();
  const blocked = blockedPlaces(findings);
  for (const first of edges) {
    for (const path of extend([first], edges)) {
      const locks = path.map(({ from }) => from).sort();
      const place = locks.join(" / ");
      const threads = [...new Set(path.map(({ thread }) => thread))].sort((a, b) => a - b);
      if (threads.length < 2) continue;
      if (path.every((edge) => blocked.has(edge.place))) shown.add(place);
      if (cycles.has(place)) continue;
      cycles.set(place, { rule: "lock-order", message: cycleText(path, edges), place, threads });
    }
  }
  return [...cycles.values()].filter(({ place }) => !shown.has(place));
}

/** Where threads stand in the deadlocks that were found. Places, not threads: they do not depend on who came first. */
function blockedPlaces(findings: readonly Found[]): ReadonlySet<string> {
  const deadlocks = findings.filter(
    ({ rule }) => rule === "deadlock" || rule === "partial-deadlock",
  );
  return new Set(deadlocks.flatMap(({ place }) => place.split(" / ")));
}

const LOCKS_MAX = 4;

function extend(
  path: readonly LockOrderEdge[],
  edges: readonly LockOrderEdge[],
): readonly (readonly LockOrderEdge[])[] {
  const last = path.at(-1) as LockOrderEdge;
  if (last.to === path[0]?.from) return [path];
  if (path.length >= LOCKS_MAX || path.some(({ from }) => from === last.to)) return [];
  return edges
    .filter(({ from }) => from === last.to)
    .flatMap((edge) => extend([...path, edge], edges));
}

function cycleText(path: readonly LockOrderEdge[], edges: readonly LockOrderEdge[]): string {
  const order = path.map(({ from, to }) => `${from} then ${to}`).join(", ");
  const instances = edges.filter(({ from, to }) =>
    path.some((edge) => edge.from === from && edge.to === to),
  );
  const cycle = path.map(({ from }) => from);
  const gates = (instances[0]?.held ?? []).filter(
    (lock) => !cycle.includes(lock) && instances.every(({ held }) => held.includes(lock)),
  );
  const gate =
    gates.length > 0 ? `; never at once, since ${gates.join(" and ")} is held each time` : "";
  return `locks are taken in opposite orders: ${order}${gate}`;
}
