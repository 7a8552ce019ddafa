import {
  atMost,
  equals,
  isNull,
  KMUTEX,
  kmutex,
  type ModelBody,
  model,
  nullPointer,
  plus,
  pointerTo,
  type Thread,
  upTo,
} from "kecheck";
import { describe, expect, it } from "vitest";
import counter from "../../../models/post/counter.ts";
import { type Proof, prove } from "../../../src/engine/reduction/prove.ts";
import { withFaults } from "../../../src/ir/faults.ts";
import type { Program } from "../../../src/ir/program.ts";

function programOf(
  definition: ReturnType<typeof model>,
  parameters: Record<string, number> = {},
): Program {
  const { result } = definition.record({ parameters });
  expect(result.diagnostics).toEqual([]);
  if (!result.ok) throw new Error("the model is right");
  return withFaults(result.program, []);
}

const proofOf = (program: Program): Proof =>
  prove(program, { maxStates: 20_000, interrupted: () => undefined });

const proofOfBody = (body: (m: ModelBody) => void): Proof =>
  proofOf(programOf(model("near miss", body)));

it("proves the program of the post, 3 threads and 1500 iterations, in fewer than 5,000 states", () => {
  const proof = proofOf(programOf(counter));
  expect(proof).toMatchObject({ proved: true, ends: true });
  if (proof.proved) expect(proof.states).toBeLessThan(5000);
});

it("grows with the number of threads and iterations, not with their interleavings", () => {
  const states = (threads: number, iterations: number): number => {
    const proof = proofOf(programOf(counter, { THREADS: threads, ITERATIONS: iterations }));
    if (!proof.proved) throw new Error(proof.because);
    return proof.states;
  };
  // As many as there are passes, and a few for the threads' beginnings and the join.
  expect(states(2, 20) - states(2, 10)).toBe(20);
  expect(states(3, 20) - states(3, 10)).toBe(30);
});

/** Two workers with one body, started and joined by main; `main` runs between start and join. */
function joined(
  m: ModelBody,
  body: (t: Thread) => void,
  main: (t: Thread) => void = () => undefined,
): void {
  const worker = m.thread("worker", body);
  m.main((t) => {
    const handles = [0, 1].map(() => t.PsCreateSystemThread(worker));
    main(t);
    for (const handle of handles) {
      const thread = t.ObReferenceObjectByHandle(handle);
      t.ZwClose(handle);
      t.KeWaitForSingleObject(thread);
      t.ObDereferenceObject(thread);
    }
  });
}

function lockedIncrement(m: ModelBody): {
  readonly body: (t: Thread) => void;
  readonly x: ReturnType<ModelBody["shared"]>;
  readonly mutex: ReturnType<typeof mutexOf>;
} {
  const x = m.shared("x", upTo(4));
  const mutex = mutexOf(m);
  const body = (t: Thread): void => {
    t.KeWaitForSingleObject(mutex);
    t.assign(x, plus(x, 1));
    t.KeReleaseMutex(mutex);
  };
  return { body, x, mutex };
}

const mutexOf = (m: ModelBody) => m.object("mutex", KMUTEX);

describe("programs that hold are proved", () => {
  const right: Readonly<Record<string, (m: ModelBody) => void>> = {
    "a counter behind a mutex": (m) => joined(m, lockedIncrement(m).body),
    recursion: (m) => {
      const { body, mutex } = lockedIncrement(m);
      joined(m, (t) => {
        t.KeWaitForSingleObject(mutex);
        body(t);
        t.KeReleaseMutex(mutex);
      });
    },
    "a second mutex inside the first": (m) => {
      const { body } = lockedIncrement(m);
      const outer = m.object("outer", KMUTEX);
      joined(m, (t) => {
        t.KeWaitForSingleObject(outer);
        body(t);
        t.KeReleaseMutex(outer);
      });
    },
    "a branch on the protected number": (m) => {
      const { x, mutex } = lockedIncrement(m);
      joined(m, (t) => {
        t.KeWaitForSingleObject(mutex);
        t.if(
          equals(x, 1),
          () => t.assign(x, 3),
          () => t.assign(x, 1),
        );
        t.KeReleaseMutex(mutex);
      });
    },
    "a read after the join": (m) => {
      const { body, x } = lockedIncrement(m);
      const worker = m.thread("worker", body);
      m.main((t) => {
        const thread = t.ObReferenceObjectByHandle(t.PsCreateSystemThread(worker));
        t.KeWaitForSingleObject(thread);
        t.assign(x, plus(x, 1));
        t.ObDereferenceObject(thread);
        t.return();
      });
      m.atEnd("both counted", equals(x, 2));
    },
  };
  // The last one leaks its handle, so it must not be proved; the others must.
  it.each(Object.keys(right))("%s", (name) => {
    const proof = proofOfBody(right[name] as (m: ModelBody) => void);
    expect(proof.proved).toBe(name !== "a read after the join");
  });
});

