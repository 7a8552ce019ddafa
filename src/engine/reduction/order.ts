/**
 * Whether two steps of different threads may be swapped: decided by running both orders on everything that both threads
 * can know, not by patterns.
 *
 * Known values are put in as constants, case by case; what remains unknown stays symbolic, and both orders must then give
 * the same expressions, up to the order of sums. So `x := x + 1` commutes with itself, and "taken and given back" with
 * the same of another thread, without a word for counters or locks. When in doubt the answer is no.
 */
import { composed, isConstant, type Outcome } from "../../ir/compose.ts";
import { type Expression, operands } from "../../ir/expression.ts";
import type { Types } from "../../ir/interval.ts";
import type { Update } from "../../ir/program.ts";
import type { Coexistence } from "./coexistence.ts";
import type { SideConditions } from "./side-conditions.ts";
import type { Code } from "./thread-code.ts";
import type { Knowledge } from "./cases.ts";

/** Two steps, the first of the one thread and the second of the other. */
export interface Pair {
  readonly first: Outcome;
  readonly second: Outcome;
}

export class Order {
  private readonly coexistence: Coexistence;
  private readonly types: Types;

  private readonly dropped: SideConditions;

  constructor(code: Code, coexistence: Coexistence, dropped: SideConditions) {
    this.coexistence = coexistence;
    this.dropped = dropped;
    this.types = { variable: code.typeOf, local: code.typeOf };
  }

  /** Wherever `first` then `second` can happen, `second` then `first` can, and leads to the same state. */
  mayFollowEarlier(pair: Pair, known: Knowledge): boolean {
    return this.everyCase(pair, known, pair.first.guards, (orders) => {
      if (isImpossible(orders.first) || isImpossible(orders.secondLater)) return true;
      return this.swaps(orders);
    });
  }

  /** Neither enables or disables the other, and both orders lead to the same state. */
  areIndependent(pair: Pair, known: Knowledge): boolean {
    return this.everyCase(pair, known, [], (orders) => {
      const { first, second, firstLater, secondLater } = orders;
      if (isImpossible(first) && isImpossible(second)) return true;
      if (isImpossible(first)) return this.dropped.has("same-guards") || isImpossible(firstLater);
      if (isImpossible(second)) return this.dropped.has("same-guards") || isImpossible(secondLater);
      return this.swaps(orders);
    });
  }

  /** Whether it holds in every case that `guards` do not exclude; no, if there are too many cases to look at. */
  private everyCase(
    { first, second }: Pair,
    known: Knowledge,
    guards: readonly Expression[],
    holds: (orders: Orders) => boolean,
  ): boolean {
    if (!this.meet(first, second)) return true;
    // The cases of both at once: a step that reads and writes what both do.
    const merged: Outcome = {
      ...PLAIN,
      guards,
      updates: [...first.updates, ...second.updates, ...asUpdates(first), ...asUpdates(second)],
      checks: [...first.checks, ...second.checks],
    };
    const cases = this.coexistence.casesIfFew(merged, known);
    if (!cases) return false;
    // Values are put in last: what the second step reads may be what the first one wrote.
    const orders = this.orders(first, second);
    return cases.every(({ fixed }) => {
      if (this.dropped.has("values-last")) {
        const early = [first, second].map((one) => this.coexistence.putIn(one, fixed));
        return holds(this.orders(early[0] ?? first, early[1] ?? second));
      }
      const valued = (outcome: Outcome): Outcome =>
        this.after(PLAIN, this.coexistence.putIn(outcome, fixed));
      return holds({
        first: valued(orders.first),
        second: valued(orders.second),
        firstLater: valued(orders.firstLater),
        secondLater: valued(orders.secondLater),
        bothFirst: valued(orders.bothFirst),
        bothSecond: valued(orders.bothSecond),
      });
    });
  }

  private orders(first: Outcome, second: Outcome): Orders {
    return {
      first: this.after(PLAIN, first),
      second: this.after(PLAIN, second),
      firstLater: this.after(second, first),
      secondLater: this.after(first, second),
      bothFirst: composed(first, second, this.types),
      bothSecond: composed(second, first, this.types),
    };
  }

