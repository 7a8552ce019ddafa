/**
 * KSEMAPHORE: a count that waits take from and releases add to, up to a limit.
 *
 * Pages: KeInitializeSemaphore, KeReleaseSemaphore, KeReadStateSemaphore (wdm.h); kernel/semaphore-objects.
 *
 * | in Windows           | in the model                                   |
 * | signal state         | count                                          |
 * | Limit                | limit                                          |
 * | threads that wait    | see waiters.ts: only where threads are placed  |
 */
import {
  and,
  atMost,
  constant,
  equals,
  greaterThan,
  lessThan,
  minus,
  or,
  plus,
} from "../ir/expression.ts";
import { objectKind, set } from "./object-kind.ts";
import { type Outcome, routine } from "./routine.ts";
import {
  forgotten,
  queues,
  releaseLimit,
  someReleased,
  waiterField,
  waitersCount,
} from "./waiters.ts";

/** What a LONG can count. */
const COUNT_MAX = 2 ** 31 - 1;
const countType = { kind: "range", min: 0, max: COUNT_MAX } as const;

export const KSEMAPHORE = objectKind({
  name: "KSEMAPHORE",
  fields: {
    count: { type: () => countType, initial: 0 },
    limit: { type: () => countType, initial: COUNT_MAX },
  },
  perThread: { waiter: waiterField },
  dispatcher: {
    kind: "signal",
    signaledFor: (semaphore) => greaterThan(semaphore.count, constant(0)),
    onSatisfied: (semaphore) => [set(semaphore.count, minus(semaphore.count, constant(1)))],
  },
});

/**
 * Makes a semaphore with a count and a limit.
 *
 * IRQL      PASSIVE_LEVEL.
 * Blocks    never.
 * Effect    count and limit are set, and whoever waits is forgotten.
 * Misuse    none that Windows detects.
 * Left out  a count above the limit, which the first release reports.
 */
export const KeInitializeSemaphore = routine({
  name: "KeInitializeSemaphore",
  page: "wdm/nf-wdm-keinitializesemaphore",
  takes: [KSEMAPHORE],
  values: ["count", "limit"],
  irql: () => ({ atMost: "PASSIVE_LEVEL" }),
  outcomes: ({ objects: [semaphore], values, sizes }) => [
    {
      when: [],
      effect: [
        set(semaphore.view.count, values.count ?? constant(0)),
        set(semaphore.view.limit, values.limit ?? constant(COUNT_MAX)),
        ...forgotten(semaphore, sizes),
      ],
    },
  ],
});

/**
 * Reads the count.
 *
 * IRQL      any.
 * Blocks    never.
 * Effect    none; returns the count.
 * Misuse    none; but what it returns may be false by the time it is used.
 * Left out  nothing.
 */
export const KeReadStateSemaphore = routine({
  name: "KeReadStateSemaphore",
  page: "wdm/nf-wdm-kereadstatesemaphore",
  takes: [KSEMAPHORE],
  results: { count: countType },
  irql: () => ({ atMost: "HIGH_LEVEL" }),
  outcomes: ({ objects: [semaphore] }) => [
    { when: [], effect: [], results: { count: semaphore.view.count } },
  ],
});

/**
 * Adds to the count and lets as many waiters pass as it then admits, whichever.
 *
 * IRQL      at most DISPATCH_LEVEL.
 * Blocks    never.
 * Effect    the count rises by the adjustment, less the waiters released; returns the former count.
 * Misuse    beyond the limit, or with a negative adjustment: an exception; an adjustment of zero is not permitted.
 * Left out  Wait = TRUE; the released threads' priority boost.
 */
export const KeReleaseSemaphore = routine({
  name: "KeReleaseSemaphore",
  page: "wdm/nf-wdm-kereleasesemaphore",
  takes: [KSEMAPHORE],
  values: ["adjustment"],
  results: { previous: countType },
  irql: () => ({ atMost: "DISPATCH_LEVEL" }),
  misuse: ({ objects: [{ view }], values: { adjustment = constant(1) } }) => [
    {
      rule: "semaphore-limit",
      when: or(
        lessThan(adjustment, constant(0)),
        greaterThan(plus(view.count, adjustment), view.limit),
      ),
      says: "the count would pass the limit, or fall",
    },
    {
      rule: "semaphore-limit",
      when: equals(adjustment, constant(0)),
      says: "the adjustment must be greater than zero",
      survives: true,
    },
  ],
  outcomes: (call): readonly Outcome[] => {
    const [semaphore] = call.objects;
    const { count } = semaphore.view;
    const { adjustment = constant(1) } = call.values;
    const adds = { effect: [set(count, plus(count, adjustment))], results: { previous: count } };
    if (!queues(semaphore, call.sizes)) return [{ when: [], ...adds }];
    const waiting = waitersCount(semaphore, call.sizes);
    const nobody = or(equals(waiting, constant(0)), equals(adjustment, constant(0)));
    const ways = someReleased(semaphore, call.sizes).map((way): Outcome => {
      const released = constant(way.count);
      const asMany = or(
        and(equals(released, adjustment), atMost(released, waiting)),
        and(equals(released, waiting), lessThan(waiting, adjustment)),
      );
      return {
        returns: way.returns,
        when: [way.when, asMany],
        // While anybody waits, the count is zero.
        effect: [set(count, minus(adjustment, released)), ...way.effect],
        results: { previous: constant(0) },
      };
    });
    return [
      { returns: "releases nobody", when: [nobody], ...adds },
      ...ways,
      ...releaseLimit(semaphore, call.sizes),
    ];
  },
});
