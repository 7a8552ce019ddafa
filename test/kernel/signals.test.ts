/** How many ways a signal has to choose among threads that wait, counted by hand; and what a time limit leaves. */
import {
  KEVENT,
  KSEMAPHORE,
  type ModelBody,
  NotificationEvent,
  SynchronizationEvent,
  type Thread,
  upTo,
} from "kecheck";
import { describe, expect, it } from "vitest";
import { onOneProcessor, outcomes } from "./check-model.ts";

type Body = (t: Thread) => void;

const eventOf = (m: ModelBody, type: number) => m.object("event", KEVENT, { type });
const number = (m: ModelBody, name: string) => m.shared(name, upTo(9), 9);

/** So many copies of a thread. */
const times = (count: number, body: Body): readonly Body[] =>
  Array.from({ length: count }, () => body);

describe("a pulsed event", () => {
  /** Threads that wait without a limit, one that pulses, and nothing else. */
  const pulsed = (type: number, waiters: number) =>
    outcomes((m) => {
      const event = eventOf(m, type);
      const waits = (t: Thread) => void t.KeWaitForSingleObject(event);
      onOneProcessor(m, ...times(waiters, waits), (t) => void t.KePulseEvent(event));
    });

  it.each([2, 3, 4])("of notification lets any of %i waiters pass, within the bound", (waiters) => {
    // Before, each is to arrive or waits; afterwards each is to arrive, waits, is released, or has ended.
    const { states, limits } = pulsed(NotificationEvent, waiters);
    expect(states).toBe(2 ** waiters + 4 ** waiters);
    expect(limits).toEqual([]);
  });

  it("of notification chooses among up to four waiters, and takes more as a bound unless it releases nobody", () => {
    const { states, transitions, limits } = pulsed(NotificationEvent, 5);
    // No five are released or have ended.
    const afterwards = 4 ** 5 - 2 ** 5;
    expect(states).toBe(2 ** 5 + afterwards);
    // Arrivals; each way to choose among up to four; nobody of five, and the bound; arrivals and ends afterwards.
    const steps = (5 * 4 ** 5) / 2 - (5 * 2 ** 5) / 2;
    expect(transitions).toBe(5 * 2 ** 4 + (3 ** 5 - 2 ** 5) + 2 + steps);
    expect(limits).toEqual(["more than 4 threads released at once"]);
  });

  it.each([2, 3, 4, 5])("of synchronization lets at most one of %i waiters pass", (waiters) => {
    // Afterwards all are to arrive or wait, or all but one that is released or has ended.
    const afterwards = 2 ** waiters + waiters * 2 * 2 ** (waiters - 1);
    const { states, transitions, limits } = pulsed(SynchronizationEvent, waiters);
    expect(states).toBe(2 ** waiters + afterwards);
    expect(limits).toEqual([]);
    // Arrivals before; the pulse, of nobody or of one; arrivals and the end of that one afterwards.
    const arrivals = waiters * 2 ** (waiters - 1);
    const others = 2 * waiters * (waiters - 1) * 2 ** (waiters - 2) + waiters * 2 ** (waiters - 1);
    expect(transitions).toBe(arrivals + (2 ** waiters + arrivals) + (arrivals + others));
  });
});

describe("a released semaphore", () => {
  /** What a release by one says the count was, with the count at first and so many waiters. */
  const formerCount = (count: number, waiters: number) =>
    outcomes((m) => {
      const semaphore = m.object("semaphore", KSEMAPHORE, { count });
      const before = number(m, "before");
      const waits = (t: Thread) => void t.KeWaitForSingleObject(semaphore);
      onOneProcessor(m, ...times(waiters, waits), (t) => {
        const previous = t.KeReleaseSemaphore(semaphore, 1);
        t.assign(before, previous);
      });
    });

  it.each([0, 1, 2])("had the count %i that the release returns, if nobody waits", (count) => {
    expect(formerCount(count, 0)).toMatchObject({ rules: [], ends: [`before=${count}`] });
  });

  it("had no count while a thread waited for it", () => {
    expect(formerCount(0, 1)).toMatchObject({ rules: [], ends: ["before=0"] });
    expect(formerCount(1, 2)).toMatchObject({ rules: [], ends: ["before=0", "before=1"] });
  });

  it.each([1, 2, 3, 4])("by an adjustment of zero releases none of %i waiters", (waiters) => {
    const { states, transitions, limits } = outcomes((m) => {
      const semaphore = m.object("semaphore", KSEMAPHORE);
      const waits = (t: Thread) => void t.KeWaitForSingleObject(semaphore);
      onOneProcessor(m, ...times(waiters, waits), (t) => void t.KeReleaseSemaphore(semaphore, 0));
    });
    expect(limits).toEqual([]);
    // Each is to arrive or waits, before and afterwards; there is one release in each state before.
    expect(states).toBe(2 * 2 ** waiters);
    expect(transitions).toBe(2 * waiters * 2 ** (waiters - 1) + 2 ** waiters);
  });
});

describe("a wait with a time limit", () => {
  it("leaves no trace in the queue when it expires, so that a loop of waits closes", () => {
    const { states, transitions } = outcomes((m) => {
      const event = eventOf(m, NotificationEvent);
      onOneProcessor(m, (t) =>
        t.loop(() => void t.KeWaitForSingleObject(event, { timeout: "finite" })),
      );
    });
    // To arrive, and queued; the event is never signaled.
    expect({ states, transitions }).toEqual({ states: 2, transitions: 2 });
  });
});

describe("a wait for a thread at DISPATCH_LEVEL, with a time limit", () => {
  /** Whether main goes on after it waited for a thread that has ended or never ends. */
  const waitsFor = (worker: "ended" | "endless") =>
    outcomes((m) => {
      const after = number(m, "after");
      const never = m.object("never", KEVENT);
      const body = m.thread("worker", (t) => {
        if (worker === "endless") t.KeWaitForSingleObject(never);
      });
      m.main((t) => {
        const handle = t.PsCreateSystemThread(body);
        const thread = t.ObReferenceObjectByHandle(handle);
        t.ZwClose(handle);
        if (worker === "ended") t.KeWaitForSingleObject(thread);
        t.KeRaiseIrql(2);
        t.KeWaitForSingleObject(thread, { timeout: "finite" });
        t.assign(after, 1);
        t.KeLowerIrql(0);
        t.ObDereferenceObject(thread);
      });
    });

  it("is recorded if the thread has ended", () => {
    expect(waitsFor("ended")).toMatchObject({
      rules: ["wait-at-dispatch"],
      ends: ["after=1"],
    });
  });

  it("stops the system if it would block, rather than expire", () => {
    expect(waitsFor("endless")).toMatchObject({ rules: ["wait-at-dispatch"], ends: [] });
  });
});
