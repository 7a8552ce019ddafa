/**
 * Waiting: KeWaitForSingleObject, once for all dispatcher objects, and KeDelayExecutionThread.
 *
 * Pages: KeWaitForSingleObject, KeDelayExecutionThread (wdm.h); kernel/waits-and-apcs.
 *
 * A signaled object wins over an expired time limit, and a zero limit never blocks: it either takes the object or
 * changes nothing. Time has no clock here: a finite wait may expire whenever it cannot be satisfied.
 *
 * | in Windows                              | in the model                                        |
 * | a wait that is satisfied, later or at once | one step, enabled while the object is signaled   |
 * | the same, where arrival matters         | a step that takes the object or queues, and the end |
 */
import {
  and,
  atMost,
  conditional,
  constant,
  type Expression,
  equals,
  not,
} from "../ir/expression.ts";
import { LEVELS } from "./levels.ts";
import { type ObjectKind, set } from "./object-kind.ts";
import {
  type Call,
  type IrqlContract,
  type Misuse,
  type Outcome,
  routine,
  unusable,
} from "./routine.ts";
import { STATUS_SUCCESS, STATUS_TIMEOUT, statusType } from "./status.ts";
import { queues, WAITER, waiterOf } from "./waiters.ts";

/** Stands in `takes` for an object of any dispatcher kind. */
const DISPATCHER_OBJECT: ObjectKind = { name: "dispatcher object", fields: {} };

function signaled(call: Call): Expression {
  const object = objectOf(call);
  return object.kind.dispatcher?.signaledFor(object.view, call.self) ?? constant(0);
}

function objectOf(call: Call): Call["objects"][number] {
  const object = call.objects[0];
  if (!object?.kind.dispatcher) throw new Error("a wait needs a dispatcher object");
  return object;
}

const canBlock = (call: Call): boolean => call.options.timeout !== "zero";

/** A wait that may block needs APC_LEVEL; a poll may run at DISPATCH_LEVEL. */
function waitContract(call: Call): IrqlContract {
  return canBlock(call)
    ? { atMost: "APC_LEVEL", rule: "wait-at-dispatch" }
    : { atMost: "DISPATCH_LEVEL", rule: "wait-at-dispatch" };
}

/** Blocking at DISPATCH_LEVEL stops the system; a wait satisfied at once passes unnoticed and is only recorded. */
function blockingTooHigh(call: Call): readonly Misuse[] {
  if (!canBlock(call)) return [];
  return [
    {
      rule: "wait-at-dispatch",
      when: not(atMost(call.thread.irql, constant(LEVELS.APC_LEVEL))),
      says: "blocks at DISPATCH_LEVEL or above, where no other thread can run on this processor",
    },
  ];
}

function satisfied(call: Call): readonly Outcome[] {
  const object = objectOf(call);
  const { dispatcher } = object.kind;
  const limit = dispatcher?.limit?.(object.view, call.self, call.sizes);
  const taken: Outcome = {
    returns: "STATUS_SUCCESS",
    when: [signaled(call), ...(limit ? [not(limit.when)] : [])],
    effect: dispatcher?.onSatisfied(object.view, call.self) ?? [],
    results: { status: constant(STATUS_SUCCESS) },
  };
  const bound: Outcome[] = limit ? [{ when: [limit.when], effect: [], limit: limit.name }] : [];
  return [taken, ...bound];
}

/** Whether this wait queues; a poll never does. */
const arrives = (call: Call): boolean => canBlock(call) && queues(objectOf(call), call.sizes);

const ownWaiter = (call: Call): Expression => waiterOf(objectOf(call), call.self, call.sizes);

/** Takes the object at once, or joins its queue. */
function arrivals(call: Call): readonly Outcome[] {
  const waiter = ownWaiter(call);
  return [
    ...satisfied(call).map((outcome) =>
      outcome.limit === undefined
        ? {
            returns: "satisfied at once",
            when: outcome.when,
            effect: [...outcome.effect, set(waiter, constant(WAITER.released))],
          }
        : outcome,
    ),
    {
      returns: "queued",
      when: [not(signaled(call))],
      effect: [set(waiter, constant(WAITER.waiting))],
    },
  ];
}

