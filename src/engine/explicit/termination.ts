/**
 * Whether every run of a Program comes to an end, read off its text: then its state graph has no cycle.
 *
 * A lexicographic ranking, found greedily (in the manner of Alias, Darte, Feautrier and Gonnord, Multi-dimensional
 * Rankings, SAS 2010, with counters only): in each strongly connected part of a thread's graph some local must only grow,
 * or only shrink, on every step that writes it; its steps are taken out, and what stays connected is judged again. Locals
 * have bounds, so that each is stepped finitely often. A thread may be started again, but not by way of itself.
 * "No" means that it is not known.
 */
import type { Expression } from "../../ir/expression.ts";
import { ENDED, type Graph, type Program, type Step, type Update } from "../../ir/program.ts";
import { staticValue } from "./static-value.ts";

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly step: Step;
}

export function alwaysTerminates(program: Program): boolean {
  return (
    program.graphs.every((graph) => loopsEnd(edgesOf(graph), wrapping(graph))) && startsEnd(program)
  );
}

function edgesOf({ locations }: Graph): readonly Edge[] {
  return locations.flatMap(({ id, steps }) =>
    steps.flatMap((step) =>
      step.fatal || step.limit !== undefined || step.to === ENDED
        ? []
        : [{ from: id, to: step.to, step }],
    ),
  );
}

/** Locals that can grow for ever, since they start anew by themselves. */
function wrapping({ locals }: Graph): ReadonlySet<string> {
  return new Set(locals.flatMap(({ name, type }) => (type.kind === "wrapping" ? [name] : [])));
}

function loopsEnd(edges: readonly Edge[], excluded: ReadonlySet<string>): boolean {
  return connectedParts(edges).every((part) => {
    const counter = counterOf(part, excluded);
    if (counter === undefined) return false;
    return loopsEnd(
      part.filter(({ step }) => !writesOf(step, counter).length),
      excluded,
    );
  });
}

/** A local that all steps of the part which write it move the same way. */
function counterOf(part: readonly Edge[], excluded: ReadonlySet<string>): string | undefined {
  const written = new Set(
    part.flatMap(({ step }) =>
      step.updates.flatMap(({ target }) => (target.kind === "local" ? [target.name] : [])),
    ),
  );
  return [...written].find((name) => {
    if (excluded.has(name)) return false;
    const moves = part.flatMap(({ step }) => writesOf(step, name).map(directionOf));
    return moves[0] !== 0 && moves.every((move) => move === moves[0]);
  });
}

const writesOf = ({ updates }: Step, name: string): readonly Update[] =>
  updates.filter(({ target }) => target.kind === "local" && target.name === name);

/** 1 for `x := x + c`, -1 for `x := x - c` with c positive, 0 for anything else. */
function directionOf({ target, value }: Update): -1 | 0 | 1 {
  if (value.kind !== "binary" || target.kind !== "local") return 0;
  const { operator, left, right } = value;
  const isOwn = left.kind === "local" && left.name === target.name;
  if (!isOwn || right.kind !== "constant" || right.value <= 0) return 0;
  return operator === "+" ? 1 : operator === "-" ? -1 : 0;
}

/** The edges inside each strongly connected part: Tarjan, Depth-first search and linear graph algorithms, 1972. */
function connectedParts(edges: readonly Edge[]): readonly (readonly Edge[])[] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of edges) {
    targets.set(from, [...(targets.get(from) ?? []), to]);
    if (!targets.has(to)) targets.set(to, []);
  }
  const partOf = partNumbers(targets);
  const parts = new Map<number, Edge[]>();
  for (const edge of edges) {
    const part = partOf.get(edge.from) ?? -1;
    if (part !== partOf.get(edge.to)) continue;
    parts.set(part, [...(parts.get(part) ?? []), edge]);
  }
  return [...parts.values()];
}

function partNumbers(targets: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, number> {
  const partOf = new Map<string, number>();
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const lower = (node: string, to: number): void => {
    lowest.set(node, Math.min(lowest.get(node) ?? to, to));
  };
  const enter = (node: string): Visit => {
    lower(node, order.size);
    order.set(node, order.size);
    path.push(node);
    return { node, open: [...(targets.get(node) ?? [])] };
  };
  const leave = (node: string): void => {
    const number = order.get(node) ?? 0;
    if (lowest.get(node) !== number) return;
    for (const member of path.splice(path.lastIndexOf(node))) partOf.set(member, number);
  };
  for (const root of targets.keys()) {
    const visits = order.has(root) ? [] : [enter(root)];
    for (let visit = visits.at(-1); visit; visit = visits.at(-1)) {
      const target = visit.open.pop();
      if (target === undefined) {
        visits.pop();
        leave(visit.node);
        const parent = visits.at(-1);
        if (parent) lower(parent.node, lowest.get(visit.node) ?? 0);
      } else if (!order.has(target)) {
        visits.push(enter(target));
      } else if (!partOf.has(target)) {
        lower(visit.node, order.get(target) ?? 0);
      }
    }
  }
  return partOf;
}

/** A node under way, with the targets that are still to be looked at; graphs may be too deep for recursion. */
interface Visit {
  readonly node: string;
  readonly open: string[];
}

/** Whether no thread is started by way of itself, so that each is started finitely often. */
function startsEnd(program: Program): boolean {
  const children = program.threads.map((thread, index) => {
    const graph = program.graphs.find(({ name }) => name === thread.graph);
    const evaluator = { self: index + 1, constants: thread.constants };
    const started = (graph?.locations ?? []).flatMap(({ steps }) =>
      steps.flatMap(({ starts }) =>
        starts.map((start) => startedBy(evaluator, start.thread, program)),
      ),
    );
    return new Set(started.flat());
  });
  const reaches = (from: number, to: number, seen: Set<number>): boolean =>
    [...(children[from - 1] ?? [])].some((child) => {
      if (child === to) return true;
      if (seen.has(child)) return false;
      seen.add(child);
      return reaches(child, to, seen);
    });
  return program.threads.every((_, index) => !reaches(index + 1, index + 1, new Set()));
}

/** The thread that is started; all of them, where only a state tells. */
function startedBy(
  evaluator: Parameters<typeof staticValue>[0],
  thread: Expression,
  { threads }: Program,
): readonly number[] {
  const known = staticValue(evaluator, thread);
  return known === undefined ? threads.map((_, index) => index + 1) : [known];
}
