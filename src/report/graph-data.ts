/**
 * Graphs as plain data, common to all graph formats: a trace as its steps in their orders, and a state graph.
 * All text is made visible here, so that what a format's reader gives back equals what was written.
 */
import type { Explanation, Trace, TraceStep } from "../trace/document.ts";
import type { StateGraph } from "../trace/state-graph.ts";
import { visible } from "./escape.ts";

export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface GraphData {
  readonly name: string;
  readonly nodes: readonly { readonly id: string; readonly attributes: Attributes }[];
  readonly edges: readonly {
    readonly id: string;
    readonly from: string;
    readonly to: string;
    readonly attributes: Attributes;
  }[];
}

/** Attributes without empty text, which some formats cannot tell from no text. */
function attributes(all: Readonly<Record<string, AttributeValue | undefined>>): Attributes {
  const kept = Object.entries(all).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[name, shown(value)] as const],
  );
  return Object.fromEntries(kept);
}

const shown = (value: AttributeValue): AttributeValue =>
  typeof value === "string" ? visible(value) : value;

/** The graph's name, and why states are missing, if any are: no format may hide that. */
export const graphTitle = ({ name, cut }: StateGraph): string =>
  visible(cut === undefined ? name : `${name} (cut: ${cut})`);

/** A state graph; the error path is marked on nodes and edges. Variables are prefixed `state.`, to be no format's own. */
export function stateGraphData(graph: StateGraph): GraphData {
  const path = new Set(graph.errorPath);
  const pathEdges = new Set(graph.errorPath.slice(1).map((to, i) => `${graph.errorPath[i]} ${to}`));
  return {
    name: graphTitle(graph),
    nodes: graph.nodes.map(({ id, label, depth, violating, attributes: state }) => ({
      id: visible(id),
      attributes: attributes({
        label,
        depth,
        violating,
        errorPath: path.has(id),
        ...Object.fromEntries(
          Object.entries(state).map(([name, value]) => [`state.${visible(name)}`, value]),
        ),
      }),
    })),
    edges: graph.edges.map(({ from, to, thread, label }, index) => ({
      id: `e${index}`,
      from: visible(from),
      to: visible(to),
      attributes: attributes({ label, thread, errorPath: pathEdges.has(`${from} ${to}`) }),
    })),
  };
}

/**
 * A counterexample as a graph of its steps. Edges: `program` (the next step of the same thread), `schedule` (the next
 * step of the run, by another thread), `conflict` (the last earlier step of another thread that changed the same).
 */
export function traceGraphData(name: string, trace: Trace, explanation?: Explanation): GraphData {
  const roles = new Map(explanation?.steps.map((step) => [step.index, step]));
  const nodes = trace.steps.map((step) => ({
    id: `step${step.index}`,
    attributes: attributes({
      label: `${step.index}. ${step.thread}: ${step.label}`,
      depth: step.index,
      thread: step.thread,
      level: step.level,
      source: step.source && `${step.source.file}:${step.source.line}`,
      returns: step.returns,
      changes: step.changes.map((c) => `${c.variable}: ${c.from} → ${c.to}`).join("; "),
      role: roles.get(step.index)?.role,
      violating: roles.get(step.index)?.violates ?? false,
      errorPath: roles.has(step.index),
    }),
  }));
  const links = trace.steps.flatMap((step) => linksTo(trace, step));
  return {
    name: visible(name),
    nodes,
    edges: links.map(({ from, to, relation, label }, index) => ({
      id: `e${index}`,
      from: `step${from}`,
      to: `step${to}`,
      attributes: attributes({ label, relation, errorPath: roles.has(from) && roles.has(to) }),
    })),
  };
}

interface Link {
  readonly from: number;
  readonly to: number;
  readonly relation: "program" | "schedule" | "conflict";
  readonly label: string;
}

function linksTo({ steps }: Trace, step: TraceStep): readonly Link[] {
  const earlier = steps.slice(0, step.index - 1);
  const previous = earlier.at(-1);
  const own = earlier.findLast(({ thread }) => thread === step.thread);
  const to = step.index;
  const links: Link[] = [];
  if (own) links.push({ from: own.index, to, relation: "program", label: step.thread });
  if (previous && previous !== own) {
    links.push({ from: previous.index, to, relation: "schedule", label: "" });
  }
  for (const { variable } of step.changes) {
    const writer = earlier.findLast(({ changes }) => changes.some((c) => c.variable === variable));
    if (writer && writer.thread !== step.thread) {
      links.push({ from: writer.index, to, relation: "conflict", label: variable });
    }
  }
  return links;
}
