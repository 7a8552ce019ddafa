import {
  between,
  equals,
  KEVENT,
  KMUTEX,
  KSEMAPHORE,
  type ModelBody,
  SynchronizationEvent,
  type Thread,
  upTo,
} from "kecheck";
import { describe, expect, it } from "vitest";
import { STATUS_SUCCESS, STATUS_TIMEOUT } from "../../src/kernel/status.ts";
import {
  atEachLevel,
  bounds,
  onOneProcessor,
  outcomes,
  programOf,
  threads,
} from "./check-model.ts";

const alone = (body: (t: Thread, m: ModelBody) => void) =>
  outcomes((m) => threads(m, (t) => body(t, m)));
const timeouts = ["zero", "finite"] as const;

/** Status of a wait on an event in this state. */
const statusOf = (state: 0 | 1, timeout: "none" | "zero" | "finite") =>
  alone((t, m) => {
    const event = m.object("event", KEVENT, { state });
    const status = m.shared("status", between(0, 9), 9);
    const waited = t.KeWaitForSingleObject(event, { timeout });
    t.assign(status, waited);
  });

describe("a wait", () => {
  it.each(["none", ...timeouts] as const)("with timeout %s takes what is signaled", (timeout) => {
    expect(statusOf(1, timeout)).toMatchObject({ rules: [], ends: [`status=${STATUS_SUCCESS}`] });
  });

  it.each(timeouts)("with timeout %s gives up on what is not", (timeout) => {
    expect(statusOf(0, timeout)).toMatchObject({ rules: [], ends: [`status=${STATUS_TIMEOUT}`] });
  });

  it("without a time limit blocks for ever on what is never signaled", () => {
    expect(statusOf(0, "none").rules).toEqual(["deadlock"]);
  });

  it.each(timeouts)("that times out (%s) has not taken the mutex", (timeout) => {
    const { rules } = outcomes((m) => {
      const mutex = m.object("mutex", KMUTEX);
      threads(
        m,
        (t) => {
          t.KeWaitForSingleObject(mutex);
          t.KeReleaseMutex(mutex);
        },
        (t) =>
          t.if(equals(t.KeWaitForSingleObject(mutex, { timeout }), STATUS_SUCCESS), () =>
            t.KeReleaseMutex(mutex),
          ),
      );
    });
    expect(rules).toEqual([]);
  });

  it.each(timeouts)("that times out (%s) opens no section", (timeout) => {
    const { rules } = outcomes((m) => {
      const mutex = m.object("mutex", KMUTEX);
      const tries = (t: Thread) => {
        const status = t.KeWaitForSingleObject(mutex, { timeout });
        t.if(equals(status, STATUS_SUCCESS), () => t.KeReleaseMutex(mutex));
      };
      onOneProcessor(m, tries, tries);
    });
    expect(rules).toEqual([]);
  });

  it("takes from each kind of object what that kind gives", () => {
    const { rules } = alone((t, m) => {
      t.KeWaitForSingleObject(m.object("mutex", KMUTEX));
      t.KeWaitForSingleObject(m.object("semaphore", KSEMAPHORE, { count: 1 }));
      t.KeWaitForSingleObject(m.object("event", KEVENT, { type: SynchronizationEvent, state: 1 }));
    });
    expect(rules).toEqual(["lock-held-at-exit"]);
  });

  it("for a mutex names its owner, so that a deadlock is a cycle", () => {
    const { rules } = outcomes((m) => {
      const mutex = m.object("mutex", KMUTEX);
      const never = m.object("never", KEVENT);
      threads(
        m,
        (t) => {
          t.KeWaitForSingleObject(mutex);
          t.KeWaitForSingleObject(never);
        },
        (t) => {
          t.KeWaitForSingleObject(mutex);
          t.KeReleaseMutex(mutex);
        },
      );
    });
    expect(rules).toEqual(["deadlock", "deadlock"]);
  });
});

