import {
  boolean,
  KEVENT,
  type ModelBody,
  NotificationEvent,
  not,
  SynchronizationEvent,
  type Thread,
  upTo,
} from "kecheck";
import { describe, expect, it } from "vitest";
import { atEachLevel, bounds, outcomes, programOf, threads } from "./check-model.ts";

const alone = (body: (t: Thread, m: ModelBody) => void) =>
  outcomes((m) => threads(m, (t) => body(t, m)));
const notification = (m: ModelBody) => m.object("event", KEVENT, { type: NotificationEvent });
const synchronization = (m: ModelBody) => m.object("event", KEVENT, { type: SynchronizationEvent });
const number = (m: ModelBody, name: string) => m.shared(name, upTo(9), 9);

/** States of the event, read after each of the calls. */
function statesAfter(
  type: number,
  ...calls: readonly ("Set" | "Clear" | "Reset" | "Pulse" | "Wait")[]
) {
  return alone((t, m) => {
    const event = m.object("event", KEVENT, { type });
    const after = calls.map((_, index) => number(m, `s${index}`));
    for (const [index, call] of calls.entries()) {
      if (call === "Wait") t.KeWaitForSingleObject(event);
      else t[`Ke${call}Event`](event);
      const read = t.KeReadStateEvent(event);
      t.assign(after[index] as (typeof after)[number], read);
    }
  });
}

/** What Set, Reset and Pulse say the state was, before and after a set. */
const formerStates = (name: "KeSetEvent" | "KeResetEvent" | "KePulseEvent") =>
  alone((t, m) => {
    const event = notification(m);
    const [first, second] = [number(m, "first"), number(m, "second")];
    const before = t[name](event);
    t.assign(first, before);
    t.KeSetEvent(event);
    const after = t[name](event);
    t.assign(second, after);
  });

describe("a notification event", () => {
  it("stays signaled for all, until it is cleared", () => {
    const { rules, ends } = statesAfter(
      NotificationEvent,
      "Set",
      "Wait",
      "Wait",
      "Clear",
      "Set",
      "Reset",
    );
    expect(rules).toEqual([]);
    expect(ends).toEqual(["s0=1 s1=1 s2=1 s3=0 s4=1 s5=0"]);
  });

  it("lets all waiters pass", () => {
    const { rules } = outcomes((m) => {
      const event = notification(m);
      const waits = (t: Thread) => void t.KeWaitForSingleObject(event);
      threads(m, waits, waits, (t) => void t.KeSetEvent(event));
    });
    expect(rules).toEqual([]);
  });

  it("is not signaled at first", () => {
    expect(alone((t, m) => void t.KeWaitForSingleObject(notification(m))).rules).toEqual([
      "deadlock",
    ]);
  });

  it("may be signaled at first", () => {
    const { rules } = alone((t, m) => {
      t.KeWaitForSingleObject(m.object("event", KEVENT, { state: 1 }));
    });
    expect(rules).toEqual([]);
  });

  it("is only read by a wait", () => {
    const program = programOf((m) => {
      const event = notification(m);
      threads(
        m,
        (t) => void t.KeWaitForSingleObject(event),
        (t) => void t.KeSetEvent(event),
      );
    });
    const waits = program.graphs.find(({ name }) => name === "t1")?.locations[0]?.steps;
    expect(waits?.map(({ updates }) => updates)).toEqual([[]]);
    expect(program.variables.map(({ name }) => name)).toEqual(["event.state"]);
  });
});

describe("a synchronization event", () => {
  it("lets one wait pass, and two sets count once", () => {
    const { rules, ends } = statesAfter(SynchronizationEvent, "Set", "Set", "Wait", "Wait");
    expect(rules).toEqual(["deadlock"]);
    expect(ends).toEqual([]);
    expect(statesAfter(SynchronizationEvent, "Set", "Set", "Wait").ends).toEqual([
      "s0=1 s1=1 s2=0",
    ]);
  });

  it("lets one of two waiters pass", () => {
    const { rules } = outcomes((m) => {
      const event = synchronization(m);
      const waits = (t: Thread) => void t.KeWaitForSingleObject(event);
      threads(m, waits, waits, (t) => void t.KeSetEvent(event));
    });
    expect(rules).toEqual(["deadlock", "deadlock"]);
  });

  it("lets each pass if it is set again after a wait", () => {
    const { rules } = outcomes((m) => {
      const [event, done] = [synchronization(m), m.object("done", KEVENT, { type: 1 })];
      const waits = (t: Thread) => {
        t.KeWaitForSingleObject(event);
        t.KeSetEvent(done);
      };
      threads(m, waits, waits, (t) => {
        t.KeSetEvent(event);
        t.KeWaitForSingleObject(done);
        t.KeSetEvent(event);
      });
    });
    expect(rules).toEqual([]);
  });
});

