/** A family of Programs of one character, growing with a size: what the benchmark searches. */
import { recordModel } from "../../../src/app/record-model.ts";
import type { ModelDefinition } from "../../../src/dsl/model.ts";
import type { Program } from "../../../src/ir/program.ts";

export interface Family {
  readonly name: string;
  /** What its Programs do, for a heading; `N` stands for the size. */
  readonly story: string;
  /** A size whose graph takes a moment. */
  readonly tiny: number;
  /** Sizes of the table of rates, small to large. */
  readonly sizes: readonly number[];
  /** Ever larger sizes, for as long as a checker finishes them. */
  readonly growing: readonly number[];
  readonly program: (size: number) => Program;
  /** The same graph, in Promela as Spin's users would write it. */
  readonly byHand?: (size: number) => string;
}

/** The Program of a model in which nothing of the environment fails. */
export function programOf(definition: ModelDefinition): Program {
  const recorded = recordModel(definition, {});
  if (recorded.ok) return recorded.program;
  throw new Error(recorded.diagnostics.map(({ message }) => message).join("\n"));
}

/** The same graph with nothing to judge but its ends: what Spin explores too. */
export const bare = (program: Program): Program => ({
  ...program,
  properties: [],
  warnings: [],
  graphs: program.graphs.map((graph) => ({
    ...graph,
    locations: graph.locations.map((location) => ({
      ...location,
      steps: location.steps.map(({ frees: _, ...step }) => ({ ...step, accesses: [], checks: [] })),
    })),
  })),
});
