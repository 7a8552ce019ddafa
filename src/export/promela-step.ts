/**
 * One step as options of its location: each a `d_step`, so that nothing can be seen in its middle, and then a label.
 *
 * What stops a run (a fatal step, a bound, a range left) has no successor: such an option changes nothing, and the
 * process stays. So it adds no state, but is enabled, and counts as a transition.
 */
import { placeOf } from "../ir/place.ts";
import type { Step } from "../ir/program.ts";
import {
  ALWAYS,
  all,
  blockedText,
  comparison,
  conditionText,
  enabledText,
  fireableText,
  NEVER,
  negated,
  type StepAt,
} from "./promela-condition.ts";
import { labelOf, type Model, type ThreadModel } from "./promela-model.ts";
import { comment } from "./promela-names.ts";
import { successorStatements } from "./promela-successor.ts";
import { beginningsOf, insideText, updatesOf } from "./promela-write.ts";

export interface Option {
  readonly lines: readonly string[];
  /** Declarations of the hidden variables that it needs. */
  readonly declarations: readonly string[];
}

/** The step as an option; as two, if what it writes may leave its range; none if it can never fire. */
export function stepOptions(model: Model, runner: ThreadModel, at: StepAt): readonly Option[] {
  const enabled = enabledText(model, runner, at);
  if (enabled === NEVER) return [];
  const { location, step } = at;
  const isEntry = runner.graph.locations[0] === location;
  const fireable = fireableText(model, runner, at);
  // The label tells where the thread is, but for the first one: it is also where unborn and ended threads wait.
  const when = isEntry || fireable === ALWAYS ? enabled : fireable;
  const checks = model.asserts ? recordedViolations(model, runner, step) : [];
  return outcomesOf(model, runner, at).map(({ condition, statements, declarations, to }) => {
    const body = sequence([...checks, ...statements]).map((line) => `       ${line}`);
    const begin = `  :: d_step { ${all([when, condition])} ->`;
    const end = `     }; goto ${labelOf(runner.graph, to)}`;
    return { lines: [`  ${comment(title(at))}`, begin, ...body, end], declarations };
  });
}

function title({ location, step }: StepAt): string {
  const { label, source } = location;
  const place = source ? `${source.file}:${source.line} ` : "";
  const outcome = step.outcome === undefined ? "" : ` [${step.outcome}]`;
  return `${place}${label}${outcome}`;
}

/** Statements one after the other, as lines. */
const sequence = (statements: readonly string[]): readonly string[] =>
  statements.join(";\n").split("\n");

/** What firing the step does, under a condition of its own. */
interface Outcome {
  readonly condition: string;
  readonly statements: readonly string[];
  readonly declarations: readonly string[];
  readonly to: string;
}

function outcomesOf(
  model: Model,
  runner: ThreadModel,
  { location, step }: StepAt,
): readonly Outcome[] {
  const stays = (condition: string, statement: string): Outcome => ({
    ...{ condition, statements: [statement], declarations: [], to: location.id },
  });
  const violated = (rule: { readonly rule: string; readonly place: string }): string =>
    model.asserts ? `assert(${model.rules.of(rule)})` : "skip";
  if (step.limit !== undefined) return [stays(ALWAYS, "skip")];
  if (step.fatal) return [stays(ALWAYS, violated(step.fatal))];
  const beginnings = beginningsOf(model, runner, step).flat();
  const inside = insideText(runner, updatesOf(runner, step), beginnings);
  const goes = (): Outcome => ({
    ...{ condition: inside, to: step.to },
    ...successorStatements(model, runner, step),
  });
  if (inside === ALWAYS) return [goes()];
  const range = { rule: "range", place: placeOf(runner.graph, location) };
  const leaves = stays(negated(inside), violated(range));
  return inside === NEVER ? [leaves] : [goes(), leaves];
}

/** Assertions of what the step violates without stopping. */
function recordedViolations(model: Model, runner: ThreadModel, step: Step): readonly string[] {
  const checks = step.checks.flatMap((check) =>
    assertUnless(conditionText(runner.scope, check.when), () => model.rules.of(check)),
  );
  const { frees } = step;
  if (!frees || step.fatal || step.limit !== undefined) return checks;
  const waiters = model.threads
    .filter((other) => other !== runner)
    .flatMap((other) =>
      other.graph.locations.flatMap((location) => {
        const on = location.waits?.on;
        if (on?.block !== frees.block) return [];
        const same = comparison([other.scope, on.index], "==", [runner.scope, frees.index]);
        return [all([blockedText(model, other, location), same])];
      }),
    );
  const name = (): string => model.rules.of(frees.violation);
  return [...checks, ...waiters.flatMap((waits) => assertUnless(waits, name))];
}

function assertUnless(violated: string, name: () => string): readonly string[] {
  if (violated === NEVER) return [];
  return [`if :: ${violated} -> assert(${name()}) :: else fi`];
}
