/**
 * One step as one option of its thread's loop: a `d_step`, so that nothing can be seen in its middle.
 *
 * What stops a run (a fatal step, a bound, a range left) has no successor: the option changes nothing. So it adds no
 * state, but is enabled, and counts as a transition.
 */
import { placeOf } from "../ir/place.ts";
import type { Location, Step } from "../ir/program.ts";
import {
  ALWAYS,
  all,
  blockedText,
  comparison,
  conditionText,
  enabledText,
  NEVER,
} from "./promela-condition.ts";
import type { Model, ThreadModel } from "./promela-model.ts";
import { comment } from "./promela-names.ts";
import { successorStatements } from "./promela-successor.ts";
import { beginningsOf, insideText, updatesOf } from "./promela-write.ts";

export interface Option {
  readonly lines: readonly string[];
  /** Declarations of the hidden variables that it needs. */
  readonly declarations: readonly string[];
}

const nothing: Option = { lines: [], declarations: [] };

/** The step as an option; no lines if it can never fire. */
export function stepOption(
  model: Model,
  runner: ThreadModel,
  at: { readonly location: Location; readonly step: Step },
): Option {
  const guard = enabledText(model, runner, at);
  if (guard === NEVER) return nothing;
  const recorded = model.asserts ? recordedViolations(model, runner, at.step) : [];
  const { lines, declarations } = effect(model, runner, at);
  const body = sequence([...recorded, ...lines]);
  return {
    lines: [`  ${comment(title(at))}`, `  :: d_step { ${guard} ->`, ...indented(body, 7), "     }"],
    declarations,
  };
}

function title({ location, step }: { location: Location; step: Step }): string {
  const { label, source } = location;
  const place = source ? `${source.file}:${source.line} ` : "";
  const outcome = step.outcome === undefined ? "" : ` [${step.outcome}]`;
  return `${place}${label}${outcome}`;
}

/** Statements one after the other, as lines. */
const sequence = (statements: readonly string[]): readonly string[] =>
  statements.join(";\n").split("\n");

const indented = (lines: readonly string[], columns: number): readonly string[] =>
  lines.map((line) => " ".repeat(columns) + line);

function effect(
  model: Model,
  runner: ThreadModel,
  { location, step }: { readonly location: Location; readonly step: Step },
): Option {
  const stopped = (rule: { rule: string; place: string }): string =>
    model.asserts ? `assert(${model.rules.of(rule)})` : "skip";
  if (step.limit !== undefined) return { lines: ["skip"], declarations: [] };
  if (step.fatal) return { lines: [stopped(step.fatal)], declarations: [] };
  const beginnings = beginningsOf(model, runner, step).flat();
  const inside = insideText(runner, updatesOf(runner, step), beginnings);
  const outside = (): string => stopped({ rule: "range", place: placeOf(runner.graph, location) });
  if (inside === NEVER) return { lines: [outside()], declarations: [] };
  const { statements, declarations } = successorStatements(model, runner, step);
  if (inside === ALWAYS) return { lines: statements, declarations };
  const body = indented(sequence(statements), 5);
  const choice = ["if", `  :: ${inside} ->`, ...body, `  :: else -> ${outside()}`, "fi"];
  return { lines: [choice.join("\n")], declarations };
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