describe("near misses are not proved", () => {
  const wrong: Readonly<Record<string, (m: ModelBody) => void>> = {
    "one increment without the mutex": (m) => {
      const { body, x } = lockedIncrement(m);
      joined(m, body, (t) => t.assign(x, plus(x, 1)));
    },
    "a read without the mutex": (m) => {
      const { body, x } = lockedIncrement(m);
      joined(m, body, (t) => t.print(x));
    },
    "a lost increment that only the end shows": (m) => {
      const x = m.atomic("x", upTo(2));
      joined(m, (t) => {
        const old = t.load(x);
        t.store(x, plus(old, 1));
      });
      m.atEnd("both count", equals(x, 2));
    },
    "a release too many, after the join": (m) => {
      const { body, mutex } = lockedIncrement(m);
      const worker = m.thread("worker", body);
      m.main((t) => {
        t.PsCreateSystemThread(worker);
        t.KeReleaseMutex(mutex);
      });
    },
    "locks taken in opposite orders": (m) => {
      const [a, b] = m.objectArray("lock", KMUTEX, 2);
      const both = (one: typeof a, other: typeof b) => (t: Thread) => {
        if (!one || !other) return;
        t.KeWaitForSingleObject(one);
        t.KeWaitForSingleObject(other);
        t.KeReleaseMutex(other);
        t.KeReleaseMutex(one);
      };
      m.start(m.thread("ab", both(a, b)));
      m.start(m.thread("ba", both(b, a)));
    },
    "a try-acquire that sees a lock taken": (m) => {
      const mutex = mutexOf(m);
      const seen = m.shared("seen", upTo(1));
      m.start(
        m.thread("holder", (t) => {
          t.KeWaitForSingleObject(mutex);
          t.KeReleaseMutex(mutex);
        }),
      );
      m.start(
        m.thread("poller", (t) => {
          const status = t.KeWaitForSingleObject(mutex, { timeout: "zero" });
          t.if(
            equals(status, 0),
            () => t.KeReleaseMutex(mutex),
            () => t.assign(seen, 1),
          );
        }),
      );
      m.atEnd("never seen taken", equals(seen, 0));
    },
    "a number that leaves its range in some order": (m) => {
      const a = m.atomic("a", upTo(3));
      m.start(m.thread("raise", (t) => void t.compareExchange(a, 2, 3)));
      m.start(m.thread("reset", (t) => t.store(a, 2)));
      m.start(m.thread("grow", (t) => void t.fetchAdd(a, 1)));
    },
    "a number that grows too far, and is reset": (m) => {
      const a = m.atomic("a", upTo(2));
      for (const name of ["one", "two", "three"])
        m.start(m.thread(name, (t) => void t.fetchAdd(a, 1)));
      m.start(m.thread("reset", (t) => t.store(a, 0)));
    },
    "a thread that spins for ever beside one that waits for ever": (m) => {
      const flag = m.atomic("flag", upTo(1));
      const mutex = mutexOf(m);
      m.start(
        m.thread("spinner", (t) => {
          t.KeWaitForSingleObject(mutex);
          t.loop(() => t.if(equals(flag, 1), () => t.break()));
        }),
      );
      m.start(m.thread("waiter", (t) => void t.KeWaitForSingleObject(mutex)));
    },
    "a violation behind a thread that never ends": (m) => {
      const flag = m.atomic("flag", upTo(1));
      const mutex = mutexOf(m);
      m.start(m.thread("spinner", (t) => t.loop(() => t.if(equals(flag, 1), () => t.break()))));
      m.start(m.thread("releaser", (t) => t.KeReleaseMutex(mutex)));
    },
    "a free before the join": (m) => {
      const Counter = kmutex(m, "Counter", upTo(4));
      const pointer = m.atomic("POINTER", pointerTo(Counter.box));
      const worker = m.thread("worker", (t) => {
        const found = t.load(pointer);
        t.unless(isNull(found), () => {
          const guard = t.unwrap(Counter.lock(t, found));
          t.assign(guard.data, plus(guard.data, 1));
          guard.drop(t);
        });
      });
      m.main((t) => {
        t.store(pointer, Counter.boxed(t, t.unwrap(Counter.new(t, 0))));
        const handle = t.PsCreateSystemThread(worker);
        Counter.dropBox(t, t.swap(pointer, nullPointer));
        const thread = t.ObReferenceObjectByHandle(handle);
        t.ZwClose(handle);
        t.KeWaitForSingleObject(thread);
        t.ObDereferenceObject(thread);
      });
    },
    "an invariant that breaks only between two blocks": (m) => {
      const x = m.atomic("x", upTo(2));
      const worker = m.thread("worker", (t) => {
        t.fetchAdd(x, 1);
        t.fetchSub(x, 1);
      });
      m.start(worker, { name: "one" });
      m.start(worker, { name: "two" });
      m.invariant("never two", atMost(x, 1));
    },
  };
  it.each(Object.keys(wrong))("%s", (name) => {
    expect(proofOfBody(wrong[name] as (m: ModelBody) => void).proved).toBe(false);
  });
});
