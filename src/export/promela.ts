/**
 * A Program as a model for Spin, step for step: Spin without reductions stores exactly the states we reach.
 *
 * Apart from the engines, to judge them: it shares nothing with them but the IR. One process a thread, a label for each
 * location, one `d_step` a step, everything else in global variables. Left out: `requests` and tags, which no step depends on.
 */
import type { Location, Program } from "../ir/program.ts";
import type { ExportOptions } from "./export-options.ts";
import { ALWAYS, mayRunName, mayRunText } from "./promela-condition.ts";
import { headerLines } from "./promela-header.ts";
import { labelOf, type Model, modelOf, type ThreadModel } from "./promela-model.ts";
import { comment } from "./promela-names.ts";
import { observerLines } from "./promela-observer.ts";
import { type Option, stepOptions } from "./promela-step.ts";
import { declaration } from "./promela-storage.ts";

/** The model's text. `program` must be valid. At most 254 threads: of Spin's 255 processes one observes. */
export function toPromela(program: Program, options: ExportOptions = { rules: "ignore" }): string {
  const model = modelOf(program, options.rules === "assert");
  const threads = model.threads.map((runner) => threadText(model, runner));
  const observer = model.asserts ? observerLines(model) : [];
  const temporaries = new Set(threads.flatMap(({ declarations }) => declarations));
  const idle =
    threads.length + observer.length === 0 ? ["active proctype nobody() { end: false }"] : [];
  const lines = [
    ...headerLines(program, options),
    ...model.storages.map(declaration).filter((text) => text !== ""),
    ...temporaries,
    ...ruleDeclarations(model),
    ...mayRunMacros(model),
    ...threads.flatMap((thread) => ["", ...thread.lines]),
    "",
    ...observer,
    ...idle,
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

/** Never true; their names are what an assertion says. */
function ruleDeclarations({ rules }: Model): readonly string[] {
  return [...rules.used].map(([name, meaning]) => `hidden byte ${name}; ${comment(meaning)}`);
}

function mayRunMacros(model: Model): readonly string[] {
  return model.threads
    .filter((runner) => mayRunName(model, runner) !== ALWAYS)
    .map((runner) => `#define ${mayRunName(model, runner)} (${mayRunText(model, runner)})`);
}

/**
 * A thread's process: at a label for each location it has the steps from there. Its place adds no state to that of the
 * thread, which decides it. A run that stopped before its first step has no steps.
 */
function threadText(model: Model, runner: ThreadModel): Option {
  const stopped = model.program.initialViolations.some(({ fatal }) => fatal);
  const locations = stopped ? [] : runner.graph.locations;
  const texts = locations.map((location) => locationText(model, runner, location));
  const body = texts.length === 0 ? ["end:", "  false"] : texts.flatMap(({ lines }) => lines);
  return {
    lines: [`active proctype ${runner.identifier}() {`, ...body, "}"],
    declarations: texts.flatMap(({ declarations }) => declarations),
  };
}

function locationText(model: Model, runner: ThreadModel, location: Location): Option {
  const options = location.steps.flatMap((step) => stepOptions(model, runner, { location, step }));
  const lines = options.flatMap((option) => option.lines);
  const steps = lines.length === 0 ? ["  false;"] : ["  if", ...lines, "  fi;"];
  return {
    lines: [`${labelOf(runner.graph, location.id)}:`, ...steps],
    declarations: options.flatMap(({ declarations }) => declarations),
  };
}
