/**
 * `partial-deadlock`: a thread that no continuation ever enables again, while another thread can step.
 *
 * For each state a word of bits: the threads that can still step from there. It starts with those that step in the state
 * itself and grows backwards along the edges until nothing changes. A thread keeps its place until it steps, so only
 * threads active in a state matter there, and a state in which they all have hope needs no further look; the same goes
 * for one from which a run can stop. Threads are taken 30 at a time.
 *
 * The first sweep generates all edges again and settles nearly every state; the edges of the others are kept for the
 * sweeps that follow, which then cost little.
 *
 * One whose location stands in a deadlock of the same program is left out: one cause, one finding. In an acyclic graph
 * every run finishes, so there is nothing to report and the pass is skipped.
 */
import type { Machine } from "./compile.ts";
import { allHope, createDoubtful, type Doubtful, settled } from "./hope.ts";
import type { RareCode } from "./rare-code.ts";
import type { Edges, StateGraph } from "./state-graph.ts";
import { isActive, locationIndex } from "./state-words.ts";
import { threadOfTag } from "./tag.ts";
import { activeThreads, blockedFound, type Glance, type Judged, selfCycles } from "./terminal.ts";

export interface JudgedAt extends Judged {
  /** Number of the first state in which it is so. */
  readonly state: number;
}

export type PartialDeadlocks =
  | { readonly ok: true; readonly found: readonly JudgedAt[] }
  | { readonly ok: false; readonly reason: string };

export interface Limits {
  readonly bytes: number;
  readonly interrupted: () => string | undefined;
}

const groupSize = 30;
/** Threads whose bits fit one word. */
export const threadsMax = groupSize;
/** In a state's word: the state has successors. */
export const hasSteps = 1 << groupSize;
/** The bit of one of the first threads; none for others. */
export const threadBit = (thread: number): number => (thread <= groupSize ? 1 << (thread - 1) : 0);

export function partialDeadlocks(
  graph: StateGraph,
  machine: Machine,
  rare: RareCode,
  limits: Limits,
): PartialDeadlocks {
  if (graph.acyclic) return { ok: true, found: [] };
  if (4 * graph.places > limits.bytes)
    return {
      ok: false,
      reason: "the limit of memory was reached while looking for partial deadlocks",
    };
  const hopes = new Int32Array(graph.places);
  const found: JudgedAt[] = [];
  for (let group = 0; group * groupSize < machine.layout.threads.length; group += 1) {
    hopes.fill(0);
    const open: OpenState[] = [];
    const reason = spreadHope(graph, machine, { hopes, group, limits, open });
    if (reason !== undefined) return { ok: false, reason };
    found.push(...hopeless({ graph, machine, rare, hopes, group, open: open.reverse() }));
  }
  const first = (judged: JudgedAt): number => judged.threads[0] ?? 0;
  return { ok: true, found: found.sort((a, b) => a.state - b.state || first(a) - first(b)) };
}

/** A state that a first look did not settle. */
interface OpenState {
  readonly state: number;
  readonly place: number;
}

/** Of an open state, an estimate. */
const bytesPerOpen = 48;

interface Spreading {
  /** Receives the states that are open, last ones first. */
  readonly open: OpenState[];
  readonly hopes: Int32Array;
  readonly group: number;
  readonly limits: Limits;
}

