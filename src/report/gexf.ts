import gexf from "graphology-gexf";
import { graphOf } from "./graph.ts";
import type { GraphData } from "./graph-data.ts";

/** The graph as GEXF 1.2, for Gephi; nothing if it is too large. */
export function gexfText(data: GraphData): string | undefined {
  const graph = graphOf(data);
  return graph && `${gexf.write(graph, { version: "1.2" })}\n`;
}
