/**
 * KSPIN_LOCK: a lock for which a processor spins, held at DISPATCH_LEVEL.
 *
 * Pages: KeAcquireSpinLock, KeReleaseSpinLock, their AtDpcLevel forms, KeInitializeSpinLock (wdm.h);
 * kernel/introduction-to-spin-locks. A lock is taken as on a machine with several processors, where every form locks.
 *
 * | in Windows                  | in the model                                   |
 * | the lock word               | owner: nobody, or the thread that took it      |
 * | the IRQL saved by a raise   | the caller's stack of raises (see thread.ts)   |
 *
 * Left out: the order among those who spin; the time that a lock may be held.
 */
import { constant, differs, type Expression, equals } from "../ir/expression.ts";
import type { Wait } from "../ir/program.ts";
import { latest, levelType, lowered, notRestored, raised } from "./irql.ts";
import { LEVELS } from "./levels.ts";
import { objectKind, set, threadField } from "./object-kind.ts";
import { type Call, type Misuse, type Outcome, routine } from "./routine.ts";

const nobody = constant(0);
const dispatchLevel = constant(LEVELS.DISPATCH_LEVEL);

export const KSPIN_LOCK = objectKind({
  name: "KSPIN_LOCK",
  fields: { owner: threadField },
  holder: "owner",
  heldAtExit: "recorded",
});

type SpinLockCall = Call<readonly [typeof KSPIN_LOCK]>;

/** The end of the spinning: the lock is free, and the caller takes it. */
function taken(call: SpinLockCall): Outcome {
  const [lock] = call.objects;
  return { when: [equals(lock.view.owner, nobody)], effect: [set(lock.view.owner, call.self)] };
}

function spins({ objects: [lock] }: SpinLockCall): Wait {
  return {
    object: lock.display,
    kind: "lock",
    owner: lock.view.owner,
    ...(lock.block && { on: { block: lock.block.name, index: lock.index } }),
  };
}

function requested({ objects: [lock] }: SpinLockCall): {
  readonly holder: string;
  readonly index: Expression;
} {
  return { holder: `${lock.prefix}.owner`, index: lock.index };
}

/** A free build clears the lock word whoever holds the lock. */
function notHeld({ objects: [lock], self }: SpinLockCall): Misuse {
  return {
    rule: "spin-lock-not-held",
    when: differs(lock.view.owner, self),
    says: "released by a thread that does not hold it",
    survives: true,
  };
}

/**
 * Raises the IRQL to DISPATCH_LEVEL, then spins until the lock is free and takes it.
 *
 * IRQL      at most DISPATCH_LEVEL.
 * Blocks    while the lock is held, by the caller too; meanwhile nothing below DISPATCH_LEVEL runs on its processor.
 * Effect    first the IRQL is raised; then the caller holds the lock, and gets the old IRQL.
 * Misuse    none beside the IRQL; taking the lock again spins for ever.
 * Left out  nothing.
 */
export const KeAcquireSpinLock = routine({
  name: "KeAcquireSpinLock",
  page: "wdm/nf-wdm-keacquirespinlock",
  takes: [KSPIN_LOCK],
  section: "enter",
  results: { old: levelType },
  irql: () => ({ atMost: "DISPATCH_LEVEL" }),
  arrives: (call) => raised(call, dispatchLevel).map(({ results: _, ...outcome }) => outcome),
  outcomes: (call) => [{ ...taken(call), results: { old: latest(call.thread) } }],
  waits: spins,
  requests: requested,
});

/**
 * Spins until the lock is free and takes it, at an IRQL that was raised before.
 *
 * IRQL      at least DISPATCH_LEVEL.
 * Blocks    while the lock is held, by the caller too.
 * Effect    the caller holds the lock; the IRQL stays.
 * Misuse    none beside the IRQL: below DISPATCH_LEVEL the holder can be preempted by a thread that then spins for ever.
 * Left out  that another page of the documentation forbids it above DISPATCH_LEVEL.
 */
export const KeAcquireSpinLockAtDpcLevel = routine({
  name: "KeAcquireSpinLockAtDpcLevel",
  page: "wdm/nf-wdm-keacquirespinlockatdpclevel",
  takes: [KSPIN_LOCK],
  section: "enter",
  irql: () => ({ atLeast: "DISPATCH_LEVEL", atMost: "HIGH_LEVEL" }),
  outcomes: (call) => [taken(call)],
  waits: spins,
  requests: requested,
});

