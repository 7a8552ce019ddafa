/** Stories about signals to threads that wait: who passes, what the signalling call returns, what it leaves. */
import {
  KEVENT,
  KSEMAPHORE,
  type ModelBody,
  NotificationEvent,
  SynchronizationEvent,
  type Thread,
  upTo,
  type Value,
} from "kecheck";
import { describe, expect, it } from "vitest";
import { onOneProcessor, outcomes } from "../../kernel/check-model.ts";

type Signal = (t: Thread) => Value;
type State = (t: Thread) => Value;

/**
 * Threads that wait without a limit, and one that signals, then notes the former and the present state. All share a
 * processor, and the signalling thread keeps it: nobody runs between its calls.
 */
const signalled = (
  waiters: number,
  declare: (m: ModelBody) => readonly [(t: Thread) => void, Signal, State],
) =>
  outcomes((m) => {
    const [wait, signal, state] = declare(m);
    const [before, after] = [m.shared("before", upTo(9), 9), m.shared("after", upTo(9), 9)];
    const passed = m.atomic("passed", upTo(9));
    const waits = (t: Thread) => {
      wait(t);
      t.fetchAdd(passed, 1);
    };
    onOneProcessor(m, ...Array.from({ length: waiters }, () => waits), (t) => {
      t.KeRaiseIrql(2);
      const previous = signal(t);
      t.assign(before, previous);
      t.assign(after, state(t));
      t.KeLowerIrql(0);
    });
  });

const event =
  (type: number, name: "KeSetEvent" | "KePulseEvent", state: 0 | 1 = 0) =>
  (m: ModelBody): readonly [(t: Thread) => void, Signal, State] => {
    const object = m.object("event", KEVENT, { type, state });
    return [
      (t) => void t.KeWaitForSingleObject(object),
      (t) => t[name](object),
      (t) => t.KeReadStateEvent(object),
    ];
  };

const semaphore =
  (count: number, adjustment: number) =>
  (m: ModelBody): readonly [(t: Thread) => void, Signal, State] => {
    const object = m.object("semaphore", KSEMAPHORE, { count });
    return [
      (t) => void t.KeWaitForSingleObject(object),
      (t) => t.KeReleaseSemaphore(object, adjustment),
      (t) => t.KeReadStateSemaphore(object),
    ];
  };

describe("a set", () => {
  it("lets everybody pass a notification event, before and after it", () => {
    expect(signalled(2, event(NotificationEvent, "KeSetEvent"))).toMatchObject({
      rules: [],
      ends: ["before=0 after=1 passed=2"],
    });
  });

  it("lets one thread pass a synchronization event, which is signaled only if nobody waited", () => {
    expect(signalled(1, event(SynchronizationEvent, "KeSetEvent"))).toMatchObject({
      rules: [],
      ends: ["before=0 after=0 passed=1", "before=0 after=1 passed=1"],
    });
    const two = signalled(2, event(SynchronizationEvent, "KeSetEvent"));
    expect(two).toMatchObject({ rules: ["deadlock", "deadlock"], ends: [] });
  });
});

describe("a pulse", () => {
  it("clears an event that is signaled, so that only who came before it has passed", () => {
    const notification = signalled(1, event(NotificationEvent, "KePulseEvent", 1));
    expect(notification.rules).toEqual(["deadlock"]);
    expect(notification.ends).toEqual(["before=1 after=0 passed=1"]);
    const synchronization = signalled(1, event(SynchronizationEvent, "KePulseEvent", 1));
    expect(synchronization.rules).toEqual(["deadlock"]);
    expect(synchronization.ends).toEqual(["before=0 after=0 passed=1"]);
  });

  it("lets any of the threads pass that wait for a notification event, or none", () => {
    const one = signalled(1, event(NotificationEvent, "KePulseEvent"));
    expect(one).toMatchObject({ rules: ["deadlock"], ends: ["before=0 after=0 passed=1"] });
    const two = signalled(2, event(NotificationEvent, "KePulseEvent"));
    expect(two).toMatchObject({ ends: ["before=0 after=0 passed=2"], states: 69, transitions: 83 });
  });

  it("lets one thread pass that waits for a synchronization event, or none", () => {
    const two = signalled(2, event(SynchronizationEvent, "KePulseEvent"));
    expect(two).toMatchObject({ ends: [], states: 56, transitions: 66 });
  });

  it("chooses among four at most", () => {
    const waiters = (count: number) => signalled(count, event(NotificationEvent, "KePulseEvent"));
    expect(waiters(4).limits).toEqual([]);
  });
});

describe("a release of a semaphore", () => {
  it("returns the former count, also if nobody waits", () => {
    const { ends } = signalled(1, semaphore(2, 1));
    expect(ends).toEqual(["before=1 after=2 passed=1", "before=2 after=3 passed=1"]);
  });

  it("lets as many pass as it adds, and keeps what they leave", () => {
    expect(signalled(2, semaphore(0, 1))).toMatchObject({ rules: ["deadlock", "deadlock"] });
    expect(signalled(2, semaphore(0, 2)).ends).toEqual([
      "before=0 after=0 passed=2",
      "before=0 after=1 passed=2",
      "before=0 after=2 passed=2",
    ]);
    expect(signalled(1, semaphore(0, 3)).ends).toEqual([
      "before=0 after=2 passed=1",
      "before=0 after=3 passed=1",
    ]);
  });

  it("of nothing releases nobody, and is recorded", () => {
    expect(signalled(1, semaphore(0, 0))).toMatchObject({
      rules: ["deadlock", "semaphore-limit"],
      ends: [],
    });
  });
});
