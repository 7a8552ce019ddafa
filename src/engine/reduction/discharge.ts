/**
 * What a search over blocks could miss must be excluded beforehand, or the Program is not reduced.
 *
 * Races, sections of mutual exclusion and waits on freed blocks are seen in the middle of blocks; they are excluded by
 * what the threads know: two locations that cannot be occupied at once cannot race. Ranges are left to the search where
 * a variable only ever grows: then the end of a run shows the largest value.
 */
import { type Expression, sameExpression } from "../../ir/expression.ts";
import { interval, type Types } from "../../ir/interval.ts";
import type { Access, Property } from "../../ir/program.ts";
import { bounds } from "../../ir/type.ts";
import type { Block, ThreadBlocks } from "./blocks.ts";
import type { Coexistence } from "./coexistence.ts";
import type { Movers } from "./movers.ts";
import { type Code, Wild } from "./thread-code.ts";
import { ANY } from "./value-set.ts";
import { cellKey, type Knowledge } from "./values.ts";

/** Throws `Wild` for the first thing that a search over blocks could miss. */
export function discharge(code: Code, coexistence: Coexistence, movers: Movers): void {
  for (const property of code.program.properties) dischargeProperty(code, coexistence, property);
  for (const one of code.threads) {
    for (const other of code.threads) {
      if (one.number < other.number) dischargeRaces(one.number, other.number, coexistence, movers);
      if (one.number !== other.number)
        dischargeFrees(one.number, other.number, { code, coexistence, movers });
    }
  }
}

function dischargeRaces(
  one: number,
  other: number,
  coexistence: Coexistence,
  movers: Movers,
): void {
  for (const here of coexistence.locations(one)) {
    const mine = accessesAt(one, here, movers);
    if (mine.length === 0) continue;
    for (const there of coexistence.locations(other)) {
      const theirs = accessesAt(other, there, movers);
      const conflict = mine.some((left) => theirs.some((right) => mayRace(left, right)));
      if (conflict && coexistence.together(one, here, other, there))
        throw new Wild("accesses may race");
    }
  }
}

function accessesAt(thread: number, location: string, movers: Movers): readonly Access[] {
  return movers.feasible(thread, location).flatMap(({ outcome }) => outcome.accesses);
}

function mayRace(left: Access, right: Access): boolean {
  if (
    left.variable !== right.variable ||
    !(left.writes || right.writes) ||
    !(left.plain || right.plain)
  )
    return false;
  const apart =
    left.index.kind === "constant" &&
    right.index.kind === "constant" &&
    left.index.value !== right.index.value;
  return !apart;
}

function dischargeFrees(
  freeing: number,
  waiting: number,
  {
    code,
    coexistence,
    movers,
  }: { readonly code: Code; readonly coexistence: Coexistence; readonly movers: Movers },
): void {
  const locations = code.threads[waiting - 1]?.locations;
  for (const here of coexistence.locations(freeing)) {
    for (const { outcome } of movers.feasible(freeing, here)) {
      if (!outcome.frees) continue;
      for (const there of coexistence.locations(waiting)) {
        if (locations?.get(there)?.waitsOn !== outcome.frees.block) continue;
        if (coexistence.together(freeing, here, waiting, there))
          throw new Wild("a block may be freed while it is waited on");
      }
    }
  }
}

/** Only `atEnd` properties are read where a run ends; of invariants, sections of mutual exclusion can be excluded. */
function dischargeProperty(code: Code, coexistence: Coexistence, property: Property): void {
  if (property.kind === "atEnd") return;
  if (
    property.kind === "invariant" &&
    property.expression.kind === "constant" &&
    property.expression.value !== 0
  )
    return;
  const groups = property.kind === "invariant" ? exclusiveCells(property.expression) : undefined;
  if (!groups) throw new Wild(`"${property.name}" is looked at in every state`);
  for (const cells of groups) {
    for (const [index, one] of cells.entries()) {
      for (const other of cells.slice(index + 1)) dischargePair(code, coexistence, one, other);
    }
  }
}

