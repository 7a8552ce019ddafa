/**
 * One outcome after another, as one: the sequential composition of guarded simultaneous assignments.
 *
 * `first; second` is guarded by both, the second's guards and right sides being read in the state after the first. That
 * is substitution (Dijkstra's weakest precondition, for assignments), with two points of care: a cell may be another
 * cell than the one written, if the indices differ only in the state; and what a machine integer stores is wrapped.
 */
import {
  conditional,
  constant,
  type Expression,
  equals,
  rewrite,
  sameExpression,
} from "./expression.ts";
import { decided, type Types } from "./interval.ts";
import type { Step, Update } from "./program.ts";
import { asStored } from "./stored.ts";

/** A step before it is known where it leads. */
export type Outcome = Omit<Step, "to">;

/** `first` and then, at once, `second`. */
export function composed(first: Outcome, second: Outcome, types: Types): Outcome {
  const after = (expression: Expression): Expression =>
    afterwards(expression, first.updates, types);
  const outcome = [first.outcome, second.outcome].filter((text) => text !== undefined).join(", ");
  return {
    guards: extended(first.guards, second.guards.map(after), types),
    updates: overlaid(
      first.updates,
      second.updates.map((update) => moved(update, after)),
    ),
    starts: [
      ...first.starts,
      ...second.starts.map((start) => ({
        thread: after(start.thread),
        arguments: start.arguments.map(({ local, value }) => ({ local, value: after(value) })),
      })),
    ],
    accesses: [
      ...first.accesses,
      ...second.accesses.map((access) => ({ ...access, index: after(access.index) })),
    ],
    checks: [
      ...first.checks,
      ...second.checks
        .map((check) => ({ ...check, when: after(check.when) }))
        .filter(({ when }) => !isConstant(when, 0)),
    ],
    ...(outcome !== "" && { outcome }),
    ...endOf(first, second, after),
  };
}

function endOf(
  first: Outcome,
  second: Outcome,
  after: (expression: Expression) => Expression,
): Pick<Step, "frees" | "fatal" | "limit" | "fault"> {
  const frees =
    first.frees ?? (second.frees && { ...second.frees, index: after(second.frees.index) });
  const fault = first.fault ?? second.fault;
  return {
    ...(frees && { frees }),
    ...(second.fatal && { fatal: second.fatal }),
    ...(second.limit !== undefined && { limit: second.limit }),
    ...(fault !== undefined && { fault }),
  };
}

function moved(update: Update, after: (expression: Expression) => Expression): Update {
  const { target } = update;
  const value = after(update.value);
  return target.kind === "local"
    ? { target, value }
    : { target: { ...target, index: after(target.index) }, value };
}

export const isConstant = (expression: Expression, value: number): boolean =>
  expression.kind === "constant" && expression.value === value;

/** Conjuncts with further ones, without those that the types decide or that stand there already. */
function extended(
  guards: readonly Expression[],
  further: readonly Expression[],
  types: Types,
): readonly Expression[] {
  const all = [...guards];
  for (const guard of further.flatMap(conjuncts).map((one) => decided(one, types))) {
    if (!isConstant(guard, 1) && !all.some((known) => sameExpression(known, guard)))
      all.push(guard);
  }
  return all;
}

/** Conjuncts without those that always hold, nested conjunctions opened, repetitions dropped. */
export function simplified(guards: readonly Expression[]): readonly Expression[] {
  const flat = guards.flatMap(conjuncts).filter((guard) => !isConstant(guard, 1));
  return flat.filter(
    (guard, index) => !flat.slice(0, index).some((earlier) => sameExpression(earlier, guard)),
  );
}

function conjuncts(guard: Expression): readonly Expression[] {
  return guard.kind === "binary" && guard.operator === "and"
    ? [...conjuncts(guard.left), ...conjuncts(guard.right)]
    : [guard];
}

/** The expression's value after the updates, as an expression over the state before them. */
function afterwards(expression: Expression, updates: readonly Update[], types: Types): Expression {
  if (updates.length === 0) return expression;
  return rewrite(expression, (part) => {
    if (part.kind === "local") return localAfter(part, updates, types);
    if (part.kind === "cell") return cellAfter(part, updates, types);
    return part;
  });
}

function localAfter(
  part: Expression & { kind: "local" },
  updates: readonly Update[],
  types: Types,
): Expression {
  const update = updates.find(({ target }) => target.kind === "local" && target.name === part.name);
  return update ? asStored(types.local(part.name), update.value) : part;
}

function cellAfter(
  part: Expression & { kind: "cell" },
  updates: readonly Update[],
  types: Types,
): Expression {
  return updates.reduce<Expression>((value, { target, value: written }) => {
    if (target.kind !== "cell" || target.variable !== part.variable) return value;
    return conditional(
      equals(target.index, part.index),
      asStored(types.variable(part.variable), written),
      value,
    );
  }, part);
}

/**
 * Both lists as one simultaneous assignment in which the later wins. Where only the state can tell whether two cells are
 * the same, the earlier one's value becomes conditional, so that the order of writing does not matter.
 */
function overlaid(first: readonly Update[], second: readonly Update[]): readonly Update[] {
  const kept = first.flatMap((update): readonly Update[] => {
    let { value } = update;
    for (const later of second) {
      const same = sameTarget(update.target, later.target);
      if (isConstant(same, 1)) return [];
      value = conditional(same, later.value, value);
    }
    return [{ ...update, value }];
  });
  return [...kept, ...second];
}

function sameTarget(one: Update["target"], other: Update["target"]): Expression {
  if (one.kind === "local" || other.kind === "local") {
    return constant(
      one.kind === "local" && other.kind === "local" && one.name === other.name ? 1 : 0,
    );
  }
  return one.variable === other.variable ? equals(one.index, other.index) : constant(0);
}
