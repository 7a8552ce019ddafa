import {
  isNull,
  KEVENT,
  type ModelBody,
  type Thread,
  type ThreadRoutine,
  threadObject,
  upTo,
} from "kecheck";
import { describe, expect, it } from "vitest";
import { statusValue } from "../../src/kernel/status.ts";
import { bounds, LEVELS_TRIED, outcomes } from "./check-model.ts";

/** Main creates a thread that does nothing, and then what is given. */
const created = (
  body: (t: Thread, worker: ThreadRoutine, m: ModelBody) => void,
  faults: readonly string[] = [],
) =>
  outcomes((m) => {
    const worker = m.thread("worker", () => undefined);
    m.main((t) => body(t, worker, m));
  }, faults);

/** The five steps of a join. */
const joined = (t: Thread, worker: ThreadRoutine, end: (t: Thread) => void = () => undefined) => {
  const handle = t.PsCreateSystemThread(worker);
  const thread = t.ObReferenceObjectByHandle(handle);
  t.ZwClose(handle);
  t.KeWaitForSingleObject(thread);
  t.ObDereferenceObject(thread);
  end(t);
  return { handle, thread };
};

describe("a handle", () => {
  it("gives a reference that outlives it", () => {
    expect(created((t, worker) => void joined(t, worker)).rules).toEqual([]);
  });

  it("that is closed twice, or used after it was closed, is invalid", () => {
    const twice = created((t, worker) => t.ZwClose(joined(t, worker).handle));
    expect(twice).toMatchObject({ rules: ["invalid-handle"], ends: [] });
    const used = created((t, worker) => {
      t.ObReferenceObjectByHandle(joined(t, worker).handle);
    });
    expect(used).toMatchObject({ rules: ["invalid-handle"], ends: [] });
  });

  it("that is null cannot be referenced", () => {
    const { rules, ends } = created(
      (t, worker, m) => {
        const status = m.shared("status", upTo(9), 9);
        const handle = t.PsCreateSystemThread(worker);
        t.assign(status, handle.status);
        const thread = t.ObReferenceObjectByHandle(handle);
        t.ZwClose(handle);
        t.KeWaitForSingleObject(thread);
        t.ObDereferenceObject(thread);
      },
      ["thread-creation"],
    );
    expect(rules).toEqual(["invalid-handle"]);
    expect(ends).toEqual([`status=${statusValue("STATUS_SUCCESS")}`]);
  });

  it("that was never made is null", () => {
    const { rules } = created(
      (t, worker) => {
        const handle = t.PsCreateSystemThread(worker);
        t.if(
          isNull(handle),
          () => t.ZwClose(handle),
          () => {
            const thread = t.ObReferenceObjectByHandle(handle);
            t.ZwClose(handle);
            t.KeWaitForSingleObject(thread);
            t.ObDereferenceObject(thread);
          },
        );
      },
      ["thread-creation"],
    );
    expect(rules).toEqual(["invalid-handle"]);
  });

  it("that is never closed leaks", () => {
    const { rules } = created((t, worker) => {
      const thread = t.ObReferenceObjectByHandle(t.PsCreateSystemThread(worker));
      t.KeWaitForSingleObject(thread);
      t.ObDereferenceObject(thread);
    });
    expect(rules).toEqual(["handle-leak"]);
  });

  it("is referenced with a status, and the pointer is null if that is no success", () => {
    const { rules, ends } = created(
      (t, worker, m) => {
        const [status, none] = [m.shared("status", upTo(9), 9), m.shared("none", upTo(9), 9)];
        const handle = t.PsCreateSystemThread(worker);
        const thread = t.ObReferenceObjectByHandle(handle);
        t.assign(status, thread.status);
        t.assign(none, isNull(thread));
        t.if(
          isNull(thread),
          () => {
            const again = t.ObReferenceObjectByHandle(handle);
            t.KeWaitForSingleObject(again);
            t.ObDereferenceObject(again);
          },
          () => {
            t.KeWaitForSingleObject(thread);
            t.ObDereferenceObject(thread);
          },
        );
        t.ZwClose(handle);
      },
      ["handle-reference"],
    );
    expect(rules).toEqual(["null-dereference"]);
    expect(ends).toEqual([
      `status=${statusValue("STATUS_SUCCESS")} none=0`,
      `status=${statusValue("STATUS_UNSUCCESSFUL")} none=1`,
    ]);
  });

  it("whose reference fails gives a null pointer", () => {
    const { rules } = created(
      (t, worker) => {
        joined(t, worker);
      },
      ["handle-reference"],
    );
    expect(rules).toEqual(["null-dereference"]);
  });
});

