/**
 * Which threads can still step from each state of a reduced graph: what partial deadlocks are judged by.
 *
 * A thread can step from a visited state in the full graph exactly if it can in the reduced one: a run to its step is kept up
 * to the order of independent blocks, or put off, but not for ever, since every cycle has a state from which nothing is
 * left out. (Strong stubborn sets with that proviso preserve such properties: Valmari and Vogler, Fair Testing and
 * Stubborn Sets, SPIN 2016.) The same goes for a step that stops the run.
 */
import { allHope, settled } from "../explicit/hope.ts";

/** Adds to each state's bits those of its successors, until nothing changes. */
export function spreadHopes({
  hopes,
  active,
  edges,
}: {
  readonly hopes: Int32Array;
  /** The threads active in each state. */
  readonly active: readonly number[];
  readonly edges: readonly (readonly number[])[];
}): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (let state = edges.length - 1; state >= 0; state -= 1) {
      const old = hopes[state] ?? 0;
      if (old === allHope) continue;
      let hope = old;
      for (const to of edges[state] ?? []) hope |= hopes[to] ?? 0;
      hope = settled(hope, active[state] ?? 0);
      hopes[state] = hope;
      changed ||= hope !== old;
    }
  }
}
