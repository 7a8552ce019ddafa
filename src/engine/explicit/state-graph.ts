/**
 * The explored graph after the search: its edges, generated again from the stored states instead of being kept.
 *
 * Costs what the search cost, per pass; no memory but one batch.
 */
import type { Machine } from "./compile.ts";
import type { States } from "./states.ts";
import { alwaysTerminates } from "./termination.ts";

export interface StateGraph {
  readonly size: number;
  /** Bound on places: see `states.ts`. */
  readonly places: number;
  /** Largest number of states of one `expand`. */
  readonly batch: number;
  /** Places of the successors of states `from` to `from + count`, one after another, by transition. */
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
  /** Places of the states themselves. */
  readonly own: Int32Array;
  readonly to: Int32Array;
  /** Where the edges of each state of the batch end in `to`. */
  readonly ends: Int32Array;
  /** How many steps of each state stopped the run. */
  readonly stops: Int32Array;
}

export function createStateGraph(
  machine: Machine,
  states: States,
  stopsOf: Int32Array,
): StateGraph {
  const { stride, batch, successors, source } = machine;
  const to = new Int32Array(Math.ceil(successors.length / stride));
  const ends = new Int32Array(batch);
  const own = new Int32Array(batch);
  return {
    size: states.size(),
    places: states.places(),
    batch,
    ordered: states.ordered(),
    acyclic: states.ordered() || alwaysTerminates(machine.layout.program),
    load: (state) => states.copy(state, 1, source),
    expand: (from, count) => {
      states.copy(from, count, source);
      states.locate(from, count, own);
      stopsOf.fill(0, 0, count);
      const end = machine.expand(0, count);
      states.find(successors, end, to);
      for (let i = 0; i < count; i += 1) ends[i] = (machine.ends[i] ?? 0) / stride;
      return { own, to, ends, stops: stopsOf };
    },
  };
}