describe.each([
  ["ObReferenceObject", "ObDereferenceObject"],
  ["ObfReferenceObject", "ObfDereferenceObject"],
] as const)("%s and %s", (reference, dereference) => {
  const counted = (more: number, back: number) =>
    created((t, worker) => {
      const handle = t.PsCreateSystemThread(worker);
      const thread = t.ObReferenceObjectByHandle(handle);
      t.ZwClose(handle);
      t.KeWaitForSingleObject(thread);
      for (let count = 0; count < more; count += 1) t[reference](thread);
      for (let count = 0; count < back; count += 1) t[dereference](thread);
    });

  it("count", () => {
    expect(counted(2, 3)).toMatchObject({ rules: [], limits: [] });
    expect(counted(2, 2).rules).toEqual(["object-leak"]);
    expect(counted(1, 3).rules).toEqual(["over-dereference"]);
  });

  it("are bounded", () => {
    expect(counted(3, 4)).toMatchObject({ rules: [], limits: [] });
    expect(counted(4, 5)).toMatchObject({
      rules: [],
      limits: ["more than 4 references to one object"],
      ends: [],
    });
  });

  it("need a reference to start from, as a wait does", () => {
    const late = created((t, worker) => t[reference](joined(t, worker).thread));
    expect(late.rules).toEqual(["use-after-free"]);
    const wait = created((t, worker) => void t.KeWaitForSingleObject(joined(t, worker).thread));
    expect(wait.rules).toEqual(["use-after-free"]);
  });
});

it("ObReferenceObjectByHandle is bounded too", () => {
  const referenced = (times: number) =>
    created((t, worker) => {
      const handle = t.PsCreateSystemThread(worker);
      const all = Array.from({ length: times }, () => t.ObReferenceObjectByHandle(handle));
      t.KeWaitForSingleObject(all[0] as (typeof all)[number]);
      for (const thread of all) t.ObDereferenceObject(thread);
      t.ZwClose(handle);
    });
  expect(referenced(4)).toMatchObject({ rules: [], limits: [], ends: [""] });
  expect(referenced(5)).toMatchObject({
    rules: [],
    limits: ["more than 4 references to one object"],
    ends: [],
  });
});

describe("the IRQL of object routines", () => {
  const found = (
    call: (
      t: Thread,
      handle: ReturnType<typeof joined>["handle"],
      thread: ReturnType<typeof joined>["thread"],
    ) => void,
  ) =>
    Object.fromEntries(
      LEVELS_TRIED.map((level) => {
        const { rules } = created((t, worker) => {
          const handle = t.PsCreateSystemThread(worker);
          const thread = t.ObReferenceObjectByHandle(handle);
          const old = t.KeRaiseIrql(level);
          call(t, handle, thread);
          t.KeLowerIrql(old);
        });
        return [level, rules.filter((rule) => rule.startsWith("irql")).join(" ")];
      }),
    );

  it("is PASSIVE_LEVEL for handles", () => {
    expect(found((t, handle) => t.ZwClose(handle))).toEqual(bounds(0, 0));
    expect(found((t, handle) => void t.ObReferenceObjectByHandle(handle))).toEqual(bounds(0, 0));
  });

  it("is at most DISPATCH_LEVEL for references", () => {
    expect(found((t, _, thread) => t.ObReferenceObject(thread))).toEqual(bounds(0, 2));
    expect(found((t, _, thread) => t.ObfReferenceObject(thread))).toEqual(bounds(0, 2));
    expect(found((t, _, thread) => t.ObDereferenceObject(thread))).toEqual(bounds(0, 2));
    expect(found((t, _, thread) => t.ObfDereferenceObject(thread))).toEqual(bounds(0, 2));
  });
});

