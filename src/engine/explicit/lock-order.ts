/**
 * `lock-order`: two or more threads take the same locks in opposite orders, in some runs.
 *
 * A thread that owns a and asks for b, waiting without limit for a lock it does not own, gives the edge a → b. Edges are
 * collected while the search runs (a few per program, since equal ones are kept once); cycles of at most four locks are
 * looked for at its end. None is reported whose requests stand, place for place, in a deadlock that was found.
 */
import { placeOf } from "../../ir/place.ts";
import type { Variable, Violation } from "../../ir/program.ts";
import { holderCells } from "./lock-order-code.ts";
import { load } from "./state-words.ts";
import type { Glance, Judged } from "./terminal.ts";

export interface LockOrderEdge {
  readonly from: string;
  readonly to: string;
  readonly thread: number;
  /** Every lock the thread held when it asked. */
  readonly held: readonly string[];
  /** Where it asked. */
  readonly place: string;
}

export interface LockOrder {
  /** A thread stands at a location that requests a lock. */
  readonly note: (glance: Glance, thread: number, location: number) => void;
  /** Cycles that no deadlock among the violations shows already; `completed` may add edges that were not seen. */
  readonly violations: (
    found: readonly Violation[],
    completed: (edges: readonly LockOrderEdge[]) => readonly LockOrderEdge[],
  ) => readonly Judged[];
}

export function createLockOrder(): LockOrder {
  const edges = new Map<string, LockOrderEdge>();
  return {
    note: (glance, thread, location) => {
      for (const edge of edgesAt(glance, thread, location)) {
        const key = JSON.stringify(edge);
        if (!edges.has(key)) edges.set(key, edge);
      }
    },
    violations: (found, completed) =>
      cyclesOf(completed([...edges.values()]), blockedPlaces(found)),
  };
}

function edgesAt(glance: Glance, thread: number, at: number): readonly LockOrderEdge[] {
  const { layout, rare, source, p } = glance;
  const own = layout.threads[thread - 1];
  const location = own?.graph.locations[at];
  if (!own || !location?.requests) return [];
  const { holder, index } = location.requests;
  const { variables } = layout.program;
  const asked = variables[layout.variableNumbers.get(holder) ?? -1];
  const to = lockName(asked, rare.value(thread, index, p));
  const held = holderCells(layout).flatMap(({ variable, field, position }) =>
    load(source, p, field, position) === thread
      ? (lockName(variables[variable], position + field.first) ?? [])
      : [],
  );
  if (to === undefined || held.includes(to)) return [];
  const place = placeOf(own.graph, location);
  return held.map((from) => ({ from, to, thread, held, place }));
}

/** A lock's name: the holder variable's tag, and its slot where the variable has several. */
export function lockName(holder: Variable | undefined, index: number): string | undefined {
  if (!holder?.tags.holder) return undefined;
  const { first, initial, tags } = holder;
  if (index < first || index >= first + initial.length) return undefined;
  return initial.length === 1 ? tags.holder : `${tags.holder} ${index}`;
}

/** Where threads stand in the deadlocks that were found. */
function blockedPlaces(found: readonly Violation[]): ReadonlySet<string> {
  const deadlocks = found.filter(({ rule }) => rule === "deadlock" || rule === "partial-deadlock");
  return new Set(deadlocks.flatMap(({ place }) => place.split(" / ")));
}

/** The smallest cycles, one per set of locks. */
function cyclesOf(
  edges: readonly LockOrderEdge[],
  blocked: ReadonlySet<string>,
): readonly Judged[] {
  const cycles = new Map<string, Judged>();
  const shown = new Set<string>();
  for (const first of edges) {
    for (const path of extended([first], edges)) {
      const place = path
        .map(({ from }) => from)
        .sort()
        .join(" / ");
      const threads = [...new Set(path.map(({ thread }) => thread))].sort((a, b) => a - b);
      if (threads.length < 2) continue;
      if (path.every((edge) => blocked.has(edge.place))) shown.add(place);
      if (cycles.has(place)) continue;
      const message = cycleText(path, edges);
      cycles.set(place, { violation: { rule: "lock-order", message, place }, threads });
    }
  }
  return [...cycles].flatMap(([place, judged]) => (shown.has(place) ? [] : [judged]));
}

const locksMax = 4;

/** Every way to close the path to a cycle of distinct locks. */
function extended(
  path: readonly LockOrderEdge[],
  edges: readonly LockOrderEdge[],
): readonly (readonly LockOrderEdge[])[] {
  const last = path.at(-1);
  if (last?.to === path[0]?.from) return [path];
  if (path.length >= locksMax || path.some(({ from }) => from === last?.to)) return [];
  return edges
    .filter(({ from }) => from === last?.to)
    .flatMap((edge) => extended([...path, edge], edges));
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