/** The cells of which at most one is positive, where the expression says just that. */
function exclusiveCells(expression: Expression): readonly (readonly string[])[] | undefined {
  if (expression.kind === "constant") return expression.value !== 0 ? [] : undefined;
  if (expression.kind !== "binary") return undefined;
  const { operator, left, right } = expression;
  if (operator === "and") {
    const one = exclusiveCells(left);
    const other = exclusiveCells(right);
    return one && other ? [...one, ...other] : undefined;
  }
  const isPair = operator === "<" && right.kind === "constant" && right.value === 2;
  const cells = isPair ? summedCells(left) : undefined;
  return cells ? [cells] : undefined;
}

function summedCells(sum: Expression): readonly string[] | undefined {
  if (sum.kind !== "binary") return undefined;
  const { operator, left, right } = sum;
  if (operator === "+") {
    const one = summedCells(left);
    const other = summedCells(right);
    return one && other ? [...one, ...other] : undefined;
  }
  const positive = operator === "<" && left.kind === "constant" && left.value === 0;
  if (!positive || right.kind !== "cell" || right.index.kind !== "constant") return undefined;
  return [cellKey(right.variable, right.index.value)];
}

/** Shows, from the view of every pair of threads in turn, that not both cells are positive: one such pair is enough. */
function dischargePair(code: Code, coexistence: Coexistence, one: string, other: string): void {
  for (const left of code.threads) {
    for (const right of code.threads) {
      if (
        left.number !== right.number &&
        isExcluded(coexistence, left.number, right.number, one, other)
      )
        return;
    }
  }
  throw new Wild("two sections may overlap");
}

function isExcluded(
  coexistence: Coexistence,
  left: number,
  right: number,
  one: string,
  other: string,
): boolean {
  return coexistence.locations(left).every((here) =>
    coexistence.locations(right).every((there) => {
      const known = coexistence.together(left, here, right, there);
      return (
        !known ||
        !mayBePositive(known, coexistence, one) ||
        !mayBePositive(known, coexistence, other)
      );
    }),
  );
}

function mayBePositive(known: Knowledge, { clusters }: Coexistence, key: string): boolean {
  const set = known.get(clusters.of(key) ?? "") ?? ANY;
  return set === ANY || [...set.values()].some((tuple) => (tuple[clusters.position(key)] ?? 1) > 0);
}

/** Variables whose range only the search can vouch for must only grow, and be written once in a block. */
export function dischargeRanges(
  code: Code,
  coexistence: Coexistence,
  blocks: readonly ThreadBlocks[],
): void {
  const types: Types = { variable: code.typeOf, local: code.typeOf };
  const unsafe = unsafeVariables(code, coexistence, types);
  for (const [index, own] of blocks.entries()) {
    const known = (location: string): Knowledge | undefined => coexistence.at(index + 1, location);
    for (const [location, all] of own) {
      if (known(location)) for (const block of all) requireGrowth(block, unsafe);
    }
  }
}

/** Variables that some step might take out of their range, for all that the types say. */
function unsafeVariables(code: Code, coexistence: Coexistence, types: Types): ReadonlySet<string> {
  const unsafe = new Set<string>();
  for (const { number, locations } of code.threads) {
    for (const { id, steps } of locations.values()) {
      const known = coexistence.at(number, id);
      if (!known) continue;
      for (const { outcome } of steps) {
        for (const one of coexistence.cases(outcome, known)) noteUnsafe(one.outcome, types, unsafe);
      }
    }
  }
  return unsafe;
}

function noteUnsafe(
  { guards, updates }: Block["outcome"],
  types: Types,
  unsafe: Set<string>,
): void {
  for (const { target, value } of updates) {
    if (target.kind !== "cell") continue;
    const type = types.variable(target.variable);
    if (type.kind === "wrapping") continue;
    const { min, max } = bounds(type);
    const reach = interval(value, types);
    if (reach.min < min) throw new Wild(`${target.variable} may fall below its range`);
    if (Math.min(reach.max, guardedMost(value, guards)) > max) unsafe.add(target.variable);
  }
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

function requireGrowth({ outcome, rewrites }: Block, unsafe: ReadonlySet<string>): void {
  for (const variable of rewrites) {
    if (unsafe.has(variable)) throw new Wild(`${variable} may leave its range`);
  }
  for (const { target, value } of outcome.updates) {
    if (target.kind !== "cell" || !unsafe.has(target.variable)) continue;
    const grows = isGrowth({ target, value });
    // Setting it to a constant starts anew: that commutes with no growth, so each order of them is searched.
    if (!grows && value.kind !== "constant")
      throw new Wild(`${target.variable} may leave its range`);
  }
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
