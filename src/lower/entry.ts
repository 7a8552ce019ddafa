/**
 * Where a thread that is active from the start stands in the initial state.
 *
 * Its local code before the first step belongs to the initial state. There everything has its initial value, so the code
 * is run then and there: it may set locals and commit violations. Code that does more (a choice, a change of the
 * thread's kernel state, a value that differs between threads of one routine) keeps a step of its own instead.
 */

import { isConstant } from "../ir/compose.ts";
import { constant, type Expression, rewrite } from "../ir/expression.ts";
import type { Types } from "../ir/interval.ts";
import type { Local, Variable, Violation } from "../ir/program.ts";
import { followed, type Way } from "./attach.ts";
import { END, type Flow, type Node, type NodeId } from "./graph.ts";
import { type OutcomeDescription, PLAIN_OUTCOME } from "./statement.ts";

export interface Entry {
  readonly flow: Flow;
  readonly entry: NodeId;
  /** Values of locals that the code set. */
  readonly locals: ReadonlyMap<string, number>;
  readonly violations: readonly (Violation & { readonly fatal: boolean })[];
}

export function activeEntry(
  flow: Flow,
  known: {
    readonly locals: readonly Local[];
    readonly variables: readonly Variable[];
    readonly types: Types;
  },
): Entry {
  const untouched = { flow, locals: new Map<string, number>(), violations: [] };
  if (flow.entry === END || !flow.nodes[flow.entry]?.local)
    return { ...untouched, entry: flow.entry };
  const initial: OutcomeDescription = {
    ...PLAIN_OUTCOME,
    updates: known.locals.map(({ name, initial: value }) => ({
      target: { kind: "local", name },
      value: constant(value),
    })),
  };
  const ways = followed(flow, { outcome: initial, to: flow.entry }, known.types)
    .map((way) => inInitialState(way, known.variables))
    .filter(({ outcome }) => !outcome.guards.some((guard) => isConstant(guard, 0)));
  const [way] = ways;
  if (ways.length === 1 && way && isDecided(way.outcome)) {
    return {
      flow,
      entry: way.to,
      locals: localsOf(way.outcome),
      violations: violationsOf(way.outcome),
    };
  }
  const begins: Node = {
    local: false,
    location: { label: "thread begins" },
    arms: [{ outcome: PLAIN_OUTCOME, next: flow.entry }],
  };
  return {
    ...untouched,
    flow: { ...flow, nodes: [...flow.nodes, begins] },
    entry: flow.nodes.length,
  };
}

function inInitialState(way: Way, variables: readonly Variable[]): Way {
  const uniform = new Map(
    variables.flatMap(({ name, initial: [value, ...others] }) =>
      value !== undefined && others.every((other) => other === value)
        ? [[name, value] as const]
        : [],
    ),
  );
  const evaluated = (expression: Expression): Expression =>
    rewrite(expression, (part) => {
      const value = part.kind === "cell" ? uniform.get(part.variable) : undefined;
      return value === undefined ? part : constant(value);
    });
  const { outcome } = way;
  return {
    to: way.to,
    outcome: {
      ...outcome,
      guards: outcome.guards.map(evaluated),
      updates: outcome.updates.map((update) => ({ ...update, value: evaluated(update.value) })),
      checks: outcome.checks
        .map((check) => ({ ...check, when: evaluated(check.when) }))
        .filter(({ when }) => !isConstant(when, 0)),
    },
  };
}

function isDecided({ guards, updates, checks, limit }: OutcomeDescription): boolean {
  return (
    limit === undefined &&
    guards.every((guard) => isConstant(guard, 1)) &&
    checks.every(({ when }) => isConstant(when, 1)) &&
    updates.every(({ target, value }) => target.kind === "local" && value.kind === "constant")
  );
}

function localsOf({ updates }: OutcomeDescription): ReadonlyMap<string, number> {
  return new Map(
    updates.flatMap(({ target, value }) =>
      target.kind === "local" && value.kind === "constant"
        ? [[target.name, value.value] as const]
        : [],
    ),
  );
}

function violationsOf({ checks, fatal }: OutcomeDescription): Entry["violations"] {
  const recorded = checks.map(({ when: _, ...violation }) => ({ ...violation, fatal: false }));
  return fatal ? [...recorded, { ...fatal, fatal: true }] : recorded;
}
