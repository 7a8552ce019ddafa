import {
  equals,
  FAST_MUTEX,
  isNull,
  KMUTEX,
  KSPIN_LOCK,
  type ModelBody,
  type Thread,
  type ThreadRoutine,
  upTo,
  type Value,
} from "kecheck";
import { describe, expect, it } from "vitest";
import { explore } from "../../src/semantics/explore.ts";
import { outcomes, programOf, threads } from "./check-model.ts";

const alone = (body: (t: Thread, m: ModelBody) => void) =>
  outcomes((m) => threads(m, (t) => body(t, m)));
const number = (m: ModelBody, name: string) => m.shared(name, upTo(9), 9);

/** Main creates a thread that does nothing, and then what is given. */
const created = (
  body: (t: Thread, worker: ThreadRoutine, m: ModelBody) => void,
  faults: readonly string[] = [],
) =>
  outcomes((m) => {
    const worker = m.thread("worker", () => undefined);
    m.main((t) => body(t, worker, m));
  }, faults);

describe.each(["KeRaiseIrql", "KeRaiseIrqlToDpcLevel"] as const)("%s", (name) => {
  const raise = (t: Thread) =>
    name === "KeRaiseIrql" ? t.KeRaiseIrql(2) : t.KeRaiseIrqlToDpcLevel();

  it("as the fifth raise in a nest has no outcome but the model's bound", () => {
    const { rules, limits, transitions } = alone((t) => {
      for (let count = 0; count < 4; count += 1) t.KeRaiseIrql(2);
      raise(t);
    });
    expect({ rules, limits, transitions }).toEqual({
      rules: [],
      limits: ["more than 4 nested raises of the IRQL"],
      transitions: 5,
    });
  });

  it("saves APC_LEVEL for a thread that a fast mutex raised to it", () => {
    const { rules, ends } = alone((t, m) => {
      const mutex = m.object("mutex", FAST_MUTEX);
      const after = number(m, "after");
      t.ExAcquireFastMutex(mutex);
      t.KeLowerIrql(raise(t));
      t.assign(after, t.KeGetCurrentIrql());
      t.ExReleaseFastMutex(mutex);
    });
    expect(rules).toEqual([]);
    expect(ends).toEqual(["after=1"]);
  });

  it("is undone as the fourth raise of a nest like any other", () => {
    const { rules, limits } = alone((t) => {
      const outer = [1, 1, 1].map((level) => t.KeRaiseIrql(level));
      t.KeLowerIrql(raise(t));
      for (const old of outer.reverse()) t.KeLowerIrql(old);
    });
    expect({ rules, limits }).toEqual({ rules: [], limits: [] });
  });
});

describe("regions nested as deep as the model counts", () => {
  /** A step comes first: calls that cost none are part of the step before. */
  const entered = (enter: (t: Thread, m: ModelBody) => void) =>
    alone((t, m) => {
      t.store(m.atomic("begun", upTo(1)), 1);
      enter(t, m);
    });

  it.each(["KeEnterCriticalRegion", "KeEnterGuardedRegion"] as const)(
    "%s once more has no outcome but the model's bound",
    (name) => {
      const { rules, limits, states, transitions } = entered((t) => {
        for (let count = 0; count < 5; count += 1) t[name]();
      });
      expect({ rules, limits, states, transitions }).toEqual({
        rules: [],
        limits: ["regions nested deeper than 4"],
        states: 1,
        transitions: 1,
      });
    },
  );

  it("ExEnterCriticalRegionAndAcquireFastMutexUnsafe has no outcome but the model's bound", () => {
    const { rules, limits, states, transitions } = entered((t, m) => {
      for (let count = 0; count < 4; count += 1) t.KeEnterCriticalRegion();
      t.ExEnterCriticalRegionAndAcquireFastMutexUnsafe(m.object("mutex", FAST_MUTEX));
    });
    expect({ rules, limits, states, transitions }).toEqual({
      rules: [],
      limits: ["regions nested deeper than 4"],
      states: 2,
      transitions: 2,
    });
  });
});

describe("ExReleaseFastMutexUnsafe", () => {
  it("below APC_LEVEL outside a region is recorded, and frees the mutex", () => {
    const { rules, ends } = alone((t, m) => {
      const mutex = m.object("mutex", FAST_MUTEX);
      const again = number(m, "again");
      t.ExEnterCriticalRegionAndAcquireFastMutexUnsafe(mutex);
      t.KeLeaveCriticalRegion();
      t.ExReleaseFastMutexUnsafe(mutex);
      t.assign(again, t.ExTryToAcquireFastMutex(mutex));
      t.ExReleaseFastMutex(mutex);
    });
    expect(rules).toEqual(["irql-too-low"]);
    expect(ends).toEqual(["again=1"]);
  });
});

