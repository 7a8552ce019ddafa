import type { Graph, Location } from "./program.ts";

/** The stable name of a location: the same for all threads of a graph, and for a loop body that was unrolled. */
export function placeOf(graph: Graph, location: Location): string {
  const line = location.source ? `:${location.source.line}` : "";
  return `${graph.name}${line} ${location.label}`;
}
