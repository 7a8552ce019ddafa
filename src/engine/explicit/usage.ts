/**
 * What the steps of a Program write, and which variables they index by a value of the state: the facts that the layout
 * depends on. A variable that nothing writes takes no bit.
 */
import { type Expression, walk } from "../../ir/expression.ts";
import type { Graph, Location, Program } from "../../ir/program.ts";
import { type Evaluator, staticValue } from "./static-value.ts";

export interface Usage {
  readonly written: ReadonlySet<string>;
  /** Variables with an index that is known only in a state. */
  readonly indexed: ReadonlySet<string>;
  /** Locals that steps or arguments write, by graph and name: see `localKey`. */
  readonly writtenLocals: ReadonlySet<string>;
}

export const localKey = (graph: string, local: string): string => JSON.stringify([graph, local]);

export function usageOf(program: Program): Usage {
  const usage = {
    written: new Set<string>(),
    indexed: new Set<string>(),
    writtenLocals: new Set<string>(),
  };
  const graphs = new Map(program.graphs.map((graph) => [graph.name, graph]));
  for (const [number, thread] of program.threads.entries()) {
    const graph = graphs.get(thread.graph);
    const evaluator = { self: number + 1, constants: thread.constants };
    noteIndices(usage.indexed, evaluator, [thread.level]);
    for (const location of graph?.locations ?? []) {
      noteIndices(usage.indexed, evaluator, expressionsOf(location));
      if (graph) noteWrites(usage, { program, evaluator, graph, location });
    }
  }
  const nobody = { self: 0, constants: {} };
  for (const { expression } of program.properties) noteIndices(usage.indexed, nobody, [expression]);
  return usage;
}

function noteWrites(
  usage: { written: Set<string>; indexed: Set<string>; writtenLocals: Set<string> },
  at: {
    readonly program: Program;
    readonly evaluator: Evaluator;
    readonly graph: Graph;
    readonly location: Location;
  },
): void {
  const { evaluator, graph } = at;
  const { steps } = at.location;
  const { threads } = at.program;
  for (const { target } of steps.flatMap(({ updates }) => updates)) {
    if (target.kind === "local") {
      usage.writtenLocals.add(localKey(graph.name, target.name));
      continue;
    }
    usage.written.add(target.variable);
    if (staticValue(evaluator, target.index) === undefined) usage.indexed.add(target.variable);
  }
  for (const start of steps.flatMap(({ starts }) => starts)) {
    const child = staticValue(evaluator, start.thread);
    const started = child === undefined ? threads : threads.slice(child - 1, child);
    for (const { local } of start.arguments)
      for (const thread of started) usage.writtenLocals.add(localKey(thread.graph, local));
  }
}

function noteIndices(
  indexed: Set<string>,
  evaluator: Evaluator,
  expressions: readonly Expression[],
): void {
  for (const expression of expressions) {
    walk(expression, (part) => {
      if (part.kind === "cell" && staticValue(evaluator, part.index) === undefined)
        indexed.add(part.variable);
    });
  }
}

/** Every expression that a location's steps and notes evaluate. */
function expressionsOf({ steps, waits, requests }: Location): readonly Expression[] {
  const all: Expression[] = [];
  if (waits?.owner) all.push(waits.owner);
  if (waits?.on) all.push(waits.on.index);
  if (requests) all.push(requests.index);
  for (const step of steps) {
    all.push(...step.guards, ...step.checks.map(({ when }) => when));
    all.push(...step.accesses.map(({ index }) => index));
    if (step.frees) all.push(step.frees.index);
    for (const { target, value } of step.updates)
      all.push(value, ...(target.kind === "cell" ? [target.index] : []));
    for (const start of step.starts)
      all.push(start.thread, ...start.arguments.map(({ value }) => value));
  }
  return all;
}
