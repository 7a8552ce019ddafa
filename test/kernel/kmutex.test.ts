import { equals, KMUTEX, type ModelBody, plus, type Thread, upTo } from "kecheck";
import { describe, expect, it } from "vitest";
import { atEachLevel, bounds, onOneProcessor, outcomes, threads } from "./check-model.ts";

const alone = (body: (t: Thread, m: ModelBody) => void) =>
  outcomes((m) => threads(m, (t) => body(t, m)));
const mutexOf = (m: ModelBody, name = "mutex") => m.object(name, KMUTEX);
const number = (m: ModelBody, name: string) => m.shared(name, upTo(9), 9);
const take = (t: Thread, mutex: ReturnType<typeof mutexOf>, times: number) => {
  for (let count = 0; count < times; count += 1) t.KeWaitForSingleObject(mutex);
};

describe("a KMUTEX", () => {
  it.each(["threads", "one processor"])("excludes others (%s)", (how) => {
    const { rules, ends, states } = outcomes((m) => {
      const mutex = mutexOf(m);
      const counter = m.shared("counter", upTo(2));
      const worker = (t: Thread) => {
        t.KeWaitForSingleObject(mutex);
        t.assign(counter, plus(counter, 1));
        t.KeReleaseMutex(mutex);
      };
      m.atEnd("both count", equals(counter, 2));
      (how === "threads" ? threads : onOneProcessor)(m, worker, worker);
    });
    expect(rules).toEqual([]);
    expect(ends).toEqual(["counter=2"]);
    expect(states).toBe(how === "threads" ? 16 : 28);
  });

  it("admits its owner again, up to the model's bound", () => {
    const nested = (takes: number, releases: number) =>
      alone((t, m) => {
        const mutex = mutexOf(m);
        take(t, mutex, takes);
        for (let count = 0; count < releases; count += 1) t.KeReleaseMutex(mutex);
      });
    expect(nested(4, 4)).toMatchObject({ rules: [], limits: [] });
    expect(nested(2, 1).rules).toEqual(["lock-held-at-exit"]);
    expect(nested(5, 5)).toMatchObject({
      rules: [],
      limits: ["recursion of KMUTEX deeper than 4"],
    });
  });

  it("is not signaled for others until it was released as often as taken", () => {
    const { rules } = outcomes((m) => {
      const mutex = mutexOf(m);
      const worker = (t: Thread) => {
        take(t, mutex, 2);
        t.KeReleaseMutex(mutex);
        t.KeReleaseMutex(mutex);
      };
      threads(m, worker, worker);
    });
    expect(rules).toEqual([]);
  });

  it("tells whether it is free", () => {
    const { ends } = alone((t, m) => {
      const mutex = mutexOf(m);
      const [free, held] = [number(m, "free"), number(m, "held")];
      const before = t.KeReadStateMutex(mutex);
      t.assign(free, before);
      t.KeWaitForSingleObject(mutex);
      const after = t.KeReadStateMutex(mutex);
      t.assign(held, after);
      t.KeReleaseMutex(mutex);
    });
    expect(ends).toEqual(["free=1 held=0"]);
  });

  it("is made free by KeInitializeMutex", () => {
    const { rules, ends } = alone((t, m) => {
      const mutex = mutexOf(m);
      const free = number(m, "free");
      take(t, mutex, 2);
      t.KeInitializeMutex(mutex);
      const state = t.KeReadStateMutex(mutex);
      t.assign(free, state);
      t.KeWaitForSingleObject(mutex);
      t.KeReleaseMutex(mutex);
    });
    expect(rules).toEqual([]);
    expect(ends).toEqual(["free=1"]);
  });

  it("warns of opposite orders", () => {
    const { rules } = outcomes((m) => {
      const [gate, a, b] = [mutexOf(m, "gate"), mutexOf(m, "a"), mutexOf(m, "b")];
      const both = (one: typeof a, other: typeof a) => (t: Thread) => {
        for (const mutex of [gate, one, other]) t.KeWaitForSingleObject(mutex);
        for (const mutex of [other, one, gate]) t.KeReleaseMutex(mutex);
      };
      threads(m, both(a, b), both(b, a));
    });
    expect(rules).toEqual(["lock-order"]);
  });

  it("asks for nothing with a poll or a time limit", () => {
    const { rules } = outcomes((m) => {
      const [a, b] = [mutexOf(m, "a"), mutexOf(m, "b")];
      const both = (one: typeof a, other: typeof a, timeout: "zero" | "finite") => (t: Thread) => {
        t.KeWaitForSingleObject(one);
        t.if(
          t.KeWaitForSingleObject(other, { timeout }),
          () => undefined,
          () => t.KeReleaseMutex(other),
        );
        t.KeReleaseMutex(one);
      };
      threads(m, both(a, b, "zero"), both(b, a, "finite"));
    });
    expect(rules).toEqual([]);
  });
});

