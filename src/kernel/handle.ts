/**
 * Handles and references of thread objects.
 *
 * Pages: ObReferenceObjectByHandle, ObfReferenceObject, ObDereferenceObject, ZwClose (wdm.h); life-cycle-of-an-object.
 *
 * | in Windows                             | in the model                          |
 * | an entry of the handle table           | handle.state, one handle per creation |
 * | the driver's share of PointerCount     | thread.references                     |
 *
 * A handle is its allocation: one that was closed is invalid for good, even if Windows has given its value away again.
 */
import { constant, differs, equals, lessThan, minus, plus } from "../ir/expression.ts";
import { objectKind, set } from "./object-kind.ts";
import { type Misuse, type ObjectArgument, type Outcome, routine, unusable } from "./routine.ts";
import { statusType, statusValue } from "./status.ts";
import { THREAD, threadAt } from "./thread.ts";

export const HANDLE_STATE = { never: 0, open: 1, closed: 2 } as const;

/** Prefix of the handles; the index is the number of the thread whose creation returned the handle. */
export const HANDLE_PREFIX = "handle";

export const HANDLE = objectKind({
  name: "handle",
  fields: {
    state: {
      type: () => ({
        kind: "enumeration",
        name: "handle",
        members: ["not made", "open", "closed"],
      }),
      initial: 0,
    },
  },
});

function notOpen({ view, index, display }: ObjectArgument<typeof HANDLE>): readonly Misuse[] {
  return [
    {
      rule: "invalid-handle",
      when: equals(index, constant(0)),
      says: `${display} is null`,
    },
    {
      rule: "invalid-handle",
      when: differs(view.state, constant(HANDLE_STATE.open)),
      says: `${display} was closed; its value may name another object by now`,
    },
  ];
}

const referenceLimit = (depth: number): string => `more than ${depth} references to one object`;

/**
 * Gives back one reference that the driver took.
 *
 * IRQL      at most DISPATCH_LEVEL.
 * Blocks    never.
 * Effect    the driver holds one reference less.
 * Misuse    the driver holds none.
 * Left out  deletion of the object, which touches nothing of the driver's.
 */
export const ObDereferenceObject = routine({
  name: "ObDereferenceObject",
  page: "wdm/nf-wdm-obdereferenceobject",
  takes: [THREAD],
  irql: () => ({ atMost: "DISPATCH_LEVEL" }),
  misuse: ({ objects: [thread] }) => [
    {
      rule: "over-dereference",
      when: equals(thread.view.references, constant(0)),
      says: "dereferenced more often than it was referenced",
    },
  ],
  outcomes: ({ objects: [thread] }) => [
    { when: [], effect: [set(thread.view.references, minus(thread.view.references, constant(1)))] },
  ],
});

/**
 * Takes one more reference to an object that the driver holds a reference to.
 *
 * IRQL      at most DISPATCH_LEVEL.
 * Blocks    never.
 * Effect    the driver holds one reference more.
 * Misuse    the driver holds none.
 * Left out  nothing.
 */
export const ObReferenceObject = routine({
  name: "ObReferenceObject",
  page: "wdm/nf-wdm-obreferenceobject",
  takes: [THREAD],
  irql: () => ({ atMost: "DISPATCH_LEVEL" }),
  misuse: ({ objects: [thread] }) => unusable(thread),
  outcomes: ({ objects: [thread], sizes }) => [
    {
      when: [lessThan(thread.view.references, constant(sizes.depth))],
      effect: [set(thread.view.references, plus(thread.view.references, constant(1)))],
    },
    {
      when: [equals(thread.view.references, constant(sizes.depth))],
      effect: [],
      limit: referenceLimit(sizes.depth),
    },
  ],
});

/**
 * Turns a handle into a referenced pointer to its object.
 *
 * IRQL      PASSIVE_LEVEL.
 * Blocks    never.
 * Effect    the driver holds one reference more; the handle stays open.
 * Misuse    a handle that was closed, or null.
 * Left out  access rights and types, which a kernel-mode caller that passes none is not asked for.
 */
export const ObReferenceObjectByHandle = routine({
  name: "ObReferenceObjectByHandle",
  fallible: true,
  page: "wdm/nf-wdm-obreferenceobjectbyhandle",
  takes: [HANDLE],
  results: { object: { kind: "reference", to: "thread", slots: 0 }, status: statusType },
  irql: () => ({ atMost: "PASSIVE_LEVEL" }),
  misuse: ({ objects: [handle] }) => notOpen(handle),
  outcomes: ({ objects: [handle], sizes }): readonly Outcome[] => {
    const thread = threadAt(handle.index);
    return [
      {
        returns: "STATUS_SUCCESS",
        when: [lessThan(thread.references, constant(sizes.depth))],
        effect: [set(thread.references, plus(thread.references, constant(1)))],
        results: { object: handle.index, status: constant(statusValue("STATUS_SUCCESS")) },
      },
      {
        when: [equals(thread.references, constant(sizes.depth))],
        effect: [],
        limit: referenceLimit(sizes.depth),
      },
      {
        returns: "STATUS_UNSUCCESSFUL",
        when: [],
        effect: [],
        results: { object: constant(0), status: constant(statusValue("STATUS_UNSUCCESSFUL")) },
        fault: "handle-reference",
      },
    ];
  },
});

/**
 * The function behind ObDereferenceObject. It has no page of its own.
 *
 * IRQL      at most DISPATCH_LEVEL.
 * Blocks    never.
 * Effect    as ObDereferenceObject.
 * Misuse    as ObDereferenceObject.
 * Left out  the count that it returns, which nobody may rely on.
 */
export const ObfDereferenceObject = routine({
  ...ObDereferenceObject,
  name: "ObfDereferenceObject",
});

/**
 * The function behind ObReferenceObject.
 *
 * IRQL      at most DISPATCH_LEVEL.
 * Blocks    never.
 * Effect    as ObReferenceObject.
 * Misuse    as ObReferenceObject.
 * Left out  the count that it returns, which nobody may rely on.
 */
export const ObfReferenceObject = routine({
  ...ObReferenceObject,
  name: "ObfReferenceObject",
  page: "wdm/nf-wdm-obfreferenceobject",
});

/**
 * Closes a handle; references taken through it stay.
 *
 * IRQL      PASSIVE_LEVEL.
 * Blocks    never.
 * Effect    the handle is invalid from now on.
 * Misuse    a handle that was closed before, or null.
 * Left out  handles of user mode.
 */
export const ZwClose = routine({
  name: "ZwClose",
  page: "wdm/nf-wdm-zwclose",
  takes: [HANDLE],
  irql: () => ({ atMost: "PASSIVE_LEVEL" }),
  misuse: ({ objects: [handle] }) => notOpen(handle),
  outcomes: ({ objects: [handle] }) => [
    { when: [], effect: [set(handle.view.state, constant(HANDLE_STATE.closed))] },
  ],
});
