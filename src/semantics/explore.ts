/**
 * Exhaustive exploration with the reference interpreter: a breadth-first search over a plain map of states.
 *
 * The oracle that every engine and every reduction is tested against. It keeps the whole graph in memory (about a
 * kilobyte a state) and walks some thousands of states a second, so it is for small Programs only.
 */
import type { Program } from "../ir/program.ts";
import type { Choice, Schedule } from "../ir/schedule.ts";
import { assert } from "../support/assert.ts";
import { neverFired } from "./dead-code.ts";
import { enabledSteps, type Found, fire, hasEnded } from "./interpreter.ts";
import { type LockOrderEdge, lockOrderEdges, lockOrderViolations } from "./lock-order.ts";
import { judgeTerminal, observe, propertyHolds } from "./observe.ts";
import { partialDeadlocks } from "./partial-deadlock.ts";
import { initialState, type State, stateKey } from "./state.ts";
import { type Node, scheduleTo } from "./state-graph.ts";

interface FoundFirst extends Found {
  /** Steps of a shortest run that commits it, the violating step included. Not for findings about the whole graph. */
  readonly depth: number;
  readonly schedule: Schedule;
}

export interface Exploration {
  /** False if the state limit cut the search. */
  readonly complete: boolean;
  /** Bounds of the model that some run reached. */
  readonly limits: readonly string[];
  readonly nodes: readonly Node[];
  readonly transitions: number;
  /** One finding per rule and place, with a shortest run. */
  readonly findings: ReadonlyMap<string, FoundFirst>;
  /** Index of a nearest state in which each `reachable` property holds. */
  readonly witnesses: ReadonlyMap<string, number>;
  /** Some execution ends. */
  readonly ends: boolean;
}

/** Findings are the same if they violate one rule at one place. */
export const findingKey = ({
  rule,
  place,
}: {
  readonly rule: string;
  readonly place: string;
}): string => `${rule} @ ${place}`;

/** Explores everything, or up to `maxStates` states. Breadth first, in the order of threads and outcomes. */
export function explore(program: Program, maxStates: number): Exploration {
  const search = new Search(program);
  const stopped = program.initialViolations.some(({ fatal }) => fatal);
  search.add(initialState(program), undefined, stopped);
  for (const violation of program.initialViolations) {
    search.report({ ...violation, threads: [violation.thread] }, 0, []);
  }
  if (stopped) return search.result(true);
  for (let index = 0; index < search.nodes.length; index += 1) {
    if (search.nodes.length > maxStates) return search.result(false);
    search.expand(index);
  }
  search.judgeGraph();
  return search.result(true);
}

/** Mutable state of one exploration. */
class Search {
  readonly nodes: Node[] = [];
  private readonly program: Program;
  private readonly indices = new Map<string, number>();
  private readonly findings = new Map<string, FoundFirst>();
  private readonly witnesses = new Map<string, number>();
  private readonly limits = new Set<string>();
  private readonly edges = new Map<string, LockOrderEdge>();
  private transitions = 0;
  private ends = false;

  constructor(program: Program) {
    this.program = program;
  }

  add(
    state: State,
    from: { readonly node: number; readonly choice: Choice } | undefined,
    stopped = false,
  ): number {
    const key = stateKey(state);
    const old = this.indices.get(key);
    if (old !== undefined) return old;
    const index = this.nodes.length;
    const depth = from ? this.node(from.node).depth + 1 : 0;
    this.nodes.push({
      state,
      depth,
      edges: [],
      ...(from && { from }),
      ...(stopped && { stopped: true }),
    });
    this.indices.set(key, index);
    return index;
  }

  expand(index: number): void {
    const { state, depth, edges } = this.node(index);
    const schedule = (): Schedule => scheduleTo(this.nodes, index);
    for (const found of observe(this.program, state)) this.report(found, depth, schedule());
    for (const property of this.program.properties) {
      if (property.kind !== "reachable" || this.witnesses.has(property.name)) continue;
      if (propertyHolds(this.program, state, property)) this.witnesses.set(property.name, index);
    }
    for (const edge of lockOrderEdges(this.program, state)) {
      this.edges.set(JSON.stringify(edge), edge);
    }
    const choices = enabledSteps(this.program, state);
    for (const choice of choices) {
      this.transitions += 1;
      const fired = fire(this.program, state, choice);
      for (const found of fired.found) this.report(found, depth + 1, [...schedule(), choice]);
      if (fired.limit !== undefined) this.limits.add(fired.limit);
      const to = fired.next && this.add(fired.next, { node: index, choice });
      edges.push({ choice, to, limit: fired.limit !== undefined });
    }
    if (choices.length > 0) return;
    if (hasEnded(state)) this.ends = true;
    for (const found of judgeTerminal(this.program, state)) this.report(found, depth, schedule());
  }

  /** Findings that need the finished graph. */
  judgeGraph(): void {
    for (const { found, node } of partialDeadlocks(this.program, this.nodes)) {
      this.report(found, this.node(node).depth, scheduleTo(this.nodes, node));
    }
    const edges = [...this.edges.values()];
    for (const found of lockOrderViolations(edges, [...this.findings.values()]))
      this.report(found, 0, []);
    // Behind a limit there may be more: what was not seen cannot be called impossible.
    if (this.limits.size > 0) return;
    for (const found of neverFired(this.program, this.nodes)) this.report(found, 0, []);
    for (const property of this.program.properties) {
      if (property.kind !== "reachable" || this.witnesses.has(property.name)) continue;
      this.report({ ...property.violation, threads: [] }, 0, []);
    }
  }

  report(found: Found, depth: number, schedule: Schedule): void {
    const key = findingKey(found);
    if (!this.findings.has(key)) this.findings.set(key, { ...found, depth, schedule });
  }

  result(complete: boolean): Exploration {
    const { nodes, transitions, findings, witnesses, ends } = this;
    return {
      complete,
      limits: [...this.limits].sort(),
      nodes,
      transitions,
      findings,
      witnesses,
      ends,
    };
  }

  private node(index: number): Node {
    const node = this.nodes[index];
    assert(node !== undefined, "nodes are numbered without gaps");
    return node;
  }
}
