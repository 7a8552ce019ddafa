/**
 * Graphs as graphology knows them. graphology lives in this file alone: it takes about a kilobyte a node, so graphs are
 * made on demand, up to a cap, and never during a search.
 */
import graphology, { type MultiDirectedGraph } from "graphology";
import type { GraphData } from "./graph-data.ts";

/** The most nodes that are made into a graphology graph. */
export const GRAPH_NODES_MAX = 200_000;

/** The data as a directed graph that admits parallel edges; nothing if it is too large for memory's sake. */
export function graphOf(data: GraphData): MultiDirectedGraph | undefined {
  if (data.nodes.length > GRAPH_NODES_MAX) return undefined;
  const graph = new graphology.MultiDirectedGraph();
  graph.setAttribute("name", data.name);
  for (const { id, attributes } of data.nodes) graph.addNode(id, { ...attributes });
  for (const { id, from, to, attributes } of data.edges) {
    graph.addDirectedEdgeWithKey(id, from, to, { ...attributes });
  }
  return graph;
}

/** graphology's own JSON, which `MultiDirectedGraph.from` reads; nothing if the graph is too large. */
export function graphJson(data: GraphData): string | undefined {
  const graph = graphOf(data);
  return graph && `${JSON.stringify(graph.export(), undefined, 1)}\n`;
}
