/**
 * KMUTEX: a dispatcher object that one thread at a time owns, and that its owner may acquire again.
 *
 * Pages: KeInitializeMutex, KeReleaseMutex, KeReadStateMutex, KeWaitForSingleObject (wdm.h).
 *
 * | in Windows             | in the model          |
 * | signaled               | owner = nobody        |
 * | held n times by t      | owner = t, depth = n  |
 * | threads that wait      | see waiters.ts        |
 */
import { and, atLeast, constant, differs, equals, minus, or, plus } from "../ir/expression.ts";
import { depthField, objectKind, set, threadField } from "./object-kind.ts";
import { routine } from "./routine.ts";
import { forgotten, nobodyWaits, oneReleased, waiterField } from "./waiters.ts";

const nobody = constant(0);

export const KMUTEX = objectKind({
  name: "KMUTEX",
  fields: { owner: threadField, depth: depthField },
  perThread: { waiter: waiterField },
  holder: "owner",
  heldAtExit: "fatal",
  dispatcher: {
    kind: "lock",
    signaledFor: (mutex, self) => or(equals(mutex.owner, nobody), equals(mutex.owner, self)),
    onSatisfied: (mutex, self) => [
      set(mutex.owner, self),
      set(mutex.depth, plus(mutex.depth, constant(1))),
    ],
    owner: (mutex) => mutex.owner,
    limit: (mutex, self, { depth }) => ({
      name: `recursion of KMUTEX deeper than ${depth}`,
      when: and(equals(mutex.owner, self), equals(mutex.depth, constant(depth))),
    }),
  },
});

/**
 * Makes a mutex that nobody owns.
 *
 * IRQL      any.
 * Blocks    never.
 * Effect    the owner is cleared, and whoever waits is forgotten.
 * Misuse    none that Windows detects; a mutex that is initialised while it is owned is free afterwards.
 * Left out  the level, which Windows ignores.
 */
export const KeInitializeMutex = routine({
  name: "KeInitializeMutex",
  page: "wdm/nf-wdm-keinitializemutex",
  irql: () => ({ atMost: "HIGH_LEVEL" }),
  takes: [KMUTEX],
  outcomes: ({ objects: [mutex], sizes }) => [
    {
      when: [],
      effect: [
        set(mutex.view.owner, nobody),
        set(mutex.view.depth, constant(0)),
        ...forgotten(mutex, sizes),
      ],
    },
  ],
});

/**
 * Reads whether the mutex is free.
 *
 * IRQL      at most DISPATCH_LEVEL.
 * Blocks    never.
 * Effect    none; returns 1 if the mutex is signaled, else 0.
 * Misuse    none; but what it returns may be false by the time it is used.
 * Left out  how negative the count is while the mutex is held more than once.
 */
export const KeReadStateMutex = routine({
  name: "KeReadStateMutex",
  page: "wdm/nf-wdm-kereadstatemutex",
  irql: () => ({ atMost: "DISPATCH_LEVEL" }),
  takes: [KMUTEX],
  results: { state: { kind: "boolean" } },
  outcomes: ({ objects: [mutex] }) => [
    { when: [], effect: [], results: { state: equals(mutex.view.owner, nobody) } },
  ],
});

/**
 * Takes back one acquisition; the mutex is signaled once as many were taken back as were made.
 *
 * IRQL      at most DISPATCH_LEVEL.
 * Blocks    never.
 * Effect    depth falls by one; at the last one the owner is cleared, or a waiter becomes the owner.
 * Misuse    the caller is not the owner: Windows raises an exception, which in a driver nobody catches.
 * Left out  Wait = TRUE; the next owner's priority boost; that an acquisition at DISPATCH_LEVEL binds the release to it.
 */
export const KeReleaseMutex = routine({
  name: "KeReleaseMutex",
  page: "wdm/nf-wdm-kereleasemutex",
  irql: () => ({ atMost: "DISPATCH_LEVEL", rule: "release-above-dispatch", fatal: true }),
  takes: [KMUTEX],
  section: "leave",
  misuse: ({ objects: [mutex], self, acquires }) => [
    {
      rule: acquires ? "double-release" : "mutex-not-owned",
      when: equals(mutex.view.owner, nobody),
      says: acquires
        ? "released once more than it was acquired"
        : "released although nobody owns it",
    },
    {
      rule: "mutex-not-owned",
      when: differs(mutex.view.owner, self),
      says: "released by a thread that does not own it",
    },
  ],
  outcomes: ({ objects: [mutex], sizes }) => [
    {
      returns: "still held",
      when: [atLeast(mutex.view.depth, constant(2))],
      effect: [set(mutex.view.depth, minus(mutex.view.depth, constant(1)))],
    },
    {
      returns: "signaled",
      when: [equals(mutex.view.depth, constant(1)), nobodyWaits(mutex, sizes)],
      effect: [set(mutex.view.owner, nobody), set(mutex.view.depth, constant(0))],
    },
    // The waiter holds it once, as the caller did: the depth stays 1.
    ...oneReleased(mutex, sizes).map(({ thread, returns, when, effect }) => ({
      returns,
      when: [equals(mutex.view.depth, constant(1)), ...when],
      effect: [set(mutex.view.owner, thread), ...effect],
    })),
  ],
});