describe("KeInitializeEvent", () => {
  it.each([
    [NotificationEvent, true, []],
    [SynchronizationEvent, true, ["deadlock"]],
    [NotificationEvent, false, ["deadlock"]],
  ] as const)("makes an event of type %i, signaled: %s", (type, state, rules) => {
    const found = alone((t, m) => {
      const event = m.object("event", KEVENT, { type: 1 - type, state: state ? 0 : 1 });
      t.KeInitializeEvent(event, type, state);
      t.KeWaitForSingleObject(event);
      t.KeWaitForSingleObject(event);
    });
    expect(found.rules).toEqual(rules);
  });

  it("forgets who waits", () => {
    const { rules } = outcomes((m) => {
      const event = notification(m);
      const ready = m.atomic("ready", boolean);
      threads(
        m,
        (t) => {
          t.KeWaitForSingleObject(event);
          t.store(ready, true);
        },
        (t) => {
          t.KeClearEvent(event);
          t.KeInitializeEvent(event, NotificationEvent, false);
          t.KeSetEvent(event);
        },
      );
    });
    // Forgotten if it waited before; released or satisfied otherwise.
    expect(rules).toEqual(["deadlock"]);
  });
});

describe("the former state", () => {
  it.each([
    ["KeSetEvent", "first=0 second=1"],
    ["KeResetEvent", "first=0 second=1"],
    ["KePulseEvent", "first=0 second=1"],
  ] as const)("is returned by %s", (name, ends) => {
    expect(formerStates(name).ends).toEqual([ends]);
  });
});

describe("KePulseEvent", () => {
  it.each([NotificationEvent, SynchronizationEvent])("leaves type %i not signaled", (type) => {
    expect(statesAfter(type, "Pulse").ends).toEqual(["s0=0"]);
    expect(statesAfter(type, "Set", "Pulse").ends).toEqual(["s0=1 s1=0"]);
  });

  /** How many of two waiters are let pass by what is called once both wait. */
  const passed = (
    type: number,
    signal: (t: Thread, event: ReturnType<typeof notification>) => void,
  ) =>
    outcomes((m) => {
      const event = m.object("event", KEVENT, { type });
      const [one, other] = [m.atomic("one", upTo(2)), m.atomic("other", upTo(2))];
      const waits = (mark: typeof one) => (t: Thread) => {
        const status = t.KeWaitForSingleObject(event, { timeout: "finite" });
        t.store(mark, 1);
        t.if(
          status,
          () => undefined,
          () => t.store(mark, 2),
        );
      };
      threads(m, waits(one), waits(other), (t) => signal(t, event));
    });

  it("may let any of a notification event's waiters pass", () => {
    const { ends, rules } = passed(NotificationEvent, (t, event) => void t.KePulseEvent(event));
    expect(rules).toEqual([]);
    expect(ends).toEqual(["one=1 other=1", "one=1 other=2", "one=2 other=1", "one=2 other=2"]);
  });

  it("lets one of a synchronization event's waiters pass, or none", () => {
    const { ends } = passed(SynchronizationEvent, (t, event) => void t.KePulseEvent(event));
    expect(ends).toEqual(["one=1 other=1", "one=1 other=2", "one=2 other=1"]);
  });

  it("takes a bound on how many may be let pass by choice", () => {
    const { limits, rules } = outcomes((m) => {
      const event = notification(m);
      const waits = (t: Thread) => void t.KeWaitForSingleObject(event, { timeout: "finite" });
      threads(m, waits, waits, waits, waits, waits, (t) => void t.KePulseEvent(event));
    });
    expect(limits).toEqual(["more than 4 threads released at once"]);
    expect(rules).toEqual([]);
  });

  it("has no such bound for a synchronization event", () => {
    const { limits } = outcomes((m) => {
      const event = synchronization(m);
      const waits = (t: Thread) => void t.KeWaitForSingleObject(event, { timeout: "finite" });
      threads(m, waits, waits, waits, waits, waits, (t) => void t.KePulseEvent(event));
    });
    expect(limits).toEqual([]);
  });
});

