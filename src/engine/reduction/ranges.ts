/**
 * Variables that may leave their declared range, which the types alone do not exclude.
 *
 * Where such a variable only grows, or starts anew at a constant, growth commutes and the largest value of a segment is
 * written in its representative too, whatever the order: nothing else is needed as long as the search meets no value
 * outside. Otherwise leaving the range is made an outcome of its own, with a guard, like any misuse (`thread-code.ts`).
 */
import { type Expression, sameExpression } from "../../ir/expression.ts";
import { interval, type Types } from "../../ir/interval.ts";
import { bounds } from "../../ir/type.ts";
import type { Block, ThreadBlocks } from "./blocks.ts";
import type { Coexistence } from "./coexistence.ts";
import type { Code } from "./thread-code.ts";

export interface UnsafeVariables {
  readonly all: ReadonlySet<string>;
  /** Some may fall below their range: they do not only grow. */
  readonly mayFall: boolean;
}

/** Variables that some step might take out of their range, for all that the types and known values say. */
export function unsafeVariables(code: Code, coexistence: Coexistence): UnsafeVariables {
  const types: Types = { variable: code.typeOf, local: code.typeOf };
  const all = new Set<string>();
  let mayFall = false;
  for (const { number, locations } of code.threads) {
    for (const { id, steps } of locations.values()) {
      const known = coexistence.at(number, id);
      if (!known) continue;
      for (const { outcome } of steps) {
        for (const { fixed } of coexistence.cases(outcome, known)) {
          const open = openWrites(coexistence.putIn(outcome, fixed), types);
          for (const { variable, falls } of open) {
            all.add(variable);
            mayFall ||= falls;
          }
        }
      }
    }
  }
  return { all, mayFall };
}

function openWrites(
  { guards, updates, fatal, limit }: Block["outcome"],
  types: Types,
): readonly { readonly variable: string; readonly falls: boolean }[] {
  if (fatal || limit !== undefined) return [];
  return updates.flatMap(({ target, value }) => {
    if (target.kind !== "cell") return [];
    const type = types.variable(target.variable);
    if (type.kind === "wrapping") return [];
    const { min, max } = bounds(type);
    const reach = interval(value, types);
    const falls = Math.max(reach.min, guardedLeast(value, guards)) < min;
    const exceeds = Math.min(reach.max, guardedMost(value, guards)) > max;
    return falls || exceeds ? [{ variable: target.variable, falls }] : [];
  });
}

/** The largest value that the guards leave to an expression: `x + 1` is at most 7 where `x < 7`, or `x + 1 < 8`. */
function guardedMost(value: Expression, guards: readonly Expression[]): number {
  let most = Number.POSITIVE_INFINITY;
  for (const guard of guards) {
    if (guard.kind !== "binary" || guard.operator !== "<" || guard.right.kind !== "constant")
      continue;
    const limit = guard.right.value - 1;
    if (sameExpression(guard.left, value)) most = Math.min(most, limit);
    const isMore =
      value.kind === "binary" && value.operator === "+" && value.right.kind === "constant";
    if (isMore && sameExpression(guard.left, value.left) && value.right.kind === "constant") {
      most = Math.min(most, limit + value.right.value);
    }
  }
  return most;
}

/** The smallest value that a guard `not (value < c)` leaves: the form of an outcome that stays within its range. */
function guardedLeast(value: Expression, guards: readonly Expression[]): number {
  let least = Number.NEGATIVE_INFINITY;
  for (const guard of guards) {
    if (guard.kind !== "not" || guard.operand.kind !== "binary") continue;
    const { operator, left, right } = guard.operand;
    if (operator === "<" && right.kind === "constant" && sameExpression(left, value))
      least = Math.max(least, right.value);
  }
  return least;
}

/** Whether every block makes the variables only grow, or starts them anew, and writes each at most once. */
export function onlyGrow(blocks: readonly ThreadBlocks[], unsafe: ReadonlySet<string>): boolean {
  return blocks.every((own) =>
    [...own.values()].every((all) => all.every((block) => grows(block, unsafe))),
  );
}

function grows({ outcome, rewrites }: Block, unsafe: ReadonlySet<string>): boolean {
  if ([...rewrites].some((variable) => unsafe.has(variable))) return false;
  return outcome.updates.every(({ target, value }) => {
    if (target.kind !== "cell" || !unsafe.has(target.variable)) return true;
    // Setting it to a constant starts anew: that commutes with no growth, so each order of them is searched.
    return value.kind === "constant" || isGrowth({ target, value });
  });
}

/** `x := x + c` with c not negative, for one known cell. */
function isGrowth({ target, value }: Block["outcome"]["updates"][number]): boolean {
  if (target.kind !== "cell" || value.kind !== "binary" || value.operator !== "+") return false;
  const { left, right } = value;
  return (
    left.kind === "cell" &&
    left.variable === target.variable &&
    sameExpression(left.index, target.index) &&
    target.index.kind === "constant" &&
    right.kind === "constant" &&
    right.value >= 0
  );
}
