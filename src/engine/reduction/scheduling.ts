/** Threads' lives and the scheduler's rule as cells and conditions, so that analyses need no word for either. */
import { isConstant } from "../../ir/compose.ts";
import { cell, constant, type Expression, equals, lessThan, not, or } from "../../ir/expression.ts";
import type { Program, Update, Variable } from "../../ir/program.ts";

/**
 * The cell that says how far a thread's life has come: what its processor's other threads look at, and what tells that
 * nobody stands in its code before it is started.
 */
const lifeCell = (number: number): string => `#life.${number}`;

const NOT_STARTED = 0;
export const ACTIVE = 1;
export const OVER = 2;

/** A variable for the life of each thread. */
export function livesOf({ threads }: Program): readonly Variable[] {
  return threads.map(({ start }, index) => ({
    name: lifeCell(index + 1),
    type: { kind: "range", min: NOT_STARTED, max: OVER },
    first: 0,
    initial: [start === "active" ? ACTIVE : NOT_STARTED],
    cluster: lifeCell(index + 1),
    tags: {},
  }));
}

export function setLife(number: number, value: number): Update {
  const target = { kind: "cell", variable: lifeCell(number), index: constant(0) } as const;
  return { target, value: constant(value) };
}

/**
 * Conditions under which the scheduler lets a thread step, as `semantics/scheduling.ts` says: on its processor, nobody else
 * is at a level that keeps it. `level` is the level of a thread as an expression on cells.
 */
export function mayRunOf(
  program: Program,
  number: number,
  level: (thread: number) => Expression,
): readonly Expression[] {
  const { processor } = program.threads[number - 1] ?? {};
  if (processor === undefined) return [];
  return program.threads.flatMap((rival, index) => {
    if (index + 1 === number || rival.processor !== processor) return [];
    const theirs = level(index + 1);
    const yields = or(
      not(equals(cell(lifeCell(index + 1)), constant(ACTIVE))),
      lessThan(theirs, constant(program.exclusiveLevel)),
      lessThan(theirs, level(number)),
    );
    return isConstant(yields, 1) ? [] : [yields];
  });
}
