/**
 * The explored graph after the search: its edges, generated again from the stored states instead of being kept.
 *
 * Costs what the search cost, per pass; no memory but one batch.
 */
import type { Machine } from "./compile.ts";
import { alwaysTerminates } from "./termination.ts";
import type { Visited } from "./visited.ts";

export interface StateGraph {
  readonly size: number;
  /** Largest number of states of one `expand`. */
  readonly batch: number;
  /** Numbers of the successors of states `from` to `from + count`, one after another, by transition. */
  readonly expand: (from: number, count: number) => Edges;
  /** Puts a state at the start of the machine's source. */
  readonly load: (state: number) => void;
  /** Numbers run along all edges, so the graph has no cycle. */
  readonly ordered: boolean;
  /** The graph has no cycle. */
  readonly acyclic: boolean;
}

/** Edges of one batch; the arrays are used again by the next. */
export interface Edges {
  readonly to: Int32Array;
  /** Where the edges of each state of the batch end in `to`. */
  readonly ends: Int32Array;
  /** How many steps of each state stopped the run. */
  readonly stops: Int32Array;
}

export function createStateGraph(
  machine: Machine,
  visited: Visited,
  stopsOf: Int32Array,
): StateGraph {
  const { stride, batch, successors } = machine;
  const to = new Int32Array(Math.ceil(successors.length / stride));
  const ends = new Int32Array(batch);
  return {
    size: visited.size(),
    batch,
    ordered: visited.backEdges() === 0,
    acyclic: visited.backEdges() === 0 || alwaysTerminates(machine.layout.program),
    load: (state) => visited.copy(state, 1, machine.source),
    expand: (from, count) => {
      visited.copy(from, count, machine.source);
      stopsOf.fill(0, 0, count);
      const end = machine.expand(0, count);
      visited.find(successors, end, to);
      for (let i = 0; i < count; i += 1) ends[i] = (machine.ends[i] ?? 0) / stride;
      return { to, ends, stops: stopsOf };
    },
  };
}
