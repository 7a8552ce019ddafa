/** Stories about waiting on Windows' objects, each with all that can come of it. */
import {
  KEVENT,
  KMUTEX,
  type ModelBody,
  NotificationEvent,
  SynchronizationEvent,
  type Thread,
  upTo,
} from "kecheck";
import { describe, expect, it } from "vitest";
import { onOneProcessor, outcomes, threads } from "../../kernel/check-model.ts";

const event = (m: ModelBody, type: number) => m.object("event", KEVENT, { type });
type Event = ReturnType<typeof event>;
const waits = (on: Event) => (t: Thread) => void t.KeWaitForSingleObject(on);

describe("set and clear", () => {
  it("loses the wake-up of who comes too late, and only that", () => {
    const { rules, states, transitions } = outcomes((m) => {
      const signal = event(m, NotificationEvent);
      threads(m, waits(signal), (t) => {
        t.KeSetEvent(signal);
        t.KeClearEvent(signal);
      });
    });
    expect({ rules, states, transitions }).toEqual({
      rules: ["deadlock"],
      states: 9,
      transitions: 10,
    });
  });

  it("loses nobody who is known to wait", () => {
    // The waiter's mutex is handed on only when it waits for it; here the set comes after the arrival, by processor.
    const { rules } = outcomes((m) => {
      const signal = event(m, NotificationEvent);
      onOneProcessor(
        m,
        (t) => {
          t.KeRaiseIrql(1);
          t.KeWaitForSingleObject(signal, { timeout: "finite" });
          t.KeLowerIrql(0);
        },
        (t) => {
          t.KeRaiseIrql(2);
          t.KeSetEvent(signal);
          t.KeClearEvent(signal);
          t.KeLowerIrql(0);
        },
      );
    });
    expect(rules).toEqual([]);
  });
});

describe("a synchronization event", () => {
  it("wakes one of two, whichever", () => {
    const { rules, states } = outcomes((m) => {
      const signal = event(m, SynchronizationEvent);
      threads(m, waits(signal), waits(signal), (t) => void t.KeSetEvent(signal));
    });
    expect(rules).toEqual(["deadlock", "deadlock"]);
    expect(states).toBe(4);
  });

  it("makes a lock of two threads that pass it on", () => {
    const { rules, ends } = outcomes((m) => {
      const signal = m.object("event", KEVENT, { type: SynchronizationEvent, state: 1 });
      const counter = m.shared("counter", upTo(2));
      const worker = (t: Thread) => {
        t.KeWaitForSingleObject(signal);
        t.assign(counter, 1);
        t.assign(counter, 2);
        t.KeSetEvent(signal);
      };
      threads(m, worker, worker);
    });
    expect(rules).toEqual([]);
    expect(ends).toEqual(["counter=2"]);
  });
});

describe("a pulse", () => {
  it("is missed by who does not wait yet, and may be missed by who does", () => {
    const { rules, states, transitions } = outcomes((m) => {
      const signal = event(m, NotificationEvent);
      threads(m, waits(signal), (t) => void t.KePulseEvent(signal));
    });
    expect({ rules, states, transitions }).toEqual({
      rules: ["deadlock"],
      states: 6,
      transitions: 6,
    });
  });
});

describe("hand-off on one processor", () => {
  /** A waiter and, on the same processor, a thread that sets and clears at `level`. */
  const signalled = (level: number, processor: 0 | undefined) =>
    outcomes((m) => {
      const signal = event(m, NotificationEvent);
      const ready = m.object("ready", KEVENT);
      const start = processor === undefined ? threads : onOneProcessor;
      start(
        m,
        (t) => {
          t.KeSetEvent(ready);
          t.KeWaitForSingleObject(signal);
        },
        (t) => {
          t.KeWaitForSingleObject(ready);
          // Long enough for the waiter to arrive, or not.
          t.KeDelayExecutionThread();
          if (level > 0) t.KeRaiseIrql(level);
          t.KeSetEvent(signal);
          t.KeClearEvent(signal);
          if (level > 0) t.KeLowerIrql(0);
        },
      );
    });

  it("releases a waiter that cannot run while the event is signaled", () => {
    const { rules, ends } = signalled(2, 0);
    // One end where the waiter had arrived; the deadlock is that of a waiter who comes too late.
    expect(rules).toEqual(["deadlock"]);
    expect(ends).toEqual([""]);
  });

  it("gives a mutex to the waiter, so that a poll at DISPATCH_LEVEL cannot have it back", () => {
    const { rules, ends } = outcomes((m) => {
      const mutex = m.object("mutex", KMUTEX);
      const queued = m.atomic("queued", upTo(9), 9);
      onOneProcessor(
        m,
        (t) => {
          t.KeWaitForSingleObject(mutex);
          t.KeReleaseMutex(mutex);
        },
        (t) => {
          t.KeWaitForSingleObject(mutex);
          t.KeRaiseIrql(2);
          t.KeReleaseMutex(mutex);
          const status = t.KeWaitForSingleObject(mutex, { timeout: "zero" });
          t.store(queued, status);
          t.if(
            status,
            () => undefined,
            () => t.KeReleaseMutex(mutex),
          );
          t.KeLowerIrql(0);
        },
      );
    });
    expect(rules).toEqual([]);
    expect(ends).toEqual(["queued=0", "queued=1"]);
  });
});
