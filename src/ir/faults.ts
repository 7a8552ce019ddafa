/**
 * Environment failures: allocation, thread creation, handle reference, whatever a step names in `fault`.
 *
 * A search explores those that were asked for; the others' outcomes are removed from the Program beforehand, together
 * with the locations that only they led to, so that code behind a failure is not called dead.
 */
import type { Graph, Program } from "./program.ts";
import { reachableLocations } from "./reachable.ts";

/** The classes of failure that a Program's steps name. */
export function faultsOf(program: Program): readonly string[] {
  const all = program.graphs.flatMap(({ locations }) => locations.flatMap(({ steps }) => steps));
  return [...new Set(all.flatMap(({ fault }) => fault ?? []))].sort();
}

/** The Program without failing outcomes, but for the classes in `explored`. */
export function withFaults(program: Program, explored: readonly string[]): Program {
  return { ...program, graphs: program.graphs.map((graph) => prunedGraph(graph, explored)) };
}

function prunedGraph(graph: Graph, explored: readonly string[]): Graph {
  const locations = graph.locations.map((location) => ({
    ...location,
    steps: location.steps.filter(({ fault }) => fault === undefined || explored.includes(fault)),
  }));
  return { ...graph, locations: reachableLocations(locations) };
}