/**
 * As KeAcquireSpinLock, with the old IRQL as its return value.
 *
 * IRQL      at most DISPATCH_LEVEL.
 * Blocks    as KeAcquireSpinLock.
 * Effect    as KeAcquireSpinLock.
 * Misuse    none beside the IRQL.
 * Left out  nothing.
 */
export const KeAcquireSpinLockRaiseToDpc = routine({
  ...KeAcquireSpinLock,
  name: "KeAcquireSpinLockRaiseToDpc",
  page: "wdm/nf-wdm-keacquirespinlockraisetodpc",
});

/**
 * Makes a lock that nobody holds.
 *
 * IRQL      any.
 * Blocks    never.
 * Effect    the owner is cleared.
 * Misuse    none that Windows detects; a lock that is initialised while it is held is free afterwards.
 * Left out  nothing.
 */
export const KeInitializeSpinLock = routine({
  name: "KeInitializeSpinLock",
  page: "wdm/nf-wdm-keinitializespinlock",
  takes: [KSPIN_LOCK],
  irql: () => ({ atMost: "HIGH_LEVEL" }),
  outcomes: ({ objects: [lock] }) => [{ when: [], effect: [set(lock.view.owner, nobody)] }],
});

/**
 * Gives the lock back and restores the IRQL that taking it saved.
 *
 * IRQL      DISPATCH_LEVEL.
 * Blocks    never.
 * Effect    nobody holds the lock; the caller's IRQL becomes the given one.
 * Misuse    the caller does not hold the lock, which is free all the same; another IRQL than the latest raise saved.
 * Left out  which of several locks an old IRQL belongs to: only the order of raises counts.
 */
export const KeReleaseSpinLock = routine({
  name: "KeReleaseSpinLock",
  page: "wdm/nf-wdm-kereleasespinlock",
  takes: [KSPIN_LOCK],
  values: ["level"],
  section: "leave",
  irql: () => ({ atLeast: "DISPATCH_LEVEL", atMost: "DISPATCH_LEVEL" }),
  misuse: (call) => [notHeld(call), notRestored(call, call.values.level ?? constant(0))],
  outcomes: (call) => [
    {
      when: [],
      effect: [
        set(call.objects[0].view.owner, nobody),
        ...lowered(call, call.values.level ?? constant(0)),
      ],
    },
  ],
});

/**
 * Gives the lock back and leaves the IRQL as it is.
 *
 * IRQL      DISPATCH_LEVEL.
 * Blocks    never.
 * Effect    nobody holds the lock.
 * Misuse    the caller does not hold the lock, which is free all the same.
 * Left out  nothing.
 */
export const KeReleaseSpinLockFromDpcLevel = routine({
  name: "KeReleaseSpinLockFromDpcLevel",
  page: "wdm/nf-wdm-kereleasespinlockfromdpclevel",
  takes: [KSPIN_LOCK],
  section: "leave",
  irql: () => ({ atLeast: "DISPATCH_LEVEL", atMost: "DISPATCH_LEVEL" }),
  misuse: (call) => [notHeld(call)],
  outcomes: ({ objects: [lock] }) => [{ when: [], effect: [set(lock.view.owner, nobody)] }],
});

/**
 * Takes the lock if it is free.
 *
 * IRQL      DISPATCH_LEVEL.
 * Blocks    never.
 * Effect    TRUE: the caller holds the lock. FALSE: none.
 * Misuse    none beside the IRQL.
 * Left out  nothing.
 */
export const KeTryToAcquireSpinLockAtDpcLevel = routine({
  name: "KeTryToAcquireSpinLockAtDpcLevel",
  page: "wdm/nf-wdm-ketrytoacquirespinlockatdpclevel",
  takes: [KSPIN_LOCK],
  section: "enter",
  results: { acquired: { kind: "boolean" } },
  irql: () => ({ atLeast: "DISPATCH_LEVEL", atMost: "DISPATCH_LEVEL" }),
  outcomes: (call) => [
    { returns: "TRUE", ...taken(call), results: { acquired: constant(1) } },
    {
      returns: "FALSE",
      when: [differs(call.objects[0].view.owner, nobody)],
      effect: [],
      results: { acquired: constant(0) },
    },
  ],
});
