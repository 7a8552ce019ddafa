/** The graph as GraphML, for yEd and NetworkX. Written with xmlbuilder2, since graphology's package only reads it. */
import { create } from "xmlbuilder2";
import type { Attributes, AttributeValue, GraphData } from "./graph-data.ts";

/** GraphML text, with a key for every attribute of nodes and of edges. */
export function graphmlText(data: GraphData): string {
  const root = create({ version: "1.0", encoding: "UTF-8" }).ele("graphml", {
    xmlns: "http://graphml.graphdrawing.org/xmlns",
  });
  const keys = {
    node: keysOf("node", data.nodes),
    edge: keysOf("edge", data.edges),
  };
  for (const [kind, types] of Object.entries(keys)) {
    for (const [name, { id, type }] of types) {
      root.ele("key", { id, for: kind, "attr.name": name, "attr.type": type });
    }
  }
  root.ele("key", { id: "name", for: "graph", "attr.name": "name", "attr.type": "string" });
  const graph = root.ele("graph", { id: "G", edgedefault: "directed" });
  graph.ele("data", { key: "name" }).txt(data.name);
  type Builder = typeof graph;
  const addData = (element: Builder, attributes: Attributes, types: Keys): void => {
    for (const [name, value] of Object.entries(attributes)) {
      element.ele("data", { key: types.get(name)?.id ?? name }).txt(String(value));
    }
  };
  for (const { id, attributes } of data.nodes) {
    addData(graph.ele("node", { id }), attributes, keys.node);
  }
  for (const { id, from, to, attributes } of data.edges) {
    addData(graph.ele("edge", { id, source: from, target: to }), attributes, keys.edge);
  }
  return `${root.end({ prettyPrint: true })}\n`;
}

type Keys = ReadonlyMap<string, { readonly id: string; readonly type: string }>;

/** Ids and types of attributes by name; an attribute that is not always of one type is text. */
function keysOf(kind: string, elements: readonly { readonly attributes: Attributes }[]): Keys {
  const types = new Map<string, string>();
  for (const { attributes } of elements) {
    for (const [name, value] of Object.entries(attributes)) {
      const type = typeText(value);
      types.set(name, (types.get(name) ?? type) === type ? type : "string");
    }
  }
  return new Map(
    [...types].map(([name, type], index) => [name, { id: `${kind}${index}`, type }] as const),
  );
}

function typeText(value: AttributeValue): string {
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "double";
  return "string";
}
