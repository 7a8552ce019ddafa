/** The clusters that a step touches, whatever the state: all of a variable's where an index is known only in a state. */
import type { Outcome } from "../../ir/compose.ts";
import { type Expression, walk } from "../../ir/expression.ts";
import type { Clusters } from "./clusters.ts";

export interface Touched {
  readonly written: ReadonlySet<number>;
  readonly all: ReadonlySet<number>;
}

/** The clusters that an outcome writes, and all that it touches. */
export function touchedBy(outcome: Outcome, clusters: Clusters): Touched {
  const written = new Set<number>();
  const all = new Set<number>();
  const read = (expression: Expression): void => {
    for (const cell of cellsRead(expression, clusters)) all.add(clusters.clusterOf[cell] ?? 0);
  };
  for (const guard of outcome.guards) read(guard);
  for (const { when } of outcome.checks) read(when);
  for (const { index } of outcome.accesses) read(index);
  for (const { target, value } of outcome.updates) {
    read(value);
    if (target.kind !== "cell") continue;
    read(target.index);
    for (const cell of cellsAt(target.variable, target.index, clusters)) {
      written.add(clusters.clusterOf[cell] ?? 0);
      all.add(clusters.clusterOf[cell] ?? 0);
    }
  }
  if (outcome.frees) read(outcome.frees.index);
  return { written, all };
}

/** The cells that an expression may read. */
export function cellsRead(expression: Expression, clusters: Clusters): ReadonlySet<number> {
  const read = new Set<number>();
  walk(expression, (part) => {
    if (part.kind !== "cell") return;
    for (const cell of cellsAt(part.variable, part.index, clusters)) read.add(cell);
  });
  return read;
}

/** The cells that an outcome may write. */
export function cellsWritten(outcome: Outcome, clusters: Clusters): readonly number[] {
  return outcome.updates.flatMap(({ target }) =>
    target.kind === "cell" ? cellsAt(target.variable, target.index, clusters) : [],
  );
}

function cellsAt(variable: string, index: Expression, clusters: Clusters): readonly number[] {
  if (index.kind !== "constant") return clusters.cellsOf(variable);
  const cell = clusters.cellAt(variable, index.value);
  return cell === undefined ? [] : [cell];
}
