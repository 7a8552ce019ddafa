import { placeOf } from "../ir/place.ts";
import type { Program } from "../ir/program.ts";
import type { Found } from "./interpreter.ts";
import { graphOf, locationOf, threadOf } from "./state.ts";
import type { Node } from "./state-graph.ts";

/**
 * `dead-code`: places of which no step ever fired. Copies of one place (threads of one graph, unrolled loops) count
 * together. Only for a finished search.
 */
export function neverFired(program: Program, nodes: readonly Node[]): readonly Found[] {
  const fired = new Set<string>();
  for (const { state, edges } of nodes) {
    for (const { choice } of edges) {
      const location = locationOf(program, state, choice.thread);
      if (location)
        fired.add(placeOf(graphOf(program, threadOf(program, choice.thread)), location));
    }
  }
  const dead = new Map<string, Found>();
  for (const graph of program.graphs) {
    for (const location of graph.locations) {
      const place = placeOf(graph, location);
      if (fired.has(place)) continue;
      const source = location.source && { source: location.source };
      dead.set(place, {
        rule: "dead-code",
        message: `${location.label} never happens`,
        place,
        ...source,
        threads: [],
      });
    }
  }
  return [...dead.values()];
}
