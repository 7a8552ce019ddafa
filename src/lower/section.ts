/**
 * Sections of mutual exclusion: who is inside one, counted apart from the lock's own fields.
 *
 * Each lock has a cell `PREFIX.inside` per thread (and per slot): how often that thread has entered and not left. So the
 * rule `mutual-exclusion` does not believe the lock that it judges.
 */
import {
  and,
  conditional,
  constant,
  type Expression,
  equals,
  lessThan,
  minus,
  plus,
} from "../ir/expression.ts";
import type { Property, Update } from "../ir/program.ts";
import { depthField, type Field, perThreadCell, type Row, set } from "../kernel/object-kind.ts";

/** A lock or a named section: where its count is kept. */
export type Section = Row;

/** The sizes that sections depend on. */
type Sizes = { readonly threads: number; readonly depth: number };

/** The per-thread field of every lock. */
export const INSIDE: Field = { ...depthField, tags: { hidden: true } };

/** How often `thread` is inside the section. */
export function insideCell(
  section: Section,
  thread: Expression,
  { threads }: Pick<Sizes, "threads">,
): Expression {
  return perThreadCell(section, "inside", { thread, threads });
}

export function enterSection(
  section: Section,
  thread: Expression,
  sizes: Sizes,
): readonly Update[] {
  const inside = insideCell(section, thread, sizes);
  const full = equals(inside, constant(sizes.depth));
  return [set(inside, conditional(full, inside, plus(inside, constant(1))))];
}

/** Leaves once; a thread that is not inside stays outside. */
export function leaveSection(
  section: Section,
  thread: Expression,
  sizes: Sizes,
): readonly Update[] {
  const inside = insideCell(section, thread, sizes);
  return [
    set(inside, conditional(equals(inside, constant(0)), inside, minus(inside, constant(1)))),
  ];
}

/** At most one thread is inside the section of each of `length` objects. */
export function mutualExclusion(prefix: string, length: number, sizes: Sizes): Property {
  const exclusive = Array.from({ length }, (_, slot) => {
    const section: Section = { prefix, index: constant(slot), first: 0 };
    const inside = Array.from({ length: sizes.threads }, (__, thread) =>
      lessThan(constant(0), insideCell(section, constant(thread + 1), sizes)),
    );
    return lessThan(inside.reduce(plus, constant(0)), constant(2));
  });
  return {
    kind: "invariant",
    name: `sections of ${prefix}`,
    expression: and(...exclusive),
    violation: {
      rule: "mutual-exclusion",
      message: `two threads are inside sections of ${prefix} at once`,
      place: prefix,
    },
  };
}
