/**
 * FAST_MUTEX: a lock held at APC_LEVEL, by one thread at a time, once.
 *
 * Pages: ExAcquireFastMutex, ExReleaseFastMutex, ExTryToAcquireFastMutex, the Unsafe forms, ExInitializeFastMutex (wdm.h);
 * kernel/fast-mutexes-and-guarded-mutexes. Whoever comes first takes a free mutex: a release hands it to nobody.
 *
 * | in Windows                        | in the model                              |
 * | the lock bit, the owner           | owner: nobody, or the thread that took it |
 * | OldIrql, kept in the mutex        | saved                                     |
 *
 * Left out: what a second release does to the lock word, which is not documented and may hang the next owner.
 */
import {
  and,
  conditional,
  constant,
  differs,
  type Expression,
  equals,
  lessThan,
} from "../ir/expression.ts";
import type { Update, Wait } from "../ir/program.ts";
import { levelType } from "./irql.ts";
import { LEVELS } from "./levels.ts";
import { objectKind, set, threadField } from "./object-kind.ts";
import { entered, left, outsideRegions, regionLimit, underflow } from "./regions.ts";
import { type Call, type IrqlContract, type Misuse, type Outcome, routine } from "./routine.ts";

const nobody = constant(0);
const apcLevel = constant(LEVELS.APC_LEVEL);

export const FAST_MUTEX = objectKind({
  name: "FAST_MUTEX",
  fields: { owner: threadField, saved: { type: () => levelType, initial: 0 } },
  holder: "owner",
  heldAtExit: "recorded",
});

type MutexCall = Call<readonly [typeof FAST_MUTEX]>;

const isFree = ({ objects: [mutex] }: MutexCall): Expression => equals(mutex.view.owner, nobody);

const atMostApc = (): IrqlContract => ({ atMost: "APC_LEVEL" });

/** A mutex that is free passes unnoticed above APC_LEVEL; waiting there stops the system. */
function waitsTooHigh(call: MutexCall): Misuse {
  return {
    rule: "irql-too-high",
    when: and(lessThan(apcLevel, call.thread.irql), differs(call.objects[0].view.owner, nobody)),
    says: "waits above APC_LEVEL, where no other thread can run on this processor",
  };
}

/** The caller owns the mutex, at APC_LEVEL. An IRQL that is higher already, against the contract, stays. */
function taken({ objects: [mutex], self, thread }: MutexCall): readonly Update[] {
  const raised = conditional(lessThan(thread.irql, apcLevel), apcLevel, thread.irql);
  return [
    set(mutex.view.owner, self),
    set(mutex.view.saved, thread.irql),
    set(thread.irql, raised),
  ];
}

function waitsFor({ objects: [mutex] }: MutexCall): Wait {
  return {
    object: mutex.display,
    kind: "lock",
    owner: mutex.view.owner,
    ...(mutex.block && { on: { block: mutex.block.name, index: mutex.index } }),
  };
}

function requested({ objects: [mutex] }: MutexCall): {
  readonly holder: string;
  readonly index: Expression;
} {
  return { holder: `${mutex.prefix}.owner`, index: mutex.index };
}

/** A free build notices nothing. */
function notOwned({ objects: [mutex], self }: MutexCall): Misuse {
  return {
    rule: "fast-mutex-not-owned",
    when: differs(mutex.view.owner, self),
    says: "released by a thread that does not own it",
    survives: true,
  };
}

/** The Unsafe forms want normal kernel APCs off: APC_LEVEL, or a critical or guarded region. */
function unprotected({ thread }: MutexCall): Misuse {
  return {
    rule: "irql-too-low",
    when: and(lessThan(thread.irql, apcLevel), outsideRegions(thread)),
    says: "called below APC_LEVEL and outside a critical region",
    survives: true,
  };
}

/**
 * Takes the mutex and raises the IRQL to APC_LEVEL.
 *
 * IRQL      at most APC_LEVEL.
 * Blocks    while somebody owns the mutex, the caller too; it waits at APC_LEVEL, which nobody else can see.
 * Effect    the caller owns the mutex, which keeps the old IRQL; the IRQL is APC_LEVEL.
 * Misuse    waiting above APC_LEVEL stops the system; taking the mutex again waits for ever.
 * Left out  fairness: any thread may take a mutex that was released.
 */
export const ExAcquireFastMutex = routine({
  name: "ExAcquireFastMutex",
  page: "wdm/nf-wdm-exacquirefastmutex",
  takes: [FAST_MUTEX],
  section: "enter",
  irql: atMostApc,
  misuse: (call) => [waitsTooHigh(call)],
  outcomes: (call) => [{ when: [isFree(call)], effect: taken(call) }],
  waits: waitsFor,
  requests: requested,
});

/**
 * Takes the mutex and leaves the IRQL as it is.
 *
 * IRQL      at most APC_LEVEL.
 * Blocks    while somebody owns the mutex, the caller too.
 * Effect    the caller owns the mutex.
 * Misuse    below APC_LEVEL outside a critical or guarded region; waiting above APC_LEVEL stops the system.
 * Left out  that a KMUTEX which the caller owns keeps normal kernel APCs off too; the page does not permit it.
 */
export const ExAcquireFastMutexUnsafe = routine({
  name: "ExAcquireFastMutexUnsafe",
  page: "wdm/nf-wdm-exacquirefastmutexunsafe",
  takes: [FAST_MUTEX],
  section: "enter",
  irql: atMostApc,
  misuse: (call) => [waitsTooHigh(call), unprotected(call)],
  outcomes: (call) => [
    { when: [isFree(call)], effect: [set(call.objects[0].view.owner, call.self)] },
  ],
  waits: waitsFor,
  requests: requested,
});

