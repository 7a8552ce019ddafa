/**
 * The state graph as SVG, laid out by Graphviz (compiled to WebAssembly), the error path as its spine. Graphs that no
 * layout makes legible are shown otherwise: their depth profile, and their quotient.
 */
import { instance } from "@viz-js/viz";
import type { StateGraph } from "../../trace/state-graph.ts";
import { dotText } from "../dot.ts";
import { type GraphData, stateGraphData } from "../graph-data.ts";
import { quotientData } from "../quotient.ts";
import { depthProfileSvg } from "./depth-profile.ts";

/** Above this, dot takes seconds and readers see a hairball. */
const STATES_DRAWN_MAX = 1500;

/** A drawing and what it shows, which is also a good name for its file. */
export interface NamedSvg {
  readonly name: "states" | "depth-profile" | "quotient";
  readonly svg: string;
}

/** The drawings that suit the size of the graph; `attributes` chooses what the quotient tells states apart by. */
export async function stateGraphSvgs(
  graph: StateGraph,
  attributes?: readonly string[],
): Promise<readonly NamedSvg[]> {
  if (graph.nodes.length <= STATES_DRAWN_MAX) {
    return [{ name: "states", svg: await laidOut(stateGraphData(graph)) }];
  }
  return [
    { name: "depth-profile", svg: depthProfileSvg(graph) },
    { name: "quotient", svg: await quotientSvg(graph, attributes) },
  ];
}

/** The quotient graph, drawn. */
export async function quotientSvg(
  graph: StateGraph,
  attributes?: readonly string[],
): Promise<string> {
  return laidOut(attributes ? quotientData(graph, attributes) : quotientData(graph));
}

async function laidOut(data: GraphData): Promise<string> {
  const viz = await instance();
  return viz.renderString(dotText(data), { format: "svg", engine: "dot" });
}
