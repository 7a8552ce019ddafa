/**
 * The state graph as reports want it: neutral data with text instead of packed states.
 *
 * Engines keep their states in their own ways; whoever joins them with reports fills this in, or has `stateGraphOf` do
 * so from the reference interpreter's exploration, which is meant for graphs small enough to be looked at.
 */
import { ENDED, type Program, UNBORN } from "../ir/program.ts";
import type { Choice, ScheduleItem } from "../ir/schedule.ts";
import { enabledSteps, fire, stepOf } from "../semantics/interpreter.ts";
import { judgeTerminal, observe } from "../semantics/observe.ts";
import { locationOf, type State, threadOf } from "../semantics/state.ts";
import type { Node } from "../semantics/state-graph.ts";
import { isVisible, type Storage, storageName, storageText, valueAt } from "./cell.ts";

export interface StateGraph {
  readonly name: string;
  /** The first is the initial state. Ids are unique. */
  readonly nodes: readonly StateNode[];
  readonly edges: readonly StateEdge[];
  /** Ids of the states of one counterexample, in order; empty if there is none. */
  readonly errorPath: readonly string[];
  /** Why states are missing; absent if all are there. */
  readonly cut?: string;
}

export interface StateNode {
  readonly id: string;
  /** A few words: what happened to get here first. */
  readonly label: string;
  /** Steps of a shortest run to it. */
  readonly depth: number;
  /** Some rule is violated in it, or by a step that leads to it. */
  readonly violating: boolean;
  /** The state as text: where each thread stands (`at NAME`), and the value of each visible cell. */
  readonly attributes: Readonly<Record<string, string>>;
}

interface StateEdge {
  readonly from: string;
  readonly to: string;
  readonly thread: string;
  readonly label: string;
}

/** Makes the graph of an exploration; `schedule` is the counterexample to mark, if there is one. */
export function stateGraphOf(
  program: Program,
  nodes: readonly Node[],
  schedule: readonly ScheduleItem[] = [],
): StateGraph {
  const states = nodes.map((node, index) => stateNode(program, nodes, node, index));
  const drawn = nodes.flatMap((node, index) => edgesOf(program, node, index));
  const broken = new Set(drawn.flatMap(({ edge, violates }) => (violates ? [edge.to] : [])));
  return {
    name: program.name,
    nodes: [
      ...states.map((node) => (broken.has(node.id) ? { ...node, violating: true } : node)),
      ...drawn.flatMap(({ stop }) => stop ?? []),
    ],
    edges: drawn.map(({ edge }) => edge),
    errorPath: schedule.length === 0 ? [] : pathOf(nodes, schedule),
  };
}

/** The attribute that says why a run stopped, in a state that stands for that. */
export const STOPPED = "stopped";

const idOf = (index: number): string => `s${index}`;
const stopId = (index: number, { thread, step }: Pick<Choice, "thread" | "step">): string =>
  `s${index}.${thread}.${step}`;

function stateNode(
  program: Program,
  nodes: readonly Node[],
  { state, depth, edges, from }: Node,
  index: number,
): StateNode {
  const before = from && nodes[from.node];
  const label = from && before ? choiceLabel(program, before.state, from.choice) : "initial state";
  // An exploration that was cut has states that it never looked at.
  const isTerminal = edges.length === 0 && enabledSteps(program, state).length === 0;
  const terminal = isTerminal ? judgeTerminal(program, state) : [];
  return {
    id: idOf(index),
    label,
    depth,
    violating: terminal.length > 0 || observe(program, state).length > 0,
    attributes: attributesOf(program, state),
  };
}

function choiceLabel(program: Program, state: State, choice: Choice): string {
  const { location, step } = stepOf(program, state, choice);
  const outcome = step.outcome === undefined ? "" : ` → ${step.outcome}`;
  return `${threadOf(program, choice.thread).name}: ${location.label}${outcome}`;
}

function attributesOf(program: Program, state: State): StateNode["attributes"] {
  const attributes: Record<string, string> = {};
  program.threads.forEach(({ name }, index) => {
    const place = state.locations[index];
    const label = locationOf(program, state, index + 1)?.label;
    attributes[`at ${name}`] =
      label ?? (place === UNBORN ? "not started" : place === ENDED ? "ended" : "");
  });
  state.cells.forEach((row, variable) => {
    row.forEach((_, offset) => {
      const storage: Storage = { kind: "cell", variable, offset };
      if (!isVisible(program, storage)) return;
      attributes[storageName(program, storage)] = storageText(
        program,
        storage,
        valueAt(state, storage),
      );
    });
  });
  return attributes;
}

interface Drawn {
  readonly edge: StateEdge;
  /** The step violates a rule, and the run goes on. */
  readonly violates?: boolean;
  /** The state that a run stops in is none of the Program's; it is drawn as one of its own. */
  readonly stop?: StateNode;
}

function edgesOf(program: Program, { state, depth, edges }: Node, index: number): readonly Drawn[] {
  return edges.map(({ choice, to }) => {
    const { location, step } = stepOf(program, state, choice);
    const thread = threadOf(program, choice.thread).name;
    const id = to === undefined ? stopId(index, choice) : idOf(to);
    const edge: StateEdge = { from: idOf(index), to: id, thread, label: location.label };
    if (to !== undefined) {
      const violates = step.checks.length > 0 && fire(program, state, choice).found.length > 0;
      return { edge, violates };
    }
    const why = step.fatal?.rule ?? step.limit ?? "range";
    const stop: StateNode = {
      id,
      label: `${thread}: ${location.label}: ${why}`,
      depth: depth + 1,
      violating: step.limit === undefined,
      attributes: { ...attributesOf(program, state), [STOPPED]: why },
    };
    return { edge, stop };
  });
}

function pathOf(nodes: readonly Node[], schedule: readonly ScheduleItem[]): readonly string[] {
  const path = [idOf(0)];
  let index: number | undefined = 0;
  for (const choice of schedule) {
    if (index === undefined) break;
    const edge: Node["edges"][number] | undefined = nodes[index]?.edges.find(
      (candidate) =>
        candidate.choice.thread === choice.thread &&
        (choice.step === undefined || candidate.choice.step === choice.step),
    );
    if (!edge) break;
    path.push(edge.to === undefined ? stopId(index, edge.choice) : idOf(edge.to));
    index = edge.to;
  }
  return path;
}
