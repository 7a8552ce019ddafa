/**
 * The observer of a model with assertions: a process that is enabled in the states in which something is wrong.
 *
 * It asserts at most once in a run, so that a state that violates an invariant can also be judged as an end. Not asserted: what needs the whole graph (`reachable`, `dead-code`, `lock-order`, `partial-deadlock`).
 */

import { placeOf } from "../ir/place.ts";
import type { Access, Location, Step } from "../ir/program.ts";
import {
  all,
  any,
  comparison,
  conditionText,
  enabledText,
  NEVER,
  negated,
} from "./promela-condition.ts";
import { isActiveText, type Model, type ThreadModel } from "./promela-model.ts";

/** The process; no lines if there is nothing to observe. */
export function observerLines(model: Model): readonly string[] {
  const { initialViolations } = model.program;
  const initial = initialViolations.map((violation) => `assert(${model.rules.of(violation)})`);
  const stopped = initialViolations.some(({ fatal }) => fatal);
  const options = stopped
    ? []
    : [...invariantOptions(model), ...raceOptions(model), ...endOptions(model)];
  if (initial.length + options.length === 0) return [];
  const first = initial.length === 0 ? [] : [`  d_step { ${initial.join("; ")} };`];
  const loop = options.length === 0 ? ["end:", "  false"] : ["end:", "  do", ...options, "  od"];
  return ["bit observed = 0;", "active proctype observer() {", ...first, ...loop, "}"];
}

const option = (violated: string, name: () => string): readonly string[] =>
  violated === NEVER
    ? []
    : [`  :: d_step { ${all(["(!observed)", violated])} -> assert(${name()}); observed = 1 }`];

function invariantOptions({ program, nobody, rules }: Model): readonly string[] {
  return program.properties
    .filter(({ kind }) => kind === "invariant")
    .flatMap(({ expression, violation }) =>
      option(negated(conditionText(nobody, expression)), () => rules.of(violation)),
    );
}

/** How a state is judged in which nothing can step: `timeout` holds there alone. It cannot stand in a `d_step`. */
function endOptions(model: Model): readonly string[] {
  const { program, threads, nobody, rules } = model;
  const judged = (violated: string, name: () => string): readonly string[] =>
    violated === NEVER ? [] : [`  :: ${all(["timeout", violated])} -> assert(${name()})`];
  const blocked = any(
    threads.filter(({ thread }) => !thread.mayWaitForEver).map((thread) => isActiveText(thread)),
  );
  const over = all(threads.map((thread) => negated(isActiveText(thread))));
  const atEnd = program.properties.filter(({ kind }) => kind === "atEnd");
  return [
    ...judged(blocked, () => rules.of({ rule: "deadlock", place: "any" })),
    ...atEnd.flatMap(({ expression, violation }) =>
      judged(all([over, negated(conditionText(nobody, expression))]), () => rules.of(violation)),
    ),
  ];
}

interface StepAccess {
  readonly runner: ThreadModel;
  readonly location: Location;
  readonly step: Step;
  readonly access: Access;
}

/** One option for each two accesses of different threads that can race. */
function raceOptions(model: Model): readonly string[] {
  const byThread = model.threads.map(accessesOf);
  return byThread.flatMap((ours, index) =>
    byThread
      .slice(index + 1)
      .flatMap((theirs) =>
        ours.flatMap((one) => theirs.flatMap((other) => raceOption(model, one, other))),
      ),
  );
}

function accessesOf(runner: ThreadModel): readonly StepAccess[] {
  return runner.graph.locations.flatMap((location) =>
    location.steps
      .filter((step) => !step.fatal && step.limit === undefined)
      .flatMap((step) => step.accesses.map((access) => ({ runner, location, step, access }))),
  );
}

function raceOption(model: Model, one: StepAccess, other: StepAccess): readonly string[] {
  const { access } = one;
  if (access.variable !== other.access.variable) return [];
  if (!access.writes && !other.access.writes) return [];
  if (!access.plain && !other.access.plain) return [];
  const same = comparison([one.runner.scope, access.index], "==", [
    other.runner.scope,
    other.access.index,
  ]);
  const both = all([
    enabledText(model, one.runner, one),
    enabledText(model, other.runner, other),
    same,
  ]);
  const places = [one, other].map(({ runner, location }) => placeOf(runner.graph, location)).sort();
  const place = `${access.variable}: ${places.join(" / ")}`;
  return option(both, () => model.rules.of({ rule: "data-race", place }));
}
