/**
 * Invariants that what threads know excludes from ever being false: those which say that of some cells at most one is
 * positive, as sections of mutual exclusion do.
 */
import type { Expression } from "../../ir/expression.ts";
import type { Property } from "../../ir/program.ts";
import type { Knowledge } from "./cases.ts";
import type { Clusters } from "./clusters.ts";
import type { Coexistence } from "./coexistence.ts";
import type { Code } from "./thread-code.ts";
import { ANY } from "./value-set.ts";

/** Whether the property is an invariant that holds in every state, by the analysis alone. */
export function excludes(code: Code, coexistence: Coexistence, property: Property): boolean {
  if (property.kind !== "invariant") return false;
  const { expression } = property;
  if (expression.kind === "constant") return expression.value !== 0;
  const groups = exclusiveCells(expression, coexistence.clusters);
  return (
    groups?.every((cells) =>
      cells.every((one, index) =>
        cells.slice(index + 1).every((other) => excludesPair(code, coexistence, one, other)),
      ),
    ) ?? false
  );
}

/** The cells of which at most one is positive, where the expression says just that. */
function exclusiveCells(
  expression: Expression,
  clusters: Clusters,
): readonly (readonly number[])[] | undefined {
  if (expression.kind === "constant") return expression.value !== 0 ? [] : undefined;
  if (expression.kind !== "binary") return undefined;
  const { operator, left, right } = expression;
  if (operator === "and") {
    const one = exclusiveCells(left, clusters);
    const other = exclusiveCells(right, clusters);
    return one && other ? [...one, ...other] : undefined;
  }
  const isPair = operator === "<" && right.kind === "constant" && right.value === 2;
  const cells = isPair ? summedCells(left, clusters) : undefined;
  return cells ? [cells] : undefined;
}

function summedCells(sum: Expression, clusters: Clusters): readonly number[] | undefined {
  if (sum.kind !== "binary") return undefined;
  const { operator, left, right } = sum;
  if (operator === "+") {
    const one = summedCells(left, clusters);
    const other = summedCells(right, clusters);
    return one && other ? [...one, ...other] : undefined;
  }
  const positive = operator === "<" && left.kind === "constant" && left.value === 0;
  if (!positive || right.kind !== "cell" || right.index.kind !== "constant") return undefined;
  const cell = clusters.cellAt(right.variable, right.index.value);
  return cell === undefined ? undefined : [cell];
}

/** Whether not both cells are positive, from the view of some pair of threads: one such pair is enough. */
function excludesPair(code: Code, coexistence: Coexistence, one: number, other: number): boolean {
  return code.threads.some((left) =>
    code.threads.some(
      (right) =>
        left.number !== right.number &&
        neverTogether(coexistence, [left.number, right.number], [one, other]),
    ),
  );
}

function neverTogether(
  coexistence: Coexistence,
  [left, right]: readonly [number, number],
  [one, other]: readonly [number, number],
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

function mayBePositive(known: Knowledge, { clusters }: Coexistence, cell: number): boolean {
  const set = known[clusters.clusterOf[cell] ?? 0] ?? ANY;
  const position = clusters.positionOf[cell] ?? 0;
  return set === ANY || set.tuples.some((tuple) => (tuple[position] ?? 1) > 0);
}