/** Spreads hope over the whole graph; returns why it could not, if so. */
function spreadHope(graph: StateGraph, machine: Machine, at: Spreading): string | undefined {
  const { hopes, limits } = at;
  const doubtful = createDoubtful(limits.bytes - 4 * graph.places);
  const look = firstLook(machine, at, doubtful);
  for (let end = graph.size; end > 0; end -= graph.batch) {
    const from = Math.max(0, end - graph.batch);
    const edges = graph.expand(from, end - from);
    for (let i = end - from - 1; i >= 0; i -= 1) {
      if (!look(edges, i, from + i))
        return "the limit of memory was reached while looking for partial deadlocks";
    }
    const reason = end % 4096 < graph.batch ? limits.interrupted() : undefined;
    if (reason !== undefined) return reason;
  }
  while (doubtful.sweep(hopes)) {
    const reason = limits.interrupted();
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Judges state `i` of a batch by what is known of its successors; false if doubts have no room. */
function firstLook(
  machine: Machine,
  { hopes, group, open, limits }: Spreading,
  doubtful: Doubtful,
): (edges: Edges, i: number, state: number) => boolean {
  return (edges, i, state) => {
    const { to } = edges;
    const start = i === 0 ? 0 : (edges.ends[i - 1] ?? 0);
    const stop = edges.ends[i] ?? 0;
    let hope = ownHope(machine, edges, { i, start, group });
    for (let edge = start; edge < stop; edge += 1) hope |= hopes[to[edge] ?? 0] ?? 0;
    const active = activeBits(machine, i * machine.layout.words, group);
    hope = settled(hope, active);
    const place = edges.own[i] ?? 0;
    hopes[place] = hope;
    if (hope === allHope) return true;
    open.push({ state, place });
    if (open.length * bytesPerOpen > limits.bytes) return false;
    return stop === start || doubtful.add({ place, active, to, start, stop });
  };
}

/** Who steps in state `i` of the batch itself; its edges begin at `start`. */
function ownHope(
  { stride, successors, layout }: Machine,
  { ends, stops }: Edges,
  { i, start, group }: { readonly i: number; readonly start: number; readonly group: number },
): number {
  if ((stops[i] ?? 0) > 0) return allHope;
  const end = ends[i] ?? 0;
  let hope = end > start ? hasSteps : 0;
  for (let edge = start; edge < end; edge += 1) {
    const bit = threadOfTag(successors[edge * stride + layout.words] ?? 0) - 1 - group * groupSize;
    if (bit >= 0 && bit < groupSize) hope |= 1 << bit;
  }
  return hope;
}

function activeBits({ layout, source }: Machine, p: number, group: number): number {
  const start = group * groupSize;
  let bits = 0;
  for (let bit = 0; bit < groupSize && start + bit < layout.threads.length; bit += 1) {
    const thread = layout.threads[start + bit];
    if (thread && isActive(source, p, thread)) bits |= 1 << bit;
  }
  return bits;
}

/** Goes through the states that are left, in order: first deadlocks, whose spots are then left out. */
export function hopeless(options: {
  readonly graph: Pick<StateGraph, "load">;
  readonly machine: Machine;
  readonly rare: RareCode;
  readonly hopes: Int32Array;
  readonly group: number;
  /** The states that may be without hope, first ones first. */
  readonly open: readonly OpenState[];
}): readonly JudgedAt[] {
  const { graph, machine, rare, hopes, group, open } = options;
  const { layout, source } = machine;
  const glance: Glance = { layout, rare, source, p: 0 };
  const spotOf = (thread: number): number => {
    const own = layout.threads[thread - 1];
    return own ? thread * 65536 + locationIndex(source, 0, own) : 0;
  };
  const each = (visit: (state: number, hope: number) => void): void => {
    for (const { state, place } of open) {
      const hope = hopes[place] ?? 0;
      if (hope === allHope) continue;
      graph.load(state);
      visit(state, hope);
    }
  };
  const inDeadlock = new Set<number>();
  each((_, hope) => {
    if ((hope & hasSteps) === 0)
      for (const thread of activeThreads(glance)) inDeadlock.add(spotOf(thread));
  });
  const found = new Map<string, JudgedAt>();
  each((state, hope) => {
    if ((hope & hasSteps) === 0) return;
    for (const thread of activeThreads(glance)) {
      const bit = thread - 1 - group * groupSize;
      if (bit < 0 || bit >= groupSize || (hope & (1 << bit)) !== 0) continue;
      if (inDeadlock.has(spotOf(thread))) continue;
      if (layout.threads[thread - 1]?.thread.mayWaitForEver) continue;
      const judged =
        selfCycles(glance, [thread])[0] ?? blockedFound(glance, "partial-deadlock", [thread]);
      const key = `${thread} ${judged.violation.rule} ${judged.violation.place}`;
      if (!found.has(key)) found.set(key, { ...judged, state });
    }
  });
  return [...found.values()];
}
