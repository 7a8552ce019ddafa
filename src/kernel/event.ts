/**
 * KEVENT: a flag that threads wait for. A notification event lets everybody pass until it is cleared; a synchronization
 * event lets one thread pass and is not signaled any more.
 *
 * Pages: KeInitializeEvent, KeSetEvent, KeClearEvent, KeResetEvent, KeReadStateEvent (wdm.h), KePulseEvent (ntddk.h);
 * kernel/introduction-to-kernel-dispatcher-objects.
 *
 * | in Windows                | in the model                                  |
 * | EVENT_TYPE                | type                                          |
 * | signal state              | state                                         |
 * | threads that wait         | see waiters.ts: only if the event is ever cleared, reset or pulsed, or threads are placed |
 *
 * Left out: Wait = TRUE; priority boosts.
 */
import { and, conditional, constant, type Expression, equals } from "../ir/expression.ts";
import type { Type } from "../ir/type.ts";
import { objectKind, set, truthField } from "./object-kind.ts";
import { type Call, type Outcome, routine } from "./routine.ts";
import {
  allReleased,
  forgotten,
  nobodyWaits,
  oneReleased,
  queues,
  releaseLimit,
  someReleased,
  waiterField,
} from "./waiters.ts";

/** The kinds of events, as EVENT_TYPE numbers them. */
export const NotificationEvent = 0;
export const SynchronizationEvent = 1;

const eventType: Type = {
  kind: "enumeration",
  name: "EVENT_TYPE",
  members: ["NotificationEvent", "SynchronizationEvent"],
};

const signaled = constant(1);
const notSignaled = constant(0);

export const KEVENT = objectKind({
  name: "KEVENT",
  fields: { type: { type: () => eventType, initial: NotificationEvent }, state: truthField },
  perThread: { waiter: waiterField },
  dispatcher: {
    kind: "signal",
    signaledFor: (event) => equals(event.state, signaled),
    onSatisfied: (event) => [
      set(
        event.state,
        conditional(equals(event.type, constant(SynchronizationEvent)), notSignaled, event.state),
      ),
    ],
  },
});

type EventCall = Call<readonly [typeof KEVENT]>;

const isKind = ({ objects: [event] }: EventCall, kind: number): Expression =>
  equals(event.view.type, constant(kind));

/** What the call returns: whether the event was signaled before. */
const previous = ({
  objects: [event],
}: EventCall): { readonly results: { readonly previous: Expression } } => ({
  results: { previous: event.view.state },
});

/** While anybody waits, the event is not signaled: that is what the call returns, and what it leaves. */
const wasNotSignaled = { results: { previous: notSignaled } } as const;

/** Lets one waiter of a synchronization event pass, whichever. */
function onePasses(call: EventCall): readonly Outcome[] {
  const [event] = call.objects;
  return oneReleased(event, call.sizes).map(({ returns, when, effect }) => ({
    returns,
    when: [isKind(call, SynchronizationEvent), ...when],
    effect,
    ...wasNotSignaled,
  }));
}

/**
 * Makes the event not signaled.
 *
 * IRQL      at most DISPATCH_LEVEL.
 * Blocks    never.
 * Effect    the event is not signaled; whoever a set released before is not held back.
 * Misuse    none.
 * Left out  nothing.
 */
export const KeClearEvent = routine({
  name: "KeClearEvent",
  page: "wdm/nf-wdm-keclearevent",
  takes: [KEVENT],
  revokes: true,
  irql: () => ({ atMost: "DISPATCH_LEVEL" }),
  outcomes: ({ objects: [event] }) => [{ when: [], effect: [set(event.view.state, notSignaled)] }],
});

/**
 * Makes an event of the given kind and state.
 *
 * IRQL      any.
 * Blocks    never.
 * Effect    kind and state are set, and whoever waits is forgotten.
 * Misuse    none that Windows detects.
 * Left out  that initialising an event in use can revoke a signal, as a clear does: such an event needs a clear.
 */
export const KeInitializeEvent = routine({
  name: "KeInitializeEvent",
  page: "wdm/nf-wdm-keinitializeevent",
  takes: [KEVENT],
  values: ["type", "state"],
  irql: () => ({ atMost: "HIGH_LEVEL" }),
  outcomes: ({ objects: [event], values, sizes }) => [
    {
      when: [],
      effect: [
        set(event.view.type, values.type ?? constant(NotificationEvent)),
        set(event.view.state, values.state ?? notSignaled),
        ...forgotten(event, sizes),
      ],
    },
  ],
});

