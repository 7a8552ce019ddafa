/**
 * Quotient of a state graph: states that agree on a few attributes share a box, so that 20,000 states fit one screen.
 *
 * The attributes are chosen greedily, or given: each time the one after which boxes mix violating and safe
 * states least, among those that keep to the number of boxes. That separates violating states
 * from safe ones where the attributes can, which is the explanation that a reader looks for. Where all states are safe,
 * the one that spreads them most evenly: there is nothing to explain, only an overview to give.
 */
import { STOPPED, type StateGraph, type StateNode } from "../trace/state-graph.ts";
import { visible } from "./escape.ts";
import { type GraphData, graphTitle } from "./graph-data.ts";
import { counted, countText } from "./number-text.ts";

/** More boxes than this are no overview. */
const BOXES_MAX = 40;
const ATTRIBUTES_MAX = 5;

/** The attributes to tell states apart by: those that separate violating from safe states best, in few boxes. */
export function separatingAttributes(graph: StateGraph, boxesMax = BOXES_MAX): readonly string[] {
  const badness = graph.nodes.some(({ violating }) => violating) ? mixedIn : crowdedIn;
  const all = new Set(graph.nodes.flatMap(({ attributes }) => Object.keys(attributes)));
  // That a run stopped separates too, but explains nothing.
  const names = [...all].filter((name) => name !== STOPPED);
  const chosen: string[] = [];
  let worst = badness(boxesOf(graph, chosen));
  while (chosen.length < ATTRIBUTES_MAX && (worst > 0 || chosen.length === 0)) {
    const candidates = names
      .filter((name) => !chosen.includes(name))
      .map((name) => ({ name, boxes: boxesOf(graph, [...chosen, name]) }))
      .filter(({ boxes }) => boxes.size > 1 && boxes.size <= boxesMax)
      .map(({ name, boxes }) => ({ name, size: boxes.size, bad: badness(boxes) }));
    const best = candidates.sort((one, other) => one.bad - other.bad || one.size - other.size)[0];
    if (!best || (chosen.length > 0 && best.bad >= worst)) break;
    chosen.push(best.name);
    worst = best.bad;
  }
  return chosen;
}

type Boxes = ReadonlyMap<string, readonly StateNode[]>;

function boxesOf({ nodes }: StateGraph, names: readonly string[]): Boxes {
  const boxes = new Map<string, StateNode[]>();
  for (const node of nodes) {
    const key = keyOf(node, names);
    const box = boxes.get(key);
    if (box) box.push(node);
    else boxes.set(key, [node]);
  }
  return boxes;
}

const keyOf = ({ attributes }: StateNode, names: readonly string[]): string =>
  JSON.stringify(names.map((name) => attributes[name] ?? ""));

/** How far boxes mix violating and safe states (Gini's impurity, in states): 0 if no box holds both. */
function mixedIn(boxes: Boxes): number {
  let mixed = 0;
  for (const nodes of boxes.values()) {
    const violating = nodes.filter((node) => node.violating).length;
    mixed += (violating * (nodes.length - violating)) / nodes.length;
  }
  return mixed;
}

/** How many states share a box, on average over the states. */
function crowdedIn(boxes: Boxes): number {
  let pairs = 0;
  let states = 0;
  for (const { length } of boxes.values()) {
    pairs += length * length;
    states += length;
  }
  return pairs / states;
}

/** The quotient by the given attributes, with counts; boxes and edges of the error path are marked. */
export function quotientData(
  graph: StateGraph,
  names: readonly string[] = separatingAttributes(graph),
): GraphData {
  const boxes = boxesOf(graph, names);
  const ids = new Map([...boxes.keys()].map((key, index) => [key, `q${index}`]));
  const boxOf = new Map(graph.nodes.map((node) => [node.id, ids.get(keyOf(node, names)) ?? ""]));
  const path = graph.errorPath.map((id) => boxOf.get(id) ?? "");
  return {
    name: graphTitle(graph),
    nodes: [...boxes].map(([key, nodes]) => boxNode(ids.get(key) ?? "", nodes, names, path)),
    edges: quotientEdges(graph, boxOf, path),
  };
}

function boxNode(
  id: string,
  nodes: readonly StateNode[],
  names: readonly string[],
  path: readonly string[],
): GraphData["nodes"][number] {
  const violating = nodes.filter((node) => node.violating).length;
  const values = names.map((name) => `${name} = ${nodes[0]?.attributes[name] ?? "-"}`);
  const bad = violating === 0 ? "" : `, ${countText(violating)} violating`;
  const label = visible([...values, `(${counted(nodes.length, "state")}${bad})`].join("; "));
  return {
    id,
    attributes: {
      label,
      states: nodes.length,
      violatingStates: violating,
      violating: violating > 0,
      errorPath: path.includes(id),
    },
  };
}

function quotientEdges(
  graph: StateGraph,
  boxOf: ReadonlyMap<string, string>,
  path: readonly string[],
): GraphData["edges"] {
  const counts = new Map<string, { from: string; to: string; count: number }>();
  for (const edge of graph.edges) {
    const [from, to] = [boxOf.get(edge.from) ?? "", boxOf.get(edge.to) ?? ""];
    if (from === to) continue;
    const key = `${from} ${to}`;
    const known = counts.get(key);
    counts.set(key, { from, to, count: (known?.count ?? 0) + 1 });
  }
  const pathEdges = new Set(path.slice(1).map((to, index) => `${path[index]} ${to}`));
  return [...counts].map(([key, { from, to, count }], index) => ({
    id: `e${index}`,
    from,
    to,
    attributes: { label: countText(count), transitions: count, errorPath: pathEdges.has(key) },
  }));
}