describe("a wait on an event that is cleared", () => {
  it("that is released passes although the event is cleared before it goes on", () => {
    const { rules } = outcomes((m) => {
      const [event, ready] = [notification(m), m.object("ready", KEVENT)];
      threads(
        m,
        (t) => {
          t.KeSetEvent(ready);
          t.KeWaitForSingleObject(event);
        },
        (t) => {
          t.KeWaitForSingleObject(ready);
          t.KeSetEvent(event);
          t.KeClearEvent(event);
        },
      );
    });
    // Only the waiter that comes too late is lost.
    expect(rules).toEqual(["deadlock"]);
  });

  it("arrives, and then ends", () => {
    const program = programOf((m) => {
      const event = notification(m);
      threads(
        m,
        (t) => void t.KeWaitForSingleObject(event),
        (t) => {
          t.KeSetEvent(event);
          t.KeClearEvent(event);
        },
      );
    });
    expect(program.graphs[0]?.locations.map(({ label }) => label)).toEqual([
      "KeWaitForSingleObject(event) begins",
      "KeWaitForSingleObject(event)",
    ]);
  });

  it("does not arrive if it is a poll", () => {
    const program = programOf((m) => {
      const event = notification(m);
      threads(m, (t) => {
        t.KeWaitForSingleObject(event, { timeout: "zero" });
        t.KeSetEvent(event);
        t.KeResetEvent(event);
      });
    });
    expect(program.graphs[0]?.locations.map(({ label }) => label)).toEqual([
      "KeWaitForSingleObject(event, timeout: zero)",
      "KeSetEvent(event)",
      "KeResetEvent(event)",
    ]);
  });

  it("takes a synchronization event that is signaled already", () => {
    const { rules, ends } = statesAfter(SynchronizationEvent, "Clear", "Set", "Wait");
    expect(rules).toEqual([]);
    expect(ends).toEqual(["s0=0 s1=1 s2=0"]);
  });

  it("is released by one set each, if that finds it waiting", () => {
    const { ends, rules } = outcomes((m) => {
      const event = synchronization(m);
      const state = number(m, "state");
      threads(
        m,
        (t) => void t.KeWaitForSingleObject(event),
        (t) => {
          t.KeClearEvent(event);
          t.KeSetEvent(event);
          const read = t.KeReadStateEvent(event);
          t.assign(state, read);
        },
      );
    });
    expect(rules).toEqual([]);
    expect(ends).toEqual(["state=0", "state=1"]);
  });
});

describe("what makes waits arrive", () => {
  const steps = (call: (t: Thread, event: ReturnType<typeof notification>) => void) =>
    programOf((m) => {
      const event = notification(m);
      threads(
        m,
        (t) => void t.KeWaitForSingleObject(event),
        (t) => call(t, event),
      );
    }).graphs[0]?.locations.length;

  it("is a clear, a reset or a pulse somewhere, and nothing else", () => {
    expect(steps((t, event) => t.KeClearEvent(event))).toBe(2);
    expect(steps((t, event) => void t.KeResetEvent(event))).toBe(2);
    expect(steps((t, event) => void t.KePulseEvent(event))).toBe(2);
    expect(steps((t, event) => void t.KeSetEvent(event))).toBe(1);
    expect(steps((t, event) => void t.KeReadStateEvent(event))).toBe(1);
  });
});

describe("the former state, where a thread may wait", () => {
  it.each([
    ["KeSetEvent", NotificationEvent],
    ["KeSetEvent", SynchronizationEvent],
    ["KePulseEvent", NotificationEvent],
    ["KePulseEvent", SynchronizationEvent],
  ] as const)("is returned by %s of type %i each time", (name, type) => {
    const { ends } = outcomes((m) => {
      const event = m.object("event", KEVENT, { type, state: 1 });
      const seen = m.array("seen", upTo(9), 2, 9);
      threads(
        m,
        (t) =>
          t.repeat(2, (pass) => {
            const before = t[name](event);
            t.assign(seen.at(pass), before);
            t.KeClearEvent(event);
          }),
        (t) => void t.KeWaitForSingleObject(event, { timeout: "finite" }),
      );
    });
    const second = new Set(ends.map((end) => end.split(",").at(-1)));
    expect([...second]).toEqual(["0"]);
    expect(ends).toContain("seen=1,0");
  });
});

describe("the IRQL of event routines", () => {
  it.each([
    ["KeClearEvent", bounds(0, 2)],
    ["KePulseEvent", bounds(0, 2)],
    ["KeReadStateEvent", bounds(0, 2)],
    ["KeResetEvent", bounds(0, 2)],
    ["KeSetEvent", bounds(0, 2)],
  ] as const)("%s", (name, expected) => {
    const found = atEachLevel((m) => {
      const event = notification(m);
      return (t) => void t[name](event);
    });
    expect(found).toEqual(expected);
  });

  it("KeInitializeEvent", () => {
    const found = atEachLevel((m) => {
      const event = notification(m);
      return (t) => t.KeInitializeEvent(event, SynchronizationEvent, not(false));
    });
    expect(found).toEqual(bounds(0, 15));
  });
});