describe("the IRQL of a wait", () => {
  const waits = (state: 0 | 1, timeout: "none" | "zero" | "finite") =>
    atEachLevel((m) => {
      const event = m.object("event", KEVENT, { state });
      return (t) => void t.KeWaitForSingleObject(event, { timeout });
    });

  it("is at most DISPATCH_LEVEL for a poll", () => {
    expect(waits(1, "zero")).toEqual(bounds(0, 2, "wait-at-dispatch"));
    expect(waits(0, "zero")).toEqual(bounds(0, 2, "wait-at-dispatch"));
  });

  it("is at most APC_LEVEL for a wait that could block", () => {
    expect(waits(1, "none")).toEqual(bounds(0, 1, "wait-at-dispatch"));
    expect(waits(1, "finite")).toEqual(bounds(0, 1, "wait-at-dispatch"));
    expect(waits(0, "finite")).toEqual(bounds(0, 1, "wait-at-dispatch"));
    expect(waits(0, "none")).toEqual({
      ...bounds(0, 1, "wait-at-dispatch"),
      0: "deadlock",
      1: "deadlock",
    });
  });

  /** Whether a wait at DISPATCH_LEVEL goes on. */
  const goesOn = (state: 0 | 1, timeout: "none" | "finite", processor: boolean) =>
    outcomes((m) => {
      const event = m.object("event", KEVENT, { state });
      const after = m.shared("after", upTo(1));
      (processor ? onOneProcessor : threads)(m, (t) => {
        t.KeRaiseIrql(2);
        t.KeWaitForSingleObject(event, { timeout });
        t.assign(after, 1);
        t.KeLowerIrql(0);
      });
    });

  it.each([false, true])("stops the system only where it blocks (placed: %s)", (placed) => {
    expect(goesOn(1, "none", placed)).toMatchObject({
      rules: ["wait-at-dispatch"],
      ends: ["after=1"],
    });
    expect(goesOn(1, "finite", placed).ends).toEqual(["after=1"]);
    expect(goesOn(0, "none", placed)).toMatchObject({ rules: ["wait-at-dispatch"], ends: [] });
    expect(goesOn(0, "finite", placed)).toMatchObject({ rules: ["wait-at-dispatch"], ends: [] });
  });
});

describe("a queued wait", () => {
  it("ends by its time limit only while it was not released", () => {
    const { rules, ends } = outcomes((m) => {
      const event = m.object("event", KEVENT);
      const status = m.shared("status", between(0, 9), 9);
      const set = m.shared("set", upTo(9), 9);
      onOneProcessor(
        m,
        (t) => {
          const waited = t.KeWaitForSingleObject(event, { timeout: "finite" });
          t.assign(status, waited);
        },
        (t) => {
          const before = t.KeSetEvent(event);
          t.assign(set, before);
        },
      );
    });
    expect(rules).toEqual([]);
    expect(ends).toEqual(["status=0 set=0", "status=1 set=0"]);
  });

  it("takes a recursion too deep as a bound", () => {
    const nested = (count: number) =>
      outcomes((m) => {
        const mutex = m.object("mutex", KMUTEX);
        onOneProcessor(m, (t) => {
          for (let take = 0; take < count; take += 1) t.KeWaitForSingleObject(mutex);
          for (let take = 0; take < count; take += 1) t.KeReleaseMutex(mutex);
        });
      });
    expect(nested(4)).toMatchObject({ rules: [], limits: [], ends: [""] });
    expect(nested(5)).toMatchObject({
      rules: [],
      limits: ["recursion of KMUTEX deeper than 4"],
      ends: [],
    });
  });

  it("leaves nothing in the queue once it has ended, so that waiting again is nothing new", () => {
    const { states } = outcomes((m) => {
      const event = m.object("event", KEVENT, { state: 1 });
      onOneProcessor(m, (t) => t.loop(() => void t.KeWaitForSingleObject(event)));
    });
    // About to wait, and satisfied.
    expect(states).toBe(2);
  });

  it("that was released and cannot run waits for nobody", () => {
    // t1 is handed the mutex while t2 spins above it on the same processor: no deadlock of t1 with itself.
    const { rules } = outcomes((m) => {
      const mutex = m.object("mutex", KMUTEX);
      const never = m.object("never", KMUTEX);
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
          t.loop(() => void t.KeWaitForSingleObject(never, { timeout: "zero" }));
        },
      );
    });
    expect(rules).not.toContain("self-deadlock");
  });
});

