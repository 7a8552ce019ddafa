/**
 * Threads that wait on a dispatcher object, where their arrival matters.
 *
 * Page: kernel/introduction-to-kernel-dispatcher-objects. Windows satisfies a wait inside the call that signals the
 * object (hand-off). Mostly that cannot be told from a waiter that takes the object later, and a wait is one step. It can
 * where the object may become unsignaled again by other means than a wait, and where threads share a processor: there a
 * wait has a step in which it takes the object or queues, and the signalling call chooses among those that queue.
 *
 * | in Windows                              | in the model                    |
 * | wait blocks in the object's list        | PREFIX.waiter, one cell a thread |
 * | order of that list                      | none: any waiter may be next    |
 *
 * Left out: barging, the choice that a released waiter must compete again.
 */
import {
  and,
  atLeast,
  conditional,
  constant,
  type Expression,
  equals,
  lessThan,
  not,
  or,
  plus,
} from "../ir/expression.ts";
import type { Update } from "../ir/program.ts";
import { type Field, perThreadCell, type Sizes, set } from "./object-kind.ts";
import type { ObjectArgument, Outcome } from "./routine.ts";

export const WAITER = { none: 0, waiting: 1, released: 2 } as const;

/** The per-thread field of an object that threads can queue for. */
export const waiterField: Field = {
  type: () => ({
    kind: "enumeration",
    name: "waiter",
    members: ["not waiting", "waiting", "released"],
  }),
  initial: 0,
};

/** How many waiters one call can choose several from; more are reported as a bound. */
const CHOSEN_MAX = 4;

/** Whether waits on this object arrive before they complete. */
export function queues({ kind, prefix }: ObjectArgument, { placed, revoked }: Sizes): boolean {
  return kind.perThread?.waiter !== undefined && (placed || revoked.has(prefix));
}

/** What a thread is to the object's queue. */
export function waiterOf(object: ObjectArgument, thread: Expression, sizes: Sizes): Expression {
  return perThreadCell(object, "waiter", { thread, threads: sizes.threads });
}

const isWaiting = (waiter: Expression): Expression => equals(waiter, constant(WAITER.waiting));

const allThreads = ({ threads }: Sizes): readonly Expression[] =>
  Array.from({ length: threads }, (_, index) => constant(index + 1));

/** The waiter cells of all threads; none where nobody queues. */
function waitersOf(object: ObjectArgument, sizes: Sizes): readonly Expression[] {
  if (!queues(object, sizes)) return [];
  return allThreads(sizes).map((thread) => waiterOf(object, thread, sizes));
}

export function nobodyWaits(object: ObjectArgument, sizes: Sizes): Expression {
  return not(or(...waitersOf(object, sizes).map(isWaiting)));
}

/** Releases everybody who waits. */
export function allReleased(object: ObjectArgument, sizes: Sizes): readonly Update[] {
  return waitersOf(object, sizes).map((waiter) =>
    set(waiter, conditional(isWaiting(waiter), constant(WAITER.released), waiter)),
  );
}

/** Empties the queue without releasing anybody. */
export function forgotten(object: ObjectArgument, sizes: Sizes): readonly Update[] {
  return waitersOf(object, sizes).map((waiter) => set(waiter, constant(WAITER.none)));
}

/** The ways to release one waiter, whichever. */
export function oneReleased(
  object: ObjectArgument,
  sizes: Sizes,
): readonly (Pick<Outcome, "when" | "effect"> & {
  readonly thread: Expression;
  readonly returns: string;
})[] {
  return waitersOf(object, sizes).map((waiter, index) => ({
    thread: constant(index + 1),
    returns: `releases thread ${index + 1}`,
    when: [isWaiting(waiter)],
    effect: [set(waiter, constant(WAITER.released))],
  }));
}

/** One way to release some of the waiters. */
export interface Released {
  readonly count: number;
  readonly returns: string;
  readonly when: Expression;
  readonly effect: readonly Update[];
}

/**
 * The ways to release some of the waiters, at least one: the waiters are numbered from the first thread on, and each way
 * is a set of such numbers. Cost: fifteen ways, each as long as the square of the number of threads.
 */
export function someReleased(object: ObjectArgument, sizes: Sizes): readonly Released[] {
  const waiters = waitersOf(object, sizes);
  const before = waiters.map((_, index) =>
    waiters.slice(0, index).map(isWaiting).reduce(plus, constant(0)),
  );
  const total = waitersCount(object, sizes);
  const most = Math.min(waiters.length, CHOSEN_MAX);
  return Array.from({ length: 2 ** most - 1 }, (_, index) => {
    const ranks = Array.from({ length: most }, (__, rank) => rank).filter(
      (rank) => ((index + 1) & (2 ** rank)) !== 0,
    );
    const isChosen = (waiter: number): Expression =>
      or(...ranks.map((rank) => equals(before[waiter] ?? constant(0), constant(rank))));
    return {
      count: ranks.length,
      returns: `releases waiters ${ranks.join(", ")}`,
      when: and(atLeast(total, constant((ranks.at(-1) ?? -1) + 1)), not(tooMany(object, sizes))),
      effect: waiters.map((waiter, at) =>
        set(
          waiter,
          conditional(and(isWaiting(waiter), isChosen(at)), constant(WAITER.released), waiter),
        ),
      ),
    };
  });
}

/** How many threads wait. */
export function waitersCount(object: ObjectArgument, sizes: Sizes): Expression {
  return waitersOf(object, sizes).map(isWaiting).reduce(plus, constant(0));
}

function tooMany(object: ObjectArgument, sizes: Sizes): Expression {
  return sizes.threads <= CHOSEN_MAX
    ? constant(0)
    : lessThan(constant(CHOSEN_MAX), waitersCount(object, sizes));
}

/** More wait than the model can choose from. */
export function releaseLimit(object: ObjectArgument, sizes: Sizes): readonly Outcome[] {
  const when = tooMany(object, sizes);
  if (when.kind === "constant") return [];
  return [{ when: [when], effect: [], limit: `more than ${CHOSEN_MAX} threads released at once` }];
}
