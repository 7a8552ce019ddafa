/** Stories about how threads and drivers end: what they must not take with them, and what they must not leave behind. */
import {
  equals,
  FAST_MUTEX,
  isNull,
  KEVENT,
  KMUTEX,
  KSPIN_LOCK,
  type ModelBody,
  type Thread,
  type ThreadRoutine,
  u8,
  upTo,
} from "kecheck";
import { describe, expect, it } from "vitest";
import { outcomes, threads } from "../../kernel/check-model.ts";

type Ends = (t: Thread, m: ModelBody) => void;

/** A thread that ends so: active from the start, or created and joined by a driver. */
const HOW: Readonly<Record<string, (body: Ends) => ReturnType<typeof outcomes>>> = {
  active: (body) => outcomes((m) => threads(m, (t) => body(t, m))),
  created: (body) =>
    outcomes((m) => {
      const worker = m.thread("worker", (t) => body(t, m));
      m.main((t) => joins(t, worker));
    }),
};

const joins = (t: Thread, worker: ThreadRoutine) => {
  const handle = t.PsCreateSystemThread(worker);
  t.unless(isNull(handle), () => {
    const thread = t.ObReferenceObjectByHandle(handle);
    t.ZwClose(handle);
    t.KeWaitForSingleObject(thread);
    t.ObDereferenceObject(thread);
  });
};

describe.each(Object.keys(HOW))("a thread that ends, %s,", (how) => {
  const ended = HOW[how] as (body: Ends) => ReturnType<typeof outcomes>;

  it("with nothing open does no harm", () => {
    expect(ended(() => undefined)).toMatchObject({ rules: [], ends: [""] });
  });

  it("while it owns a KMUTEX stops the system, whichever it is", () => {
    const owning = (which: 0 | 1) =>
      ended((t, m) => {
        const all = [m.object("first", KMUTEX), m.object("second", KMUTEX)] as const;
        for (const mutex of all) t.KeWaitForSingleObject(mutex);
        t.KeReleaseMutex(all[1 - which] as (typeof all)[number]);
      });
    expect(owning(0)).toMatchObject({ rules: ["lock-held-at-exit"], ends: [] });
    expect(owning(1)).toMatchObject({ rules: ["lock-held-at-exit"], ends: [] });
  });

  it("while it owns a KMUTEX in a pool block stops the system, whichever block it is", () => {
    const { rules, ends } = ended((t, m) => {
      const block = m.block("block", { value: u8, mutex: KMUTEX });
      block.allocate(t);
      t.KeWaitForSingleObject(block.at(block.allocate(t)).mutex);
    });
    expect(rules).toEqual(["lock-held-at-exit"]);
    expect(ends).toEqual([]);
  });

  it("inside a region of either kind stops the system", () => {
    expect(ended((t) => t.KeEnterCriticalRegion())).toMatchObject({
      rules: ["exit-in-region"],
      ends: [],
    });
    expect(ended((t) => t.KeEnterGuardedRegion())).toMatchObject({
      rules: ["exit-in-region"],
      ends: [],
    });
  });

  it("inside a region while it owns a KMUTEX stops the system for the mutex, and once", () => {
    const { rules } = ended((t, m) => {
      t.KeEnterCriticalRegion();
      t.KeWaitForSingleObject(m.object("mutex", KMUTEX));
    });
    expect(rules).toEqual(["lock-held-at-exit"]);
  });

  it("with a fast mutex or a spin lock leaves it held for ever, which is recorded", () => {
    const fast = ended((t, m) => {
      t.KeRaiseIrql(1);
      t.ExAcquireFastMutexUnsafe(m.object("mutex", FAST_MUTEX));
      t.KeLowerIrql(0);
    });
    expect(fast).toMatchObject({ rules: ["lock-held-at-exit"], ends: [""] });
    const spin = ended((t, m) => {
      const old = t.KeRaiseIrqlToDpcLevel();
      t.KeAcquireSpinLockAtDpcLevel(m.object("lock", KSPIN_LOCK));
      t.KeLowerIrql(old);
    });
    expect(spin).toMatchObject({ rules: ["lock-held-at-exit"], ends: [""] });
  });

  it("above PASSIVE_LEVEL is recorded, and the processor goes on at PASSIVE_LEVEL", () => {
    expect(ended((t) => void t.KeRaiseIrql(1))).toMatchObject({
      rules: ["exit-at-raised-irql"],
      ends: [""],
    });
  });
});

describe("the end of a thread", () => {
  it("is a step where it was created, since that signals its object, and none where it was active", () => {
    const ending = HOW.active?.((t, m) => t.store(m.atomic("done", upTo(1)), 1));
    expect(ending?.states).toBe(2);
    // Created, referenced, closed, joined, given back, driver gone; the worker starts and exits meanwhile.
    const joining = HOW.created?.(() => undefined);
    expect(joining?.states).toBe(13);
  });

  it("lowers the IRQL, however high it was", () => {
    const levels = (level: number) =>
      outcomes((m) => {
        const done = m.atomic("done", upTo(1));
        threads(m, (t) => {
          t.choose([() => void t.KeRaiseIrql(level), () => void t.KeRaiseIrql(0)]);
          t.store(done, 1);
        });
      });
    expect(levels(2).ends).toEqual(["done=1"]);
    // Both ends are one state: only what the raise saved was different, and that is the same here.
    expect(levels(2).states).toBe(levels(0).states + 1);
  });
});