describe("a wait in a block that is freed", () => {
  const freed = (released: boolean, placed: boolean) =>
    outcomes((m) => {
      const block = m.block("block", { event: KEVENT, other: KEVENT });
      const ready = m.object("ready", KEVENT);
      const gone = m.object("gone", KEVENT);
      const shared = m.atomic("pointer", { kind: "reference", to: "block", slots: 0 });
      const run = placed ? onOneProcessor : threads;
      run(
        m,
        (t) => {
          t.store(shared, block.allocate(t));
          t.KeSetEvent(ready);
          const pointer = t.load(shared);
          t.KeWaitForSingleObject(block.at(pointer).event, { timeout: "finite" });
          t.KeSetEvent(gone);
        },
        (t) => {
          t.KeWaitForSingleObject(ready);
          const pointer = t.load(shared);
          t.KeRaiseIrql(2);
          if (released) t.KeSetEvent(block.at(pointer).event);
          t.KeWaitForSingleObject(block.at(pointer).other, { timeout: "zero" });
          t.KeLowerIrql(0);
          t.KeWaitForSingleObject(gone);
          block.free(t, pointer);
        },
      );
    }).rules;

  it("is no misuse once it has ended", () => {
    expect(freed(true, false)).toEqual([]);
    expect(freed(true, true)).toEqual([]);
    expect(freed(false, true)).toEqual([]);
  });

  it("is free-while-waited while it is queued, and not once it was released", () => {
    const rules = (set: boolean) =>
      outcomes((m) => {
        const block = m.block("block", { event: KEVENT });
        const ready = m.object("ready", KEVENT);
        const shared = m.atomic("pointer", { kind: "reference", to: "block", slots: 0 });
        onOneProcessor(
          m,
          (t) => {
            const pointer = t.load(shared);
            t.unless(equals(pointer, 0), () => {
              t.KeSetEvent(ready);
              t.KeWaitForSingleObject(block.at(pointer).event);
            });
          },
          (t) => {
            const made = block.allocate(t);
            t.store(shared, made);
            t.if(
              equals(t.KeWaitForSingleObject(ready, { timeout: "finite" }), STATUS_SUCCESS),
              () => {
                t.KeDelayExecutionThread();
                t.KeRaiseIrql(2);
                if (set) t.KeSetEvent(block.at(made).event);
                block.free(t, made);
                t.KeLowerIrql(0);
              },
            );
          },
        );
      }).rules;
    expect(rules(false)).toContain("free-while-waited");
    expect(rules(true)).not.toContain("free-while-waited");
  });
});

describe("KeDelayExecutionThread", () => {
  it("lets others run, at most at APC_LEVEL", () => {
    const found = atEachLevel(() => (t) => t.KeDelayExecutionThread());
    expect(found).toEqual(bounds(0, 1, "wait-at-dispatch"));
  });

  it("is where switching to another thread is no preemption, as no other call is", () => {
    const program = programOf((m) =>
      threads(m, (t) => {
        t.KeDelayExecutionThread();
        t.KeRaiseIrql(0);
      }),
    );
    const locations = program.graphs[0]?.locations ?? [];
    expect(locations.map(({ routine, yields = false }) => [routine, yields])).toEqual([
      ["KeDelayExecutionThread", true],
      ["KeRaiseIrql", false],
    ]);
  });

  it("never goes on at DISPATCH_LEVEL", () => {
    const { ends, states } = alone((t) => {
      t.KeRaiseIrql(2);
      t.KeDelayExecutionThread();
    });
    expect({ ends, states }).toEqual({ ends: [], states: 2 });
  });
});
