/**
 * Counts all interleavings exactly: how many runs reach each state, summed where runs end.
 *
 * Runs are carried forward along the edges in a topological order (Kahn, "Topological sorting of large networks", CACM
 * 1962). Where no edge goes back to an earlier level of the search, the order of discovery is one. Breadth-first levels
 * alone are none: a state can have predecessors in several. States left over lie behind a cycle: "infinite".
 */
import type { Interleavings } from "../result.ts";
import type { Edges, StateGraph } from "./state-graph.ts";

export type Counted =
  | { readonly ok: true; readonly interleavings: Interleavings | "infinite" }
  | { readonly ok: false; readonly reason: string };

/** Estimated bytes of a count and its place in a list. */
const bytesPerCount = 48;

interface Limits {
  readonly bytes: number;
  readonly interrupted: () => string | undefined;
}

export function countInterleavings(
  graph: StateGraph,
  isEnded: (offsetInBatch: number) => boolean,
  limits: Limits,
): Counted {
  if (graph.size * (bytesPerCount + 8) > limits.bytes)
    return { ok: false, reason: "the limit of memory was reached while counting interleavings" };
  const incoming = graph.ordered ? undefined : incomingEdges(graph, limits);
  if (typeof incoming === "string") return { ok: false, reason: incoming };
  const order = incoming && topologicalOrder(graph, incoming, limits);
  if (typeof order === "string") return { ok: false, reason: order };
  if (order && order.length < graph.size) return { ok: true, interleavings: "infinite" };
  return carriedRuns(graph, { order, isEnded, interrupted: limits.interrupted });
}

function carriedRuns(
  graph: StateGraph,
  at: {
    readonly order: Int32Array | undefined;
    readonly isEnded: (offsetInBatch: number) => boolean;
    readonly interrupted: () => string | undefined;
  },
): Counted {
  const runs: bigint[] = new Array<bigint>(graph.size).fill(0n);
  runs[0] = 1n;
  const total = { ended: 0n, blocked: 0n, stopped: 0n };
  for (let done = 0; done < graph.size; ) {
    const count = at.order ? 1 : Math.min(graph.batch, graph.size - done);
    const first = at.order ? (at.order[done] ?? 0) : done;
    const edges = graph.expand(first, count);
    const finish = (i: number, here: bigint): void => {
      total[at.isEnded(i) ? "ended" : "blocked"] += here;
    };
    for (let i = 0; i < count; i += 1) {
      const here = runs[first + i] ?? 0n;
      runs[first + i] = 0n;
      const steps = carry(edges, i, { here, runs });
      const stops = edges.stops[i] ?? 0;
      total.stopped += here * BigInt(stops);
      if (steps + stops === 0) finish(i, here);
    }
    const reason = pollsAt(done, count) ? at.interrupted() : undefined;
    if (reason !== undefined) return { ok: false, reason };
    done += count;
  }
  return { ok: true, interleavings: total };
}

/** Whether a multiple of some thousands lies in the batch. */
const pollsAt = (start: number, count: number): boolean => start % 4096 < count;

const startOf = ({ ends }: Edges, i: number): number => (i === 0 ? 0 : (ends[i - 1] ?? 0));

/** Adds the runs that reach a state to those of its successors; returns how many edges there are. */
function carry(
  edges: Edges,
  i: number,
  { here, runs }: { readonly here: bigint; readonly runs: bigint[] },
): number {
  const start = startOf(edges, i);
  const end = edges.ends[i] ?? 0;
  for (let edge = start; edge < end; edge += 1) {
    const to = edges.to[edge] ?? 0;
    runs[to] = (runs[to] ?? 0n) + here;
  }
  return end - start;
}

/** How many edges lead to each state; text is the reason of an interruption. */
function incomingEdges(graph: StateGraph, { interrupted }: Limits): Int32Array | string {
  const incoming = new Int32Array(graph.size);
  for (let from = 0; from < graph.size; from += graph.batch) {
    const count = Math.min(graph.batch, graph.size - from);
    const { to, ends } = graph.expand(from, count);
    for (const state of to.subarray(0, ends[count - 1]))
      incoming[state] = (incoming[state] ?? 0) + 1;
    const reason = pollsAt(from, count) ? interrupted() : undefined;
    if (reason !== undefined) return reason;
  }
  return incoming;
}

/** State numbers along all edges, short of those behind a cycle. Uses up the numbers of incoming edges. */
function topologicalOrder(
  graph: StateGraph,
  incoming: Int32Array,
  { interrupted }: Limits,
): Int32Array | string {
  const order = new Int32Array(graph.size);
  let known = incoming[0] === 0 ? 1 : 0;
  for (let at = 0; at < known; at += 1) {
    const { to, ends } = graph.expand(order[at] ?? 0, 1);
    for (const state of to.subarray(0, ends[0])) {
      incoming[state] = (incoming[state] ?? 0) - 1;
      if (incoming[state] === 0) order[known++] = state;
    }
    const reason = pollsAt(at, 1) ? interrupted() : undefined;
    if (reason !== undefined) return reason;
  }
  return order.subarray(0, known);
}