describe("KeReleaseMutex by who does not own it", () => {
  it("is one release too many where the thread takes the mutex", () => {
    const { rules } = alone((t, m) => {
      const mutex = mutexOf(m);
      take(t, mutex, 1);
      t.KeReleaseMutex(mutex);
      t.KeReleaseMutex(mutex);
    });
    expect(rules).toEqual(["double-release"]);
  });

  it("is a foreign mutex where it takes none", () => {
    expect(alone((t, m) => t.KeReleaseMutex(mutexOf(m))).rules).toEqual(["mutex-not-owned"]);
    const { rules } = outcomes((m) => {
      const mutex = mutexOf(m);
      threads(
        m,
        (t) => {
          take(t, mutex, 1);
          t.KeReleaseMutex(mutex);
        },
        (t) => t.KeReleaseMutex(mutex),
      );
    });
    expect(rules).toEqual(["mutex-not-owned"]);
  });
});

describe("a KMUTEX of threads that share a processor", () => {
  it("is handed to who waits, so that its former owner waits in turn", () => {
    const { rules, ends } = outcomes((m) => {
      const mutex = mutexOf(m);
      const polled = number(m, "polled");
      const waited = m.atomic("waited", upTo(1));
      onOneProcessor(
        m,
        (t) => {
          t.KeWaitForSingleObject(mutex);
          t.store(waited, 1);
          t.KeReleaseMutex(mutex);
        },
        (t) => {
          t.KeWaitForSingleObject(mutex);
          t.KeRaiseIrql(2);
          t.KeReleaseMutex(mutex);
          const status = t.KeWaitForSingleObject(mutex, { timeout: "zero" });
          t.assign(polled, status);
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
    // 0 is STATUS_SUCCESS, 1 STATUS_TIMEOUT: the poll fails exactly if the other one was queued.
    expect(ends).toEqual(["polled=0 waited=1", "polled=1 waited=1"]);
  });

  it("is handed on with one acquisition", () => {
    const { rules } = outcomes((m) => {
      const mutex = mutexOf(m);
      const worker = (t: Thread) => {
        take(t, mutex, 2);
        t.KeReleaseMutex(mutex);
        t.KeReleaseMutex(mutex);
      };
      onOneProcessor(m, worker, worker, worker);
    });
    expect(rules).toEqual([]);
  });

  it("takes nobody's waiter along when it is initialised", () => {
    const { rules } = outcomes((m) => {
      const mutex = mutexOf(m);
      onOneProcessor(
        m,
        (t) => {
          take(t, mutex, 1);
          t.KeInitializeMutex(mutex);
          take(t, mutex, 1);
          t.KeReleaseMutex(mutex);
        },
        (t) => {
          take(t, mutex, 1);
          t.KeReleaseMutex(mutex);
        },
      );
    });
    expect(rules).toContain("deadlock");
  });

  it("deadlocks with another in opposite orders", () => {
    const { rules } = outcomes((m) => {
      const [a, b] = [mutexOf(m, "a"), mutexOf(m, "b")];
      const both = (one: typeof a, other: typeof a) => (t: Thread) => {
        for (const mutex of [one, other]) t.KeWaitForSingleObject(mutex);
        for (const mutex of [other, one]) t.KeReleaseMutex(mutex);
      };
      onOneProcessor(m, both(a, b), both(b, a));
    });
    expect(rules).toEqual(["deadlock"]);
  });

  it("warns of opposite orders, also where it is always free", () => {
    const { rules } = outcomes((m) => {
      const [gate, a, b] = [mutexOf(m, "gate"), mutexOf(m, "a"), mutexOf(m, "b")];
      const both = (one: typeof a, other: typeof a) => (t: Thread) => {
        for (const mutex of [gate, one, other]) t.KeWaitForSingleObject(mutex);
        for (const mutex of [other, one, gate]) t.KeReleaseMutex(mutex);
      };
      onOneProcessor(m, both(a, b), both(b, a));
    });
    expect(rules).toEqual(["lock-order"]);
  });
});

describe("the IRQL of mutex routines", () => {
  it.each([
    ["KeInitializeMutex", bounds(0, 15)],
    ["KeReadStateMutex", bounds(0, 2)],
    ["KeReleaseMutex", bounds(0, 2, "release-above-dispatch")],
  ] as const)("%s", (name, expected) => {
    const found = atEachLevel((m) => {
      const mutex = mutexOf(m);
      return (t) => void t[name](mutex);
    });
    expect(found).toEqual(expected);
  });

  it("stops a release above DISPATCH_LEVEL, before the owner is looked at", () => {
    const { rules } = alone((t, m) => {
      t.KeRaiseIrql(3);
      t.KeReleaseMutex(mutexOf(m));
    });
    expect(rules).toEqual(["release-above-dispatch"]);
  });
});
