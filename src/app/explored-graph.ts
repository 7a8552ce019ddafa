/**
 * The state graph of a model for reports: explored once more, by the reference interpreter, since engines keep packed
 * states only. Up to a limit, above which a graph serves nobody; where it was cut, it says so.
 */
import type { ModelDefinition } from "../dsl/model.ts";
import { parseSchedule } from "../ir/schedule.ts";
import { explore } from "../semantics/explore.ts";
import { assert } from "../support/assert.ts";
import type { Result } from "../trace/document.ts";
import { type StateGraph, stateGraphOf } from "../trace/state-graph.ts";
import { type RecordOptions, recordModel } from "./record-model.ts";

/** Ten thousand states take about five seconds, a gigabyte while GraphML is made, and 50 MB of files. */
const STATES_MAX = 10_000;

/** The graph of a model that was checked with these options, with the path to its first error. */
export function exploredGraph(
  model: ModelDefinition,
  options: RecordOptions,
  result: Result,
): StateGraph {
  const recorded = recordModel(model, options);
  assert(recorded.ok, "a model that was checked can be recorded again");
  const { program } = recorded;
  const { nodes, complete } = explore(program, STATES_MAX);
  const first = result.findings.find(({ severity, trace }) => severity === "error" && trace);
  const schedule = parseSchedule(first?.trace?.schedule ?? "");
  assert(schedule.ok, "the schedule of a finding can be read");
  const graph = stateGraphOf(program, nodes, schedule.items);
  return complete ? graph : { ...graph, cut: `the limit of ${STATES_MAX} states was reached` };
}
