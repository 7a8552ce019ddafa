/** A state graph in every format: drawings, and files for Graphviz, yEd, Gephi and graphology. */
import type { StateGraph } from "../trace/state-graph.ts";

/** What the formats are called at the end of a file's name. */
export const STATE_GRAPH_EXTENSIONS = ["svg", "dot", "graphml", "gexf", "graphology.json"];

/** Ends of file names and texts. The libraries behind them are large, so they are loaded when wanted. */
export async function stateGraphTexts(
  graph: StateGraph,
): Promise<readonly (readonly [end: string, text: string])[]> {
  const { stateGraphSvgs } = await import("../report/svg/state-graph.ts");
  const { stateGraphData } = await import("../report/graph-data.ts");
  const { dotText } = await import("../report/dot.ts");
  const { graphmlText } = await import("../report/graphml.ts");
  const { gexfText } = await import("../report/gexf.ts");
  const { graphJson } = await import("../report/graph.ts");
  const data = stateGraphData(graph);
  const drawings = await stateGraphSvgs(graph);
  const texts = [
    ...drawings.map(({ name, svg }) => [`${name}.svg`, svg] as const),
    ["states.dot", dotText(data)] as const,
    ["states.graphml", graphmlText(data)] as const,
    ["states.gexf", gexfText(data)] as const,
    ["states.graphology.json", graphJson(data)] as const,
  ];
  return texts.flatMap(([end, text]) => (text === undefined ? [] : [[end, text] as const]));
}
