/**
 * The observer of a model with assertions: a process that is enabled in the states in which something is wrong, and
 * wherever the run may end.
 *
 * It asserts at most once in a run, so that a state that violates an invariant can also be judged as an end. A state in
 * which nothing is enabled, the observer neither, is a deadlock: Spin's invalid end state, since of all processes the
 * observer alone has no end label. Not asserted: what needs the whole graph (`reachable`, `dead-code`, `lock-order`,
 * `partial-deadlock`).
 */
import { placeOf } from "../ir/place.ts";
import type { Access, Location, Step } from "../ir/program.ts";
import {
  ALWAYS,
  all,
  any,
  comparison,
  conditionText,
  enabledText,
  NEVER,
  negated,
} from "./promela-condition.ts";
import { isActiveText, type Model, type ThreadModel } from "./promela-model.ts";
import { comment } from "./promela-names.ts";

/** The process. A run that stopped before its first step has violations at its start alone. */
export function observerLines(model: Model): readonly string[] {
  const { initialViolations } = model.program;
  const initial = initialViolations.map((violation) => `assert(${model.rules.of(violation)})`);
  const first = initial.length === 0 ? [] : [`  d_step { ${initial.join("; ")} };`];
  const stopped = initialViolations.some(({ fatal }) => fatal);
  const loop = stopped ? ["end:", "  false"] : loopLines(model);
  return ["bit observed = 0;", "active proctype observer() {", ...first, ...loop, "}"];
}

function loopLines(model: Model): readonly string[] {
  const mayEnd = mayEndText(model);
  const options = [...invariantOptions(model), ...raceOptions(model), ...endOptions(model)];
  if (mayEnd !== ALWAYS) {
    return ["  do", ...options, `  ${comment("the run may end")}`, `  :: ${mayEnd}`, "  od"];
  }
  return options.length === 0 ? ["end:", "  false"] : ["end:", "  do", ...options, "  od"];
}

/** Whether all have ended but for those that may wait for ever. */
function mayEndText({ threads }: Model): string {
  const expected = threads.filter(({ thread }) => !thread.mayWaitForEver);
  return negated(any(expected.map(isActiveText)));
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

/** What must hold where every thread has ended. */
function endOptions({ program, threads, nobody, rules }: Model): readonly string[] {
  const over = negated(any(threads.map(isActiveText)));
  return program.properties
    .filter(({ kind }) => kind === "atEnd")
    .flatMap(({ expression, violation }) => {
      const violated = all([over, negated(conditionText(nobody, expression))]);
      if (violated === NEVER) return [];
      return [`  :: d_step { ${violated} -> assert(${rules.of(violation)}) }`];
    });
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
