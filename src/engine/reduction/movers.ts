/**
 * Which steps are movers, which locations never block, and what must not be glued to anything.
 *
 * A step is a *right mover* if every step of another thread that can follow it could have come before it, a *left mover*
 * if it could have come before every step that can precede it (Lipton, Reduction: A Method of Proving Properties of
 * Parallel Programs, 1975). Decided for each step and every location of the others that can be occupied meanwhile.
 */
import type { Outcome } from "../../ir/compose.ts";
import { isConstant } from "../../ir/compose.ts";
import { type Expression, sameExpression } from "../../ir/expression.ts";
import type { Coexistence } from "./coexistence.ts";
import type { Feasible } from "./feasible.ts";
import type { Order } from "./order.ts";
import type { SideConditions } from "./side-conditions.ts";
import type { Code, CodeStep } from "./thread-code.ts";
import type { Watched } from "./watched.ts";

export class Movers {
  private readonly code: Code;
  private readonly coexistence: Coexistence;
  private readonly order: Order;
  private readonly watched: Watched;
  private readonly dropped: SideConditions;
  readonly feasible: Feasible;
  private readonly rights = new Map<CodeStep, boolean>();
  private readonly lefts = new Map<CodeStep, boolean>();

  constructor(
    code: Code,
    coexistence: Coexistence,
    parts: { readonly order: Order; readonly feasible: Feasible; readonly watched: Watched },
    dropped: SideConditions,
  ) {
    this.code = code;
    this.coexistence = coexistence;
    this.order = parts.order;
    this.feasible = parts.feasible;
    this.watched = parts.watched;
    this.dropped = dropped;
  }

  isRightMover(thread: number, location: string, step: CodeStep): boolean {
    const old = this.rights.get(step);
    if (old !== undefined) return old;
    const answer =
      this.dropped.has("right-movers") ||
      (step.starts.length === 0 &&
        !this.watched.isVisible(step.outcome) &&
        this.everyOther(thread, location, (other, known) =>
          this.order.mayFollowEarlier({ first: step.outcome, second: other }, known),
        ));
    this.rights.set(step, answer);
    return answer;
  }

  isLeftMover(thread: number, location: string, step: CodeStep): boolean {
    const old = this.lefts.get(step);
    if (old !== undefined) return old;
    const answer =
      this.dropped.has("left-movers") ||
      (!this.watched.isVisible(step.outcome) &&
        this.everyOther(thread, location, (other, known) =>
          this.order.mayFollowEarlier({ first: other, second: step.outcome }, known),
        ));
    this.lefts.set(step, answer);
    return answer;
  }

  /** Whether the step may violate a rule, reach a bound or free what others wait on: then it stays alone. */
  isAlone(thread: number, location: string, { outcome }: CodeStep): boolean {
    if (this.dropped.has("alone")) return false;
    if (outcome.fatal || outcome.limit !== undefined || outcome.frees) return true;
    const known = this.coexistence.at(thread, location);
    if (!known) return true;
    return this.coexistence
      .cases(outcome, known)
      .some(({ fixed }) =>
        this.coexistence.putIn(outcome, fixed).checks.some(({ when }) => !isConstant(when, 0)),
      );
  }

  /** Whether the thread must be seen standing there. */
  isBoundary(thread: number, location: string): boolean {
    return this.watched.isBoundary(thread, location);
  }

  /** Whether some step is enabled in every state in which the thread stands there. */
  neverBlocks(thread: number, location: string): boolean {
    if (this.dropped.has("may-block")) return true;
    const known = this.coexistence.at(thread, location);
    const steps = this.feasible.steps(thread, location);
    if (!known || steps.length === 0) return false;
    const guards = steps.map(({ outcome }) => outcome.guards);
    const all: Outcome = {
      guards: [],
      updates: guards.flat().map((value) => ({ target: { kind: "local", name: "" }, value })),
      starts: [],
      accesses: [],
      checks: [],
    };
    return (
      this.coexistence
        .casesIfFew(all, known)
        ?.every(({ fixed }) =>
          covers(steps.map(({ outcome }) => this.coexistence.putIn(outcome, fixed).guards)),
        ) ?? false
    );
  }

  private everyOther(
    thread: number,
    location: string,
    holds: (other: Outcome, known: NonNullable<ReturnType<Coexistence["together"]>>) => boolean,
  ): boolean {
    for (const other of this.code.threads) {
      if (other.number === thread) continue;
      for (const there of this.coexistence.locations(other.number)) {
        const steps = this.feasible.steps(other.number, there);
        if (steps.length === 0) continue;
        const known = this.coexistence.together(thread, location, other.number, there);
        if (known && !steps.every(({ outcome }) => holds(outcome, known))) return false;
      }
    }
    return true;
  }
}

/** Whether one of the conjunctions holds whatever the conditions in them are worth: a tautology test by cases. */
function covers(conjunctions: readonly (readonly Expression[])[]): boolean {
  const open = conjunctions
    .map((guards) => guards.filter((guard) => !isConstant(guard, 1)))
    .filter((guards) => !guards.some((guard) => isConstant(guard, 0)));
  if (open.some((guards) => guards.length === 0)) return true;
  const first = open[0]?.[0];
  if (!first) return false;
  const atom = first.kind === "not" ? first.operand : first;
  return covers(assumed(open, atom, true)) && covers(assumed(open, atom, false));
}

/** The conjunctions left when the condition is worth `value`. */
function assumed(
  conjunctions: readonly (readonly Expression[])[],
  atom: Expression,
  value: boolean,
): readonly (readonly Expression[])[] {
  const isTrue = (guard: Expression): boolean | undefined => {
    if (sameExpression(guard, atom)) return value;
    return guard.kind === "not" && sameExpression(guard.operand, atom) ? !value : undefined;
  };
  return conjunctions
    .filter((guards) => !guards.some((guard) => isTrue(guard) === false))
    .map((guards) => guards.filter((guard) => isTrue(guard) !== true));
}
