/** `dead-code`: places of which no step ever fired, read off the flags that every fired step sets. */
import { placeOf } from "../../ir/place.ts";
import type { Program } from "../../ir/program.ts";
import type { Machine } from "./compile.ts";
import type { Judged } from "./terminal.ts";

export function neverFired(program: Program, machine: Machine): readonly Judged[] {
  const dead = new Map<string, Judged>();
  for (const graph of program.graphs) {
    for (const location of graph.locations) {
      const place = placeOf(graph, location);
      const number = machine.places.get(place);
      if (number !== undefined && machine.fired[number] !== 0) continue;
      const message = `${location.label} never happens`;
      const source = location.source && { source: location.source };
      dead.set(place, { violation: { rule: "dead-code", message, place, ...source }, threads: [] });
    }
  }
  return [...dead.values()];
}
