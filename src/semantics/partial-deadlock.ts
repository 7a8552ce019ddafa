/**
 * `partial-deadlock`: a thread that no continuation ever enables again, while another thread can step.
 *
 * Branching, not linear: a thread is blocked for ever in a state if no state reachable from there enables it or is
 * stopped. Computed backwards over the finished graph. A thread that stands blocked at the same location in a deadlock
 * is reported there and not again here, so in an acyclic graph, where every run finishes, there is nothing to report.
 */
import type { Program } from "../ir/program.ts";
import type { Found } from "./interpreter.ts";
import { activeThreads, blockedFound, selfCycles } from "./observe.ts";
import { threadOf } from "./state.ts";
import type { Node } from "./state-graph.ts";

export interface FoundAt {
  readonly found: Found;
  readonly node: number;
}

export function partialDeadlocks(program: Program, nodes: readonly Node[]): readonly FoundAt[] {
  const hopeful = nodes.map((node) => stepsOrStops(node));
  spread(nodes, hopeful);
  const inDeadlock = new Set(
    nodes.flatMap((node) =>
      node.edges.length > 0 ? [] : activeThreads(program, node.state).map((t) => spot(node, t)),
    ),
  );
  return nodes.flatMap((node, index) => {
    if (node.edges.length === 0) return [];
    const blocked = activeThreads(program, node.state).filter(
      (thread) =>
        !hopeful[index]?.has(thread) &&
        !hopeful[index]?.has(STOPS) &&
        !inDeadlock.has(spot(node, thread)) &&
        !threadOf(program, thread).mayWaitForEver,
    );
    return blocked.map((thread) => {
      const own = selfCycles(program, node.state, [thread])[0];
      return {
        found: own ?? blockedFound(program, node.state, "partial-deadlock", [thread]),
        node: index,
      };
    });
  });
}

/** Stands, in a set of threads, for "a run can stop from here": then nobody counts as blocked for ever. */
const STOPS = 0;

function spot(node: Node, thread: number): string {
  return `${thread} ${node.state.locations[thread - 1]}`;
}

function stepsOrStops(node: Node): Set<number> {
  return new Set(node.edges.map(({ choice, to }) => (to === undefined ? STOPS : choice.thread)));
}

/** Adds to each state what its successors can still do, until nothing changes. */
function spread(nodes: readonly Node[], hopeful: readonly Set<number>[]): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (let index = nodes.length - 1; index >= 0; index -= 1) {
      const mine = hopeful[index] as Set<number>;
      const before = mine.size;
      for (const { to } of nodes[index]?.edges ?? []) {
        if (to !== undefined) for (const thread of hopeful[to] ?? []) mine.add(thread);
      }
      changed ||= mine.size > before;
    }
  }
}
