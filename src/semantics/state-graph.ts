/** The state graph that an exploration built, and what can be computed from it alone. */
import { ENDED, UNBORN } from "../ir/program.ts";
import type { Choice, Schedule } from "../ir/schedule.ts";
import type { State } from "./state.ts";

/** One state of the explored graph. `from` is missing in the initial state. */
export interface Node {
  readonly state: State;
  readonly depth: number;
  readonly from?: { readonly node: number; readonly choice: Choice };
  /** Successors by transition; one that stops the run (fatal or limit) has none. */
  readonly edges: {
    readonly choice: Choice;
    readonly to: number | undefined;
    readonly limit: boolean;
  }[];
  /** Local code before the first step stopped the run: the initial state, and nothing after it. */
  readonly stopped?: true;
}

/** A shortest schedule to a node. */
export function scheduleTo(nodes: readonly Node[], index: number): Schedule {
  const choices: Choice[] = [];
  for (let node = nodes[index]; node?.from; node = nodes[node.from.node])
    choices.push(node.from.choice);
  return choices.reverse();
}

/** Whether some state of the explored graph can be reached from itself. */
function isCyclic(nodes: readonly Node[]): boolean {
  const waiting = nodes.map(() => 0);
  for (const { edges } of nodes)
    for (const { to } of edges) if (to !== undefined) waiting[to] = (waiting[to] ?? 0) + 1;
  const free = nodes.flatMap((_, index) => (waiting[index] === 0 ? [index] : []));
  let removed = 0;
  for (let node = free.pop(); node !== undefined; node = free.pop()) {
    removed += 1;
    for (const { to } of nodes[node]?.edges ?? []) {
      if (to === undefined) continue;
      waiting[to] = (waiting[to] as number) - 1;
      if (waiting[to] === 0) free.push(to);
    }
  }
  return removed < nodes.length;
}

/** Executions by how they finish, counted exactly; "infinite" exactly if the graph has a cycle. */
export interface Interleavings {
  readonly ended: bigint;
  readonly blocked: bigint;
  readonly stopped: bigint;
}

/** Counts complete executions by recursion over the acyclic graph, sharing results between equal states. */
export function countInterleavings(nodes: readonly Node[]): Interleavings | "infinite" {
  if (isCyclic(nodes)) return "infinite";
  const counts: (Interleavings | undefined)[] = nodes.map(() => undefined);
  // Depth-first with an explicit stack: runs can be longer than the call stack allows.
  const stack = [0];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const node = nodes[top] as Node;
    const missing = node.edges.find(({ to }) => to !== undefined && counts[to] === undefined)?.to;
    if (missing !== undefined) {
      stack.push(missing);
      continue;
    }
    counts[top] = countAt(node, counts);
    stack.pop();
  }
  return counts[0] as Interleavings;
}

function countAt(node: Node, counts: readonly (Interleavings | undefined)[]): Interleavings {
  if (node.stopped) return { ended: 0n, blocked: 0n, stopped: 1n };
  const terminal = node.edges.length === 0;
  const over = node.state.locations.every((location) => location === ENDED || location === UNBORN);
  let ended = terminal && over ? 1n : 0n;
  let blocked = terminal && !over ? 1n : 0n;
  let stopped = 0n;
  for (const { to } of node.edges) {
    const next = to === undefined ? undefined : (counts[to] as Interleavings);
    ended += next?.ended ?? 0n;
    blocked += next?.blocked ?? 0n;
    stopped += next?.stopped ?? (to === undefined ? 1n : 0n);
  }
  return { ended, blocked, stopped };
}