/**
 * KeEnterCriticalRegion and ExAcquireFastMutexUnsafe in one. It has no page of its own.
 *
 * IRQL      at most APC_LEVEL.
 * Blocks    while somebody owns the mutex, the caller too; it waits in the region, which nobody else can see.
 * Effect    the caller is in one more critical region and owns the mutex.
 * Misuse    waiting above APC_LEVEL stops the system.
 * Left out  nothing.
 */
export const ExEnterCriticalRegionAndAcquireFastMutexUnsafe = routine({
  name: "ExEnterCriticalRegionAndAcquireFastMutexUnsafe",
  page: "wdm/nf-wdm-exacquirefastmutexunsafe",
  takes: [FAST_MUTEX],
  section: "enter",
  irql: atMostApc,
  misuse: (call) => [waitsTooHigh(call)],
  outcomes: (call): readonly Outcome[] => {
    const enters = entered(call.thread.apcDisable, call.sizes);
    const own = set(call.objects[0].view.owner, call.self);
    return [
      { when: [enters.possible, isFree(call)], effect: [own, ...enters.effect] },
      regionLimit(enters),
    ];
  },
  waits: waitsFor,
  requests: requested,
});

/**
 * Makes a mutex that nobody owns.
 *
 * IRQL      at most DISPATCH_LEVEL.
 * Blocks    never.
 * Effect    the owner is cleared.
 * Misuse    none that Windows detects; a mutex that is initialised while it is owned is free afterwards.
 * Left out  nothing.
 */
export const ExInitializeFastMutex = routine({
  name: "ExInitializeFastMutex",
  page: "wdm/nf-wdm-exinitializefastmutex",
  takes: [FAST_MUTEX],
  irql: () => ({ atMost: "DISPATCH_LEVEL" }),
  outcomes: ({ objects: [mutex] }) => [
    { when: [], effect: [set(mutex.view.owner, nobody), set(mutex.view.saved, constant(0))] },
  ],
});

/**
 * Gives the mutex back and restores the IRQL that it keeps.
 *
 * IRQL      APC_LEVEL.
 * Blocks    never.
 * Effect    nobody owns the mutex; the caller's IRQL becomes the one that the mutex keeps.
 * Misuse    the caller is not the owner: the mutex is free all the same, and the caller gets another thread's IRQL.
 * Left out  nothing.
 */
export const ExReleaseFastMutex = routine({
  name: "ExReleaseFastMutex",
  page: "wdm/nf-wdm-exreleasefastmutex",
  takes: [FAST_MUTEX],
  section: "leave",
  irql: () => ({ atLeast: "APC_LEVEL", atMost: "APC_LEVEL" }),
  misuse: (call) => [notOwned(call)],
  outcomes: ({ objects: [mutex], thread }) => [
    { when: [], effect: [set(mutex.view.owner, nobody), set(thread.irql, mutex.view.saved)] },
  ],
});

/**
 * Gives the mutex back and leaves the IRQL as it is.
 *
 * IRQL      at most APC_LEVEL.
 * Blocks    never.
 * Effect    nobody owns the mutex.
 * Misuse    the caller is not the owner; below APC_LEVEL outside a critical or guarded region.
 * Left out  nothing.
 */
export const ExReleaseFastMutexUnsafe = routine({
  name: "ExReleaseFastMutexUnsafe",
  page: "wdm/nf-wdm-exreleasefastmutexunsafe",
  takes: [FAST_MUTEX],
  section: "leave",
  irql: atMostApc,
  misuse: (call) => [notOwned(call), unprotected(call)],
  outcomes: ({ objects: [mutex] }) => [{ when: [], effect: [set(mutex.view.owner, nobody)] }],
});

/**
 * ExReleaseFastMutexUnsafe and KeLeaveCriticalRegion in one. It has no page of its own.
 *
 * IRQL      at most APC_LEVEL.
 * Blocks    never.
 * Effect    nobody owns the mutex; the caller is in one critical region less.
 * Misuse    the caller is not the owner; it is in no critical region.
 * Left out  nothing.
 */
export const ExReleaseFastMutexUnsafeAndLeaveCriticalRegion = routine({
  name: "ExReleaseFastMutexUnsafeAndLeaveCriticalRegion",
  page: "wdm/nf-wdm-exreleasefastmutexunsafe",
  takes: [FAST_MUTEX],
  section: "leave",
  irql: atMostApc,
  misuse: (call) => [notOwned(call), underflow(call.thread.apcDisable, "critical")],
  outcomes: ({ objects: [mutex], thread }) => [
    { when: [], effect: [set(mutex.view.owner, nobody), left(thread.apcDisable)] },
  ],
});

/**
 * Takes the mutex if it is free, and raises the IRQL to APC_LEVEL.
 *
 * IRQL      at most APC_LEVEL.
 * Blocks    never.
 * Effect    TRUE: as ExAcquireFastMutex. FALSE: none.
 * Misuse    none beside the IRQL.
 * Left out  nothing.
 */
export const ExTryToAcquireFastMutex = routine({
  name: "ExTryToAcquireFastMutex",
  page: "wdm/nf-wdm-extrytoacquirefastmutex",
  takes: [FAST_MUTEX],
  section: "enter",
  results: { acquired: { kind: "boolean" } },
  irql: atMostApc,
  outcomes: (call) => [
    {
      returns: "TRUE",
      when: [isFree(call)],
      effect: taken(call),
      results: { acquired: constant(1) },
    },
    {
      returns: "FALSE",
      when: [differs(call.objects[0].view.owner, nobody)],
      effect: [],
      results: { acquired: constant(0) },
    },
  ],
});