describe("a thread that holds what another one ends with", () => {
  it("is not blamed: only who ends with a lock is", () => {
    const { rules } = outcomes((m) => {
      const mutex = m.object("mutex", KMUTEX);
      const never = m.object("never", KEVENT);
      threads(
        m,
        (t) => {
          t.KeWaitForSingleObject(mutex);
          t.KeWaitForSingleObject(never);
          t.KeReleaseMutex(mutex);
        },
        () => undefined,
      );
    });
    expect(rules).toEqual(["deadlock"]);
  });
});

describe("a driver that goes away", () => {
  const driver = (
    entry: (t: Thread, worker: ThreadRoutine, m: ModelBody) => void,
    faults: readonly string[] = [],
  ) =>
    outcomes((m) => {
      const worker = m.thread("worker", () => undefined);
      m.main((t) => entry(t, worker, m));
    }, faults);

  it("at PASSIVE_LEVEL, with all given back, leaves nothing", () => {
    expect(driver(joins).rules).toEqual([]);
  });

  it("without a thread, since its creation failed, has nothing to give back or wait for", () => {
    expect(driver(joins, ["thread-creation"]).rules).toEqual([]);
  });

  it("above PASSIVE_LEVEL is recorded at each of the two ends, of the driver and of its thread", () => {
    expect(driver((t) => void t.KeRaiseIrql(1)).rules).toEqual([
      "exit-at-raised-irql",
      "irql-too-high",
    ]);
  });

  it("leaks the handle, the reference, the block that it keeps, each by itself", () => {
    const handle = driver((t, worker) => {
      const thread = t.ObReferenceObjectByHandle(t.PsCreateSystemThread(worker));
      t.KeWaitForSingleObject(thread);
      t.ObDereferenceObject(thread);
    });
    expect(handle.rules).toEqual(["handle-leak"]);
    const object = driver((t, worker) => {
      const made = t.PsCreateSystemThread(worker);
      t.KeWaitForSingleObject(t.ObReferenceObjectByHandle(made));
      t.ZwClose(made);
    });
    expect(object.rules).toEqual(["object-leak"]);
    const pool = driver((t, _, m) => void m.block("block", { value: u8 }).allocate(t));
    expect(pool.rules).toEqual(["pool-leak"]);
  });

  it.each([0, 1])("leaks one of two blocks that one place allocates, here %i", (kept) => {
    const { rules } = driver((t, _, m) => {
      const block = m.block("block", { value: u8 });
      t.repeat(2, (pass) => {
        const pointer = block.allocate(t);
        t.unless(equals(pass, kept), () => block.free(t, pointer));
      });
    });
    expect(rules).toEqual(["pool-leak"]);
  });

  it("leaks blocks of two kinds as two, though one line allocates both", () => {
    const { rules } = driver((t, _, m) => {
      const kinds = [m.block("request", { value: u8 }), m.block("answer", { value: u8 })];
      for (const block of kinds) block.allocate(t);
    });
    expect(rules).toEqual(["pool-leak", "pool-leak"]);
  });

  it("has not joined a thread that had ended before anybody could know", () => {
    const { rules } = driver((t, worker) => {
      const handle = t.PsCreateSystemThread(worker);
      const thread = t.ObReferenceObjectByHandle(handle);
      t.ZwClose(handle);
      t.KeWaitForSingleObject(thread, { timeout: "finite" });
      t.ObDereferenceObject(thread);
    });
    expect(rules).toEqual(["thread-not-joined", "thread-outlives-driver"]);
  });

  it("before its thread stops the system, whatever the thread would have done then", () => {
    const { rules } = outcomes((m) => {
      const never = m.object("never", KEVENT);
      const worker = m.thread("worker", (t) => void t.KeWaitForSingleObject(never));
      m.main((t) => t.ZwClose(t.PsCreateSystemThread(worker)));
    });
    // No deadlock: nobody waits once the system has stopped.
    expect(rules).toEqual(["thread-outlives-driver"]);
  });

  it("is all that makes a join needed: threads without a driver may end alone", () => {
    const { rules } = outcomes((m) => {
      const worker = m.thread("worker", () => undefined);
      threads(m, (t) => t.ZwClose(t.PsCreateSystemThread(worker)));
    });
    expect(rules).toEqual([]);
  });

  it("has joined each of the threads that one place creates, or not", () => {
    const all = (joined: readonly boolean[]) =>
      driver((t, worker) => {
        const handles = t.repeatUnrolled(2, () => t.PsCreateSystemThread(worker));
        for (const [index, handle] of handles.entries()) {
          const thread = t.ObReferenceObjectByHandle(handle);
          t.ZwClose(handle);
          if (joined[index]) t.KeWaitForSingleObject(thread);
          t.ObDereferenceObject(thread);
        }
      }).rules;
    expect(all([true, true])).toEqual([]);
    expect(all([true, false])).toEqual(["thread-not-joined", "thread-outlives-driver"]);
    expect(all([false, true])).toEqual(["thread-not-joined", "thread-outlives-driver"]);
  });
});