/** The end of a wait that arrived: released, or given up. */
function departures(call: Call): readonly Outcome[] {
  const waiter = ownWaiter(call);
  const leaves = set(waiter, constant(WAITER.none));
  const released: Outcome = {
    returns: "STATUS_SUCCESS",
    when: [equals(waiter, constant(WAITER.released))],
    effect: [leaves],
    results: { status: constant(STATUS_SUCCESS) },
  };
  const expired: Outcome = {
    returns: "STATUS_TIMEOUT",
    when: [equals(waiter, constant(WAITER.waiting))],
    effect: [leaves],
    failed: true,
    results: { status: constant(STATUS_TIMEOUT) },
  };
  return call.options.timeout === "none" ? [released] : [released, expired];
}

/**
 * Waits until the object is signaled, or the time limit expires.
 *
 * IRQL      at most APC_LEVEL where it can block, DISPATCH_LEVEL for a zero timeout.
 * Blocks    while the object is not signaled for the caller, or the queued caller not released; never if zero.
 * Effect    what the kind of object says: a mutex is taken, a synchronization event reset, a semaphore counted down.
 * Misuse    a wait that can block at DISPATCH_LEVEL or above.
 * Left out  alerts and APCs that interrupt a wait (system threads that wait in kernel mode get none); WaitReason.
 */
export const KeWaitForSingleObject = routine({
  name: "KeWaitForSingleObject",
  page: "wdm/nf-wdm-kewaitforsingleobject",
  takes: [DISPATCHER_OBJECT],
  options: { timeout: ["none", "zero", "finite"] },
  results: { status: statusType },
  section: "enter",
  irql: waitContract,
  misuse: (call) => [
    ...unusable(objectOf(call)),
    ...blockingTooHigh(call).map((misuse) => ({
      ...misuse,
      when: and(misuse.when, not(signaled(call))),
    })),
  ],
  arrives: (call) => (arrives(call) ? arrivals(call) : undefined),
  outcomes: (call) => {
    if (arrives(call)) return departures(call);
    const expired: Outcome = {
      returns: "STATUS_TIMEOUT",
      when: [not(signaled(call))],
      effect: [],
      results: { status: constant(STATUS_TIMEOUT) },
    };
    return [...satisfied(call), ...(call.options.timeout === "none" ? [] : [expired])];
  },
  waits: (call) => {
    const object = objectOf(call);
    const joined = object.kind.name === "thread" ? object.index : undefined;
    const owner = object.kind.dispatcher?.owner?.(object.view) ?? joined;
    // A waiter that was released waits for nobody, even if it cannot run yet.
    const now = (what: Expression): Expression =>
      arrives(call)
        ? conditional(equals(ownWaiter(call), constant(WAITER.released)), constant(0), what)
        : what;
    return {
      object: object.display,
      kind: object.kind.dispatcher?.kind ?? "other",
      ...(owner && { owner: now(owner) }),
      ...(object.block && { on: { block: object.block.name, index: now(object.index) } }),
    };
  },
  requests: (call) => {
    const object = objectOf(call);
    if (call.options.timeout !== "none" || object.kind.holder === undefined) return undefined;
    return { holder: `${object.prefix}.${object.kind.holder}`, index: object.index };
  },
});

/**
 * Lets at least the interval pass.
 *
 * IRQL      at most APC_LEVEL.
 * Blocks    never for good; without a clock, a delay is a place where others may run.
 * Effect    none.
 * Misuse    a call at DISPATCH_LEVEL or above.
 * Left out  alertable delays.
 */
export const KeDelayExecutionThread = routine({
  name: "KeDelayExecutionThread",
  page: "wdm/nf-wdm-kedelayexecutionthread",
  takes: [],
  yields: true,
  irql: () => ({ atMost: "APC_LEVEL", rule: "wait-at-dispatch", fatal: true }),
  outcomes: () => [{ when: [], effect: [] }],
});