describe("PsCreateSystemThread", () => {
  it("makes a thread that may run at once, and joins at its end only", () => {
    const { rules, ends } = outcomes((m) => {
      const worked = m.shared("worked", { kind: "boolean" });
      const worker = m.thread("worker", (t) => t.assign(worked, true));
      m.atEnd("it worked", worked);
      m.main((t) => void joined(t, worker));
    });
    expect(rules).toEqual([]);
    expect(ends).toEqual(["worked=1"]);
  });

  it("wants PASSIVE_LEVEL", () => {
    const at = (level: number) =>
      created((t, worker) => {
        const old = t.KeRaiseIrql(level);
        t.PsCreateSystemThread(worker);
        t.KeLowerIrql(old);
      }).rules.filter((rule) => rule.startsWith("irql"));
    expect(at(0)).toEqual([]);
    expect(at(1)).toEqual(["irql-too-high"]);
  });

  it("of a second thread at one place is a bound", () => {
    const { limits } = created((t, worker) => {
      t.repeat(2, () => {
        t.PsCreateSystemThread(worker);
      });
    });
    expect(limits).toEqual(["one thread for each place that creates threads"]);
  });

  it("that fails makes neither thread nor handle, and says so", () => {
    const { rules, ends } = created(
      (t, worker, m) => {
        const status = m.shared("status", upTo(9), 9);
        const handle = t.PsCreateSystemThread(worker);
        t.assign(status, handle.status);
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
    expect(ends).toEqual([
      `status=${statusValue("STATUS_SUCCESS")}`,
      `status=${statusValue("STATUS_INSUFFICIENT_RESOURCES")}`,
    ]);
  });
});

describe("a thread", () => {
  it("cannot be joined by itself", () => {
    const { rules } = outcomes((m) => {
      const own = m.atomic("own", threadObject);
      const worker = m.thread("worker", (t) => {
        const thread = t.load(own);
        t.unless(isNull(thread), () => void t.KeWaitForSingleObject(thread));
      });
      m.main((t) => {
        const handle = t.PsCreateSystemThread(worker);
        const thread = t.ObReferenceObjectByHandle(handle);
        t.store(own, thread);
        t.KeWaitForSingleObject(thread);
        t.ZwClose(handle);
        t.ObDereferenceObject(thread);
      });
    });
    expect(rules).toEqual(["join-self"]);
  });

  it("cannot be waited for at DISPATCH_LEVEL: that stops the system, unless it has ended", () => {
    const joinedAtDispatch = (already: boolean) =>
      outcomes((m) => {
        const go = m.object("go", KEVENT);
        const worker = m.thread("worker", (t) => void t.KeWaitForSingleObject(go));
        m.main((t) => {
          const handle = t.PsCreateSystemThread(worker);
          const thread = t.ObReferenceObjectByHandle(handle);
          t.ZwClose(handle);
          if (already) t.KeSetEvent(go);
          if (already) t.KeWaitForSingleObject(thread);
          t.KeRaiseIrql(2);
          t.KeWaitForSingleObject(thread);
          t.KeLowerIrql(0);
          t.KeSetEvent(go);
          t.KeWaitForSingleObject(thread);
          t.ObDereferenceObject(thread);
        });
      });
    expect(joinedAtDispatch(false)).toMatchObject({ rules: ["wait-at-dispatch"], ends: [] });
    expect(joinedAtDispatch(true)).toMatchObject({ rules: ["wait-at-dispatch"], ends: [""] });
  });

  it("that nobody waits for outlives the driver, or is told of", () => {
    const { rules, ends } = outcomes((m) => {
      const ended = m.atomic("ended", upTo(1));
      const worker = m.thread("worker", (t) => t.store(ended, 1));
      m.main((t) => t.ZwClose(t.PsCreateSystemThread(worker)));
    });
    expect(rules).toEqual(["thread-not-joined", "thread-outlives-driver"]);
    // The driver cannot go before: that stops the system.
    expect(ends).toEqual(["ended=1"]);
  });

  it("stays signaled, for any number of late joins", () => {
    const { rules } = created((t, worker) => {
      const handle = t.PsCreateSystemThread(worker);
      const thread = t.ObReferenceObjectByHandle(handle);
      t.ZwClose(handle);
      t.KeWaitForSingleObject(thread);
      t.KeWaitForSingleObject(thread);
      t.ObDereferenceObject(thread);
    });
    expect(rules).toEqual([]);
  });
});