describe("KeInitializeMutex", () => {
  it("makes a mutex signaled that was owned", () => {
    const { rules, ends } = alone((t, m) => {
      const mutex = m.object("mutex", KMUTEX);
      const [owned, free] = [number(m, "owned"), number(m, "free")];
      t.KeWaitForSingleObject(mutex);
      t.assign(owned, t.KeReadStateMutex(mutex));
      t.KeInitializeMutex(mutex);
      t.assign(free, t.KeReadStateMutex(mutex));
    });
    expect(rules).toEqual([]);
    expect(ends).toEqual(["owned=0 free=1"]);
  });

  it("lets another thread take a mutex whose owner has not released it", () => {
    const { rules } = outcomes((m) => {
      const mutex = m.object("mutex", KMUTEX);
      const ready = m.atomic("ready", upTo(1));
      threads(
        m,
        (t) => {
          t.KeWaitForSingleObject(mutex);
          t.KeInitializeMutex(mutex);
          t.store(ready, 1);
        },
        (t) => {
          t.if(equals(t.load(ready), 1), () => {
            t.KeWaitForSingleObject(mutex);
            t.KeReleaseMutex(mutex);
          });
        },
      );
    });
    expect(rules).toContain("mutual-exclusion");
    expect(rules).not.toContain("deadlock");
  });
});

describe("KeAcquireSpinLockRaiseToDpc", () => {
  it.each([0, 1, 2])("returns the level %i that it was called at", (level) => {
    const { rules, ends } = alone((t, m) => {
      const lock = m.object("lock", KSPIN_LOCK);
      const before = number(m, "before");
      const outer = t.KeRaiseIrql(level);
      const old = t.KeAcquireSpinLockRaiseToDpc(lock);
      t.assign(before, old);
      t.KeReleaseSpinLock(lock, old);
      t.KeLowerIrql(outer);
    });
    expect(rules).toEqual([]);
    expect(ends).toEqual([`before=${level}`]);
  });

  it("opens a section, which initialising the lock does not close", () => {
    const { rules } = outcomes((m) => {
      const lock = m.object("lock", KSPIN_LOCK);
      const worker = (t: Thread) => {
        const old = t.KeAcquireSpinLockRaiseToDpc(lock);
        t.KeInitializeSpinLock(lock);
        t.KeReleaseSpinLock(lock, old);
      };
      threads(m, worker, worker);
    });
    expect(rules).toContain("mutual-exclusion");
  });

  it("asks for the lock, so that opposite orders are warned of where they never meet", () => {
    const { rules } = outcomes((m) => {
      const gate = m.object("gate", KSPIN_LOCK);
      const [a, b] = [m.object("a", KSPIN_LOCK), m.object("b", KSPIN_LOCK)];
      const nested =
        (...locks: (typeof a)[]) =>
        (t: Thread) => {
          const old = locks.map((lock) => t.KeAcquireSpinLockRaiseToDpc(lock));
          for (const lock of [...locks].reverse()) t.KeReleaseSpinLock(lock, old.pop() ?? 0);
        };
      threads(m, nested(gate, a, b), nested(gate, b, a));
    });
    expect(rules).toEqual(["lock-order"]);
  });
});

it("KeDelayExecutionThread gives the processor away, which is no preemption", () => {
  const program = programOf((m) =>
    threads(m, (t) => {
      t.store(m.atomic("done", upTo(1)), 1);
      t.KeDelayExecutionThread();
    }),
  );
  const yielding = program.graphs.flatMap(({ locations }) =>
    locations.filter((location) => location.yields).map(({ routine }) => routine),
  );
  expect(yielding).toEqual(["KeDelayExecutionThread"]);
});

