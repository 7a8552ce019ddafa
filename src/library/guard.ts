/**
 * The life of a guard as a section of mutual exclusion: from lock to drop or forget, whatever was released meanwhile.
 *
 * All of it is local code, so it belongs to the step before: the satisfied wait, the release. The lock's own sections
 * are not counted beside it (`Call.sections`), or a recursive KMUTEX would count twice.
 */
import { conditional, constant, type Expression, equals, greaterThan } from "../ir/expression.ts";
import type { Check, Update } from "../ir/program.ts";
import type { Span } from "../ir/span.ts";
import type { Sizes } from "../kernel/object-kind.ts";
import type { ObjectArgument } from "../kernel/routine.ts";
import { enterSection, insideCell, leaveSection } from "../lower/section.ts";
import { PLAIN_OUTCOME } from "../lower/statement.ts";
import type { Author } from "./author.ts";

const self: Expression = { kind: "self" };

type Life = Pick<ObjectArgument, "prefix" | "index" | "first" | "display">;

/** A guard comes to life in the running thread. Inside already, it has two: two exclusive references to one datum. */
export function guardBegins(author: Author, lock: Life, source: Span | undefined): void {
  const place = `${author.name}${source ? `:${source.line}` : ""} second guard of ${lock.prefix}`;
  const message = `a second live guard of ${lock.display} in one thread: two exclusive references to its data`;
  locally(author, "guard", (sizes) => ({
    updates: enterSection(lock, self, sizes),
    checks: [
      {
        rule: "guard-aliasing",
        message,
        place,
        ...(source && { source }),
        when: greaterThan(insideCell(lock, self, sizes), constant(0)),
      },
    ],
  }));
}

/** A guard of the running thread is dropped: the release before was a use of the mutex, so its storage is there. */
export function guardDropped(author: Author, lock: Life): void {
  locally(author, "guard ends", (sizes) => ({
    updates: leaveSection(lock, self, sizes),
    checks: [],
  }));
}

/** A guard of the running thread is gone without a release: forgotten, or moved to another thread. */
export function guardLeaves(author: Author, lock: Life): void {
  locally(author, "guard ends", (sizes) => ({
    updates: leaveSection(somewhere(lock), self, sizes).map((update) => unlessNull(update, lock)),
    checks: [],
  }));
}

/** A new lock has no guards, though its storage may have been another one's. */
export function guardless(author: Author, lock: Life): void {
  locally(author, "no guards", (sizes) => ({
    updates: Array.from({ length: sizes.threads }, (_, thread) => ({
      target: asCell(insideCell(lock, constant(thread + 1), sizes)),
      value: constant(0),
    })),
    checks: [],
  }));
}

/** A guard outlives the storage of its mutex when that is freed: its pointer reads as null then. */
const somewhere = (lock: Life): Life => ({
  ...lock,
  index: conditional(equals(lock.index, constant(0)), constant(1), lock.index),
});

function unlessNull(update: Update, lock: Life): Update {
  const { target, value } = update;
  if (target.kind !== "cell") return update;
  return { target, value: conditional(equals(lock.index, constant(0)), target, value) };
}

function asCell(expression: Expression): Update["target"] {
  if (expression.kind !== "cell") throw new Error("a section is counted in a cell");
  return expression;
}

function locally(
  author: Author,
  label: string,
  build: (sizes: Sizes) => {
    readonly updates: readonly Update[];
    readonly checks: readonly Check[];
  },
): void {
  author.push({
    kind: "step",
    describe: (sizes) => ({
      label,
      local: true,
      outcomes: [{ ...PLAIN_OUTCOME, ...build(sizes) }],
    }),
  });
}
