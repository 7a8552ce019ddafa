/** Conditions of an exported model: guards, who may run, what is enabled. Constants disappear from them. */
import { constant, type Expression, lessThan } from "../ir/expression.ts";
import type { Location, Step } from "../ir/program.ts";
import { intervalOf, isSingle } from "./interval.ts";
import { dialectOf, printed, promelaText, type Scope } from "./promela-expression.ts";
import { isActiveText, type Model, standsAt, type ThreadModel } from "./promela-model.ts";

export const ALWAYS = "true";
export const NEVER = "false";

/** The conjunction of conditions, tested in order. */
export function all(conditions: readonly string[]): string {
  if (conditions.includes(NEVER)) return NEVER;
  const open = conditions.filter((condition) => condition !== ALWAYS);
  if (open.length === 1) return open[0] as string;
  return open.length === 0 ? ALWAYS : open.map(operand).join(" && ");
}

/** The disjunction of conditions. */
export function any(conditions: readonly string[]): string {
  if (conditions.includes(ALWAYS)) return ALWAYS;
  const open = conditions.filter((condition) => condition !== NEVER);
  if (open.length === 1) return open[0] as string;
  return open.length === 0 ? NEVER : open.map(operand).join(" || ");
}

export function negated(condition: string): string {
  if (condition === ALWAYS) return NEVER;
  // Two negations in a row would be the operator for sending.
  return condition === NEVER ? ALWAYS : `(!${operand(condition)})`;
}

function operand(condition: string): string {
  return /^\w+$/.test(condition) || isWrapped(condition) ? condition : `(${condition})`;
}

/** Whether the first parenthesis is closed by the last. */
function isWrapped(text: string): boolean {
  if (!text.startsWith("(")) return false;
  let depth = 0;
  for (const [index, character] of [...text].entries()) {
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    if (depth === 0) return index === text.length - 1;
  }
  return false;
}

/** The test that an expression is not 0. */
export function conditionText(scope: Scope, expression: Expression): string {
  const interval = intervalOf(scope, expression);
  if (interval.min > 0 || interval.max < 0) return ALWAYS;
  return isSingle(interval) ? NEVER : promelaText(scope, expression);
}

/** A comparison of expressions that different threads evaluate. */
export function comparison(
  [leftScope, left]: readonly [Scope, Expression],
  symbol: "==" | "<",
  [rightScope, right]: readonly [Scope, Expression],
): string {
  const one = intervalOf(leftScope, left);
  const other = intervalOf(rightScope, right);
  if (isSingle(one) && isSingle(other)) {
    const isTrue = symbol === "<" ? one.min < other.min : one.min === other.min;
    return isTrue ? ALWAYS : NEVER;
  }
  const dialects = [dialectOf(leftScope, left), dialectOf(rightScope, right)];
  const dialect = dialects.includes("c") ? "c" : "promela";
  const text = `(${printed(leftScope, left, dialect)} ${symbol} ${printed(rightScope, right, dialect)})`;
  return dialect === "c" ? `c_expr { ${text} }` : text;
}

/** Whether the scheduler lets a thread step: nobody on its processor keeps it by level. */
export function mayRunText({ program, threads }: Model, runner: ThreadModel): string {
  const { processor, level } = runner.thread;
  if (processor === undefined) return ALWAYS;
  const rivals = threads.filter(
    (rival) => rival !== runner && rival.thread.processor === processor,
  );
  return all(
    rivals.map((rival) => {
      const { scope, thread } = rival;
      return any([
        negated(isActiveText(rival)),
        conditionText(scope, lessThan(thread.level, constant(program.exclusiveLevel))),
        comparison([scope, thread.level], "<", [runner.scope, level]),
      ]);
    }),
  );
}

/** The name that stands for `mayRunText` in the model. */
export const mayRunName = (model: Model, runner: ThreadModel): string =>
  mayRunText(model, runner) === ALWAYS ? ALWAYS : `may_run_${runner.identifier}`;

/** A step of a thread's graph. */
export interface StepAt {
  readonly location: Location;
  readonly step: Step;
}

/** Whether a thread stands before a step and the step can fire. */
export function enabledText(model: Model, runner: ThreadModel, at: StepAt): string {
  return all([standsAt(runner, at.location.id), fireableText(model, runner, at)]);
}

/** Whether the step can fire if the thread stands before it. */
export const fireableText = (model: Model, runner: ThreadModel, { step }: StepAt): string =>
  all([mayRunName(model, runner), ...guardTexts(runner, step)]);

const guardTexts = ({ scope }: ThreadModel, step: Step): readonly string[] =>
  step.guards.map((guard) => conditionText(scope, guard));

/** Whether a thread stands at a location with nothing enabled. */
export function blockedText(model: Model, runner: ThreadModel, location: Location): string {
  const free = all([
    mayRunName(model, runner),
    any(location.steps.map((step) => all(guardTexts(runner, step)))),
  ]);
  return all([standsAt(runner, location.id), negated(free)]);
}