/**
 * Lets those pass who wait now, and leaves the event not signaled.
 *
 * IRQL      at most DISPATCH_LEVEL.
 * Blocks    never.
 * Effect    waiters are released (one of a synchronization event), each of whom may miss it; not signaled afterwards.
 * Misuse    none; but a waiter that serves an APC at that moment misses the pulse, so nobody should rely on it.
 * Left out  Wait = TRUE.
 */
export const KePulseEvent = routine({
  name: "KePulseEvent",
  page: "ntddk/nf-ntddk-kepulseevent",
  takes: [KEVENT],
  revokes: true,
  results: { previous: { kind: "boolean" } },
  irql: () => ({ atMost: "DISPATCH_LEVEL" }),
  outcomes: (call): readonly Outcome[] => {
    const [event] = call.objects;
    const notification = isKind(call, NotificationEvent);
    return [
      {
        returns: "releases nobody",
        when: [],
        effect: [set(event.view.state, notSignaled)],
        ...previous(call),
      },
      ...someReleased(event, call.sizes).map(({ returns, when, effect }) => ({
        returns,
        when: [notification, when],
        effect,
        ...wasNotSignaled,
      })),
      ...releaseLimit(event, call.sizes).map((bound) => ({
        ...bound,
        when: [notification, ...bound.when],
      })),
      ...onePasses(call),
    ];
  },
});

/**
 * Reads whether the event is signaled.
 *
 * IRQL      at most DISPATCH_LEVEL.
 * Blocks    never.
 * Effect    none; returns 1 if the event is signaled, else 0.
 * Misuse    none; but what it returns may be false by the time it is used.
 * Left out  nothing.
 */
export const KeReadStateEvent = routine({
  name: "KeReadStateEvent",
  page: "wdm/nf-wdm-kereadstateevent",
  takes: [KEVENT],
  results: { state: { kind: "boolean" } },
  irql: () => ({ atMost: "DISPATCH_LEVEL" }),
  outcomes: ({ objects: [event] }) => [
    { when: [], effect: [], results: { state: event.view.state } },
  ],
});

/**
 * Makes the event not signaled, and tells what it was.
 *
 * IRQL      at most DISPATCH_LEVEL.
 * Blocks    never.
 * Effect    as KeClearEvent; returns the former state.
 * Misuse    none.
 * Left out  nothing.
 */
export const KeResetEvent = routine({
  name: "KeResetEvent",
  page: "wdm/nf-wdm-keresetevent",
  takes: [KEVENT],
  revokes: true,
  results: { previous: { kind: "boolean" } },
  irql: () => ({ atMost: "DISPATCH_LEVEL" }),
  outcomes: (call) => [
    { when: [], effect: [set(call.objects[0].view.state, notSignaled)], ...previous(call) },
  ],
});

/**
 * Signals the event: everybody may pass (notification), or one thread (synchronization). Sets do not count.
 *
 * IRQL      at most DISPATCH_LEVEL.
 * Blocks    never.
 * Effect    who waits is released, one of them for a synchronization event; without such a one it becomes signaled.
 * Misuse    none.
 * Left out  Wait = TRUE; the released threads' priority boost.
 */
export const KeSetEvent = routine({
  name: "KeSetEvent",
  page: "wdm/nf-wdm-kesetevent",
  takes: [KEVENT],
  results: { previous: { kind: "boolean" } },
  irql: () => ({ atMost: "DISPATCH_LEVEL" }),
  outcomes: (call): readonly Outcome[] => {
    const [event] = call.objects;
    const sets = set(event.view.state, signaled);
    if (!queues(event, call.sizes)) return [{ when: [], effect: [sets], ...previous(call) }];
    const nobody = and(isKind(call, SynchronizationEvent), nobodyWaits(event, call.sizes));
    return [
      {
        returns: "releases all",
        when: [isKind(call, NotificationEvent)],
        effect: [sets, ...allReleased(event, call.sizes)],
        ...previous(call),
      },
      { returns: "signaled", when: [nobody], effect: [sets], ...previous(call) },
      ...onePasses(call),
    ];
  },
});