describe("references to a thread object", () => {
  /** Bounds that are reached, each with the number of outcomes that its call has there. */
  const atTheBound = (more: (t: Thread, handle: Value, thread: Value) => void) => {
    const program = programOf((m) => {
      const worker = m.thread("worker", () => undefined);
      m.main((t) => {
        const handle = t.PsCreateSystemThread(worker);
        more(t, handle, t.ObReferenceObjectByHandle(handle));
      });
    });
    const { nodes, limits } = explore(program, 50_000);
    const ways = nodes.flatMap(({ edges }) => {
      const caller = edges.find(({ limit }) => limit)?.choice.thread;
      return caller === undefined
        ? []
        : [edges.filter(({ choice }) => choice.thread === caller).length];
    });
    return { limits, ways: [...new Set(ways)] };
  };
  const expected = { limits: ["more than 4 references to one object"], ways: [1] };

  it.each(["ObReferenceObject", "ObfReferenceObject"] as const)(
    "%s past the model's bound has no other outcome",
    (name) => {
      const found = atTheBound((t, _, thread) => {
        for (let count = 0; count < 4; count += 1) t[name](thread);
      });
      expect(found).toEqual(expected);
    },
  );

  it("ObReferenceObjectByHandle past the model's bound has no other outcome", () => {
    const found = atTheBound((t, handle) => {
      for (let count = 0; count < 4; count += 1) t.ObReferenceObjectByHandle(handle);
    });
    expect(found).toEqual(expected);
  });
});

/** NTSTATUS values: their places among those that the model knows. */
const [SUCCESS, UNSUCCESSFUL, INSUFFICIENT_RESOURCES] = [0, 2, 4];

describe("ObReferenceObjectByHandle", () => {
  it("of a null handle stops the system", () => {
    const { rules, ends } = created(
      (t, worker) => {
        const handle = t.PsCreateSystemThread(worker);
        t.if(
          isNull(handle),
          () => void t.ObReferenceObjectByHandle(handle),
          () => t.loop(() => t.KeDelayExecutionThread()),
        );
      },
      ["thread-creation"],
    );
    expect(rules.filter((rule) => rule === "invalid-handle")).toEqual(["invalid-handle"]);
    expect(ends).toEqual([]);
  });

  it("returns an object and STATUS_SUCCESS, or null and STATUS_UNSUCCESSFUL", () => {
    const { ends } = created(
      (t, worker, m) => {
        const [status, none] = [number(m, "status"), number(m, "none")];
        const handle = t.PsCreateSystemThread(worker);
        const thread = t.ObReferenceObjectByHandle(handle);
        t.assign(status, thread.status);
        t.assign(none, isNull(thread));
        t.ZwClose(handle);
        t.unless(isNull(thread), () => {
          t.KeWaitForSingleObject(thread);
          t.ObDereferenceObject(thread);
        });
      },
      ["handle-reference"],
    );
    expect(ends).toEqual([`status=${SUCCESS} none=0`, `status=${UNSUCCESSFUL} none=1`]);
  });
});

describe("PsCreateSystemThread", () => {
  it("returns a handle and STATUS_SUCCESS, or null and STATUS_INSUFFICIENT_RESOURCES", () => {
    const { rules, ends } = created(
      (t, worker, m) => {
        const [status, none] = [number(m, "status"), number(m, "none")];
        const handle = t.PsCreateSystemThread(worker);
        t.assign(status, handle.status);
        t.assign(none, isNull(handle));
        t.unless(isNull(handle), () => {
          const thread = t.ObReferenceObjectByHandle(handle);
          t.ZwClose(handle);
          t.KeWaitForSingleObject(thread);
          t.ObDereferenceObject(thread);
        });
      },
      ["thread-creation"],
    );
    expect(rules).toEqual([]);
    expect(ends).toEqual([`status=${SUCCESS} none=0`, `status=${INSUFFICIENT_RESOURCES} none=1`]);
  });
});

it("ZwClose of a handle that was closed stops the system", () => {
  const { rules, ends } = created((t, worker) => {
    const handle = t.PsCreateSystemThread(worker);
    const thread = t.ObReferenceObjectByHandle(handle);
    t.KeWaitForSingleObject(thread);
    t.ObDereferenceObject(thread);
    t.ZwClose(handle);
    t.ZwClose(handle);
  });
  expect(rules).toEqual(["invalid-handle"]);
  expect(ends).toEqual([]);
});

describe("the end of the driver", () => {
  it.each([1, 2])("above PASSIVE_LEVEL is a finding (level %i)", (level) => {
    const { rules } = outcomes((m) => m.main((t) => void t.KeRaiseIrql(level)));
    expect(rules).toContain("irql-too-high");
  });

  it("at PASSIVE_LEVEL is none", () => {
    const { rules } = outcomes((m) => m.main((t) => t.KeLowerIrql(t.KeRaiseIrql(1))));
    expect(rules).toEqual([]);
  });
});