  /** Both possible: each leaves the other's guards, checks and end as they are, and the results are equal. */
  private swaps({
    first,
    second,
    firstLater,
    secondLater,
    bothFirst,
    bothSecond,
  }: Orders): boolean {
    const same = (one: Outcome, later: Outcome): boolean =>
      (this.dropped.has("same-guards") || textOf(one.guards) === textOf(later.guards)) &&
      (this.dropped.has("same-checks") || watchedText(one) === watchedText(later));
    if (!same(first, firstLater) || !same(second, secondLater)) return false;
    const stops = [first, second].some(
      ({ fatal, limit }) => fatal !== undefined || limit !== undefined,
    );
    if (stops || this.dropped.has("same-values")) return true;
    return finalText(bothFirst.updates) === finalText(bothSecond.updates);
  }

  /** Whether one writes a cluster that the other touches. */
  private meet(first: Outcome, second: Outcome): boolean {
    const one = this.coexistence.touched(first);
    const other = this.coexistence.touched(second);
    return (
      [...one.written].some((cluster) => other.all.has(cluster)) ||
      [...other.written].some((cluster) => one.all.has(cluster))
    );
  }

  /** `second` with its conditions as they are after `first`. */
  private after({ updates }: Outcome, second: Outcome): Outcome {
    const { guards, checks, accesses, frees } = composed({ ...PLAIN, updates }, second, this.types);
    return { ...second, guards, checks, accesses, ...(frees && { frees }) };
  }
}

/** Both steps alone, each after the other, and both together in either order. */
interface Orders {
  readonly first: Outcome;
  readonly second: Outcome;
  readonly firstLater: Outcome;
  readonly secondLater: Outcome;
  readonly bothFirst: Outcome;
  readonly bothSecond: Outcome;
}

const PLAIN: Outcome = { guards: [], updates: [], starts: [], accesses: [], checks: [] };

const isImpossible = ({ guards }: Outcome): boolean => guards.some((guard) => isConstant(guard, 0));

/** Guards as updates of nothing, so that the cases split on what they read. */
function asUpdates({ guards }: Outcome): readonly Update[] {
  return guards.map((value) => ({ target: { kind: "local", name: "" }, value }));
}

const textOf = (guards: readonly Expression[]): string =>
  guards
    .filter((guard) => !isConstant(guard, 1))
    .map(normal)
    .sort()
    .join(" and ");

/** What is observed of a step besides its guards: recorded violations, cells accessed, blocks freed. */
function watchedText({ checks, accesses, frees }: Outcome): string {
  return [
    ...checks.map(({ rule, place, when }) => `${rule} ${place} ${normal(when)}`).sort(),
    ...accesses.map(({ variable, index }) => `${variable}[${normal(index)}]`),
    ...(frees ? [`free ${normal(frees.index)}`] : []),
  ].join();
}

/** Writes in a form that is equal for equal effects: what each cell is left with, without those that keep their value. */
function finalText(updates: readonly Update[]): string {
  const left = new Map<string, string>();
  for (const { target, value } of updates) {
    const at =
      target.kind === "local" ? `@${target.name}` : `${target.variable}[${normal(target.index)}]`;
    // One step may write a cell twice: the later write wins.
    left.set(at, normal(value));
  }
  const lines = [...left].filter(([at, text]) => text !== at);
  return lines
    .map(([at, text]) => `${at} := ${text}`)
    .sort()
    .join("; ");
}

/** An expression as text, sums flattened and sorted. */
function normal(expression: Expression): string {
  switch (expression.kind) {
    case "constant":
      return String(expression.value);
    case "cell":
      return `${expression.variable}[${normal(expression.index)}]`;
    case "binary":
      if (expression.operator === "+" || expression.operator === "-") return sum(expression);
      return `(${normal(expression.left)} ${expression.operator} ${normal(expression.right)})`;
    default:
      return `${expression.kind}(${operands(expression).map(normal).join(", ")})`;
  }
}

function sum(expression: Expression): string {
  let constantPart = 0;
  const terms: string[] = [];
  const add = (part: Expression, sign: 1 | -1): void => {
    if (part.kind === "constant") {
      constantPart += sign * part.value;
    } else if (part.kind === "binary" && (part.operator === "+" || part.operator === "-")) {
      add(part.left, sign);
      add(part.right, part.operator === "+" ? sign : (-sign as 1 | -1));
    } else {
      terms.push(`${sign === 1 ? "+" : "-"}${normal(part)}`);
    }
  };
  add(expression, 1);
  return `(${terms.sort().join("")}${constantPart === 0 ? "" : ` ${constantPart}`})`;
}
