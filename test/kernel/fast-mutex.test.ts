import { equals, FAST_MUTEX, type ModelBody, plus, type Thread, upTo } from "kecheck";
import { describe, expect, it } from "vitest";
import { atEachLevel, bounds, outcomes, threads } from "./check-model.ts";

const alone = (body: (t: Thread, m: ModelBody) => void) =>
  outcomes((m) => threads(m, (t) => body(t, m)));
const fastMutex = (m: ModelBody, name = "mutex") => m.object(name, FAST_MUTEX);
type Mutex = ReturnType<typeof fastMutex>;
const number = (m: ModelBody, name: string) => m.shared(name, upTo(9), 9);
const level = (t: Thread, into: ReturnType<typeof number>) => t.assign(into, t.KeGetCurrentIrql());

/** Every way to take the mutex and give it back. */
const WAYS: Readonly<
  Record<string, readonly [(t: Thread, mutex: Mutex) => void, (t: Thread, mutex: Mutex) => void]>
> = {
  plain: [(t, mutex) => t.ExAcquireFastMutex(mutex), (t, mutex) => t.ExReleaseFastMutex(mutex)],
  unsafe: [
    (t, mutex) => {
      t.KeEnterCriticalRegion();
      t.ExAcquireFastMutexUnsafe(mutex);
    },
    (t, mutex) => {
      t.ExReleaseFastMutexUnsafe(mutex);
      t.KeLeaveCriticalRegion();
    },
  ],
  region: [
    (t, mutex) => t.ExEnterCriticalRegionAndAcquireFastMutexUnsafe(mutex),
    (t, mutex) => t.ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(mutex),
  ],
  try: [
    (t, mutex) => {
      t.loop(() => t.if(t.ExTryToAcquireFastMutex(mutex), () => t.break()));
    },
    (t, mutex) => t.ExReleaseFastMutex(mutex),
  ],
};

describe.each(Object.keys(WAYS))("a fast mutex, taken in the way %s", (way) => {
  const [take, giveBack] = WAYS[way] as (typeof WAYS)[string];

  it("excludes others", () => {
    const { rules, ends } = outcomes((m) => {
      const mutex = fastMutex(m);
      const counter = m.shared("counter", upTo(2));
      const worker = (t: Thread) => {
        take(t, mutex);
        t.assign(counter, plus(counter, 1));
        giveBack(t, mutex);
      };
      m.atEnd("both count", equals(counter, 2));
      threads(m, worker, worker);
    });
    expect(rules).toEqual([]);
    expect(ends).toEqual(["counter=2"]);
  });

  it("is at the level that it should be", () => {
    const { rules, ends } = alone((t, m) => {
      const mutex = fastMutex(m);
      const [during, after] = [number(m, "during"), number(m, "after")];
      take(t, mutex);
      level(t, during);
      giveBack(t, mutex);
      level(t, after);
    });
    expect(rules).toEqual([]);
    expect(ends).toEqual([
      way === "plain" || way === "try" ? "during=1 after=0" : "during=0 after=0",
    ]);
  });

  it("keeps APC_LEVEL for who comes with it", () => {
    const { rules, ends } = alone((t, m) => {
      const mutex = fastMutex(m);
      const [during, after] = [number(m, "during"), number(m, "after")];
      t.KeRaiseIrql(1);
      take(t, mutex);
      level(t, during);
      giveBack(t, mutex);
      level(t, after);
      t.KeLowerIrql(0);
    });
    expect(rules).toEqual([]);
    expect(ends).toEqual(["during=1 after=1"]);
  });

  it("is taken again for ever, except by a try", () => {
    const { rules } = alone((t, m) => {
      const mutex = fastMutex(m);
      take(t, mutex);
      take(t, mutex);
    });
    expect(rules).toEqual(way === "try" ? [] : ["self-deadlock"]);
  });

  it("is recorded as held at the end", () => {
    const { rules } = alone((t, m) => take(t, fastMutex(m)));
    const raised = way === "plain" || way === "try" ? "exit-at-raised-irql" : "exit-in-region";
    // A region that is still open stops the system, before locks are looked at.
    expect(rules).toEqual(raised === "exit-in-region" ? [raised] : [raised, "lock-held-at-exit"]);
  });

  it("that is released by who does not own it is free all the same", () => {
    const { rules } = outcomes((m) => {
      const mutex = fastMutex(m);
      const thief = (t: Thread) => {
        if (way === "plain" || way === "try") t.KeRaiseIrql(1);
        else t.KeEnterCriticalRegion();
        giveBack(t, mutex);
      };
      const owner = (t: Thread) => {
        take(t, mutex);
        giveBack(t, mutex);
      };
      threads(m, owner, thief, owner);
    });
    expect(rules).toContain("fast-mutex-not-owned");
    expect(rules).toContain("mutual-exclusion");
  });
});

describe("a fast mutex", () => {
  it("warns of opposite orders", () => {
    const { rules } = outcomes((m) => {
      const [a, b] = [fastMutex(m, "a"), fastMutex(m, "b")];
      const both = (one: Mutex, other: Mutex) => (t: Thread) => {
        t.ExAcquireFastMutex(one);
        t.ExAcquireFastMutex(other);
        t.ExReleaseFastMutex(other);
        t.ExReleaseFastMutex(one);
      };
      threads(m, both(a, b), both(b, a));
    });
    expect(rules).toEqual(["deadlock"]);
  });

  it.each([
    ["ExAcquireFastMutexUnsafe", "ExReleaseFastMutexUnsafe"],
    [
      "ExEnterCriticalRegionAndAcquireFastMutexUnsafe",
      "ExReleaseFastMutexUnsafeAndLeaveCriticalRegion",
    ],
    ["ExAcquireFastMutex", "ExReleaseFastMutex"],
  ] as const)("is requested by %s", (take, giveBack) => {
    const { rules } = outcomes((m) => {
      const [gate, a, b] = [fastMutex(m, "gate"), fastMutex(m, "a"), fastMutex(m, "b")];
      const both = (one: Mutex, other: Mutex) => (t: Thread) => {
        t.ExAcquireFastMutex(gate);
        t[take](one);
        t[take](other);
        t[giveBack](other);
        t[giveBack](one);
        t.ExReleaseFastMutex(gate);
      };
      threads(m, both(a, b), both(b, a));
    });
    expect(rules).toEqual(["lock-order"]);
  });

  it("that was released twice takes the caller to the level that it still keeps", () => {
    const { rules, ends } = alone((t, m) => {
      const mutex = fastMutex(m);
      const after = number(m, "after");
      t.ExAcquireFastMutex(mutex);
      t.ExReleaseFastMutex(mutex);
      t.KeRaiseIrql(1);
      t.ExReleaseFastMutex(mutex);
      level(t, after);
    });
    expect(rules).toEqual(["fast-mutex-not-owned"]);
    expect(ends).toEqual(["after=0"]);
  });

  it("released out of order leaves the thread at APC_LEVEL", () => {
    const { rules, ends } = alone((t, m) => {
      const [a, b] = [fastMutex(m, "a"), fastMutex(m, "b")];
      const [between, after] = [number(m, "between"), number(m, "after")];
      t.ExAcquireFastMutex(a);
      t.ExAcquireFastMutex(b);
      t.ExReleaseFastMutex(a);
      level(t, between);
      t.ExReleaseFastMutex(b);
      level(t, after);
    });
    expect(rules).toEqual(["exit-at-raised-irql", "irql-too-low"]);
    expect(ends).toEqual(["between=0 after=1"]);
  });

  it("taken safely and released unsafely leaves the IRQL raised", () => {
    const { rules } = alone((t, m) => {
      const mutex = fastMutex(m);
      t.ExAcquireFastMutex(mutex);
      t.ExReleaseFastMutexUnsafe(mutex);
    });
    expect(rules).toEqual(["exit-at-raised-irql"]);
  });

  it("is made free by ExInitializeFastMutex", () => {
    const { rules, ends } = alone((t, m) => {
      const mutex = fastMutex(m);
      const after = number(m, "after");
      t.KeRaiseIrql(1);
      t.ExAcquireFastMutex(mutex);
      t.ExInitializeFastMutex(mutex);
      t.ExReleaseFastMutex(mutex);
      level(t, after);
    });
    expect(rules).toEqual(["fast-mutex-not-owned"]);
    expect(ends).toEqual(["after=0"]);
  });
});

describe("ExTryToAcquireFastMutex", () => {
  it("tells whether it took the mutex, and leaves the IRQL of who failed", () => {
    const { rules, ends } = outcomes((m) => {
      const mutex = fastMutex(m);
      const [first, second] = [number(m, "first"), number(m, "second")];
      threads(m, (t) => {
        t.ExAcquireFastMutexUnsafe(mutex);
        t.assign(first, t.ExTryToAcquireFastMutex(mutex));
        level(t, second);
      });
    });
    expect(rules).toEqual(["irql-too-low", "lock-held-at-exit"]);
    expect(ends).toEqual(["first=0 second=0"]);
    const taken = alone((t, m) => {
      const mutex = fastMutex(m);
      const first = number(m, "first");
      t.assign(first, t.ExTryToAcquireFastMutex(mutex));
      t.ExReleaseFastMutex(mutex);
    });
    expect(taken).toMatchObject({ rules: [], ends: ["first=1"] });
  });
});

describe("ExEnterCriticalRegionAndAcquireFastMutexUnsafe", () => {
  it("enters a region that its counterpart leaves", () => {
    const { rules, ends } = alone((t, m) => {
      const mutex = fastMutex(m);
      const [during, after] = [number(m, "during"), number(m, "after")];
      t.ExEnterCriticalRegionAndAcquireFastMutexUnsafe(mutex);
      t.assign(during, t.KeAreApcsDisabled());
      t.ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(mutex);
      t.assign(after, t.KeAreApcsDisabled());
    });
    expect(rules).toEqual([]);
    expect(ends).toEqual(["during=1 after=0"]);
  });

  it("is bounded in depth", () => {
    const { rules, limits, ends } = alone((t, m) => {
      const names = ["a", "b", "c", "d", "e"];
      const all = names.map((name) => fastMutex(m, name));
      for (const mutex of all) t.ExEnterCriticalRegionAndAcquireFastMutexUnsafe(mutex);
      for (const mutex of all) t.ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(mutex);
    });
    expect(limits).toEqual(["regions nested deeper than 4"]);
    expect({ rules, ends }).toEqual({ rules: [], ends: [] });
  });

  it("has a counterpart that records a region left without being entered", () => {
    const { rules } = alone((t, m) => {
      const mutex = fastMutex(m);
      t.KeRaiseIrql(1);
      t.ExAcquireFastMutexUnsafe(mutex);
      t.ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(mutex);
      t.KeLowerIrql(0);
    });
    expect(rules).toEqual(["region-underflow"]);
  });
});

describe("the Unsafe forms below APC_LEVEL", () => {
  const inside = (enter: (t: Thread) => void, leave: (t: Thread) => void) =>
    alone((t, m) => {
      const mutex = fastMutex(m);
      enter(t);
      t.ExAcquireFastMutexUnsafe(mutex);
      t.ExReleaseFastMutexUnsafe(mutex);
      leave(t);
    });

  it("want a region, of either kind; without one a free build goes on", () => {
    const nothing = (): void => undefined;
    expect(inside(nothing, nothing)).toMatchObject({
      rules: ["irql-too-low", "irql-too-low"],
      ends: [""],
    });
    expect(
      inside(
        (t) => t.KeEnterCriticalRegion(),
        (t) => t.KeLeaveCriticalRegion(),
      ).rules,
    ).toEqual([]);
    expect(
      inside(
        (t) => t.KeEnterGuardedRegion(),
        (t) => t.KeLeaveGuardedRegion(),
      ).rules,
    ).toEqual([]);
  });
});

describe("the IRQL of fast-mutex routines", () => {
  it.each([
    ["ExAcquireFastMutex", bounds(0, 1)],
    ["ExAcquireFastMutexUnsafe", bounds(1, 1)],
    ["ExEnterCriticalRegionAndAcquireFastMutexUnsafe", bounds(0, 1)],
    ["ExInitializeFastMutex", bounds(0, 2)],
    ["ExReleaseFastMutex", bounds(1, 1)],
    ["ExReleaseFastMutexUnsafe", bounds(1, 1)],
    ["ExReleaseFastMutexUnsafeAndLeaveCriticalRegion", bounds(0, 1)],
    ["ExTryToAcquireFastMutex", bounds(0, 1)],
  ] as const)("%s", (name, expected) => {
    const found = atEachLevel((m) => {
      const mutex = fastMutex(m);
      return (t) => void t[name](mutex);
    });
    expect(found).toEqual(expected);
  });

  it.each([
    "ExAcquireFastMutex",
    "ExAcquireFastMutexUnsafe",
    "ExEnterCriticalRegionAndAcquireFastMutexUnsafe",
  ] as const)("%s stops where it must wait above APC_LEVEL, and only there", (name) => {
    const waitsAt = (level: number) =>
      outcomes((m) => {
        const mutex = fastMutex(m);
        threads(m, (t) => {
          t.ExAcquireFastMutex(mutex);
          if (level > 1) t.KeRaiseIrql(level);
          t[name](mutex);
        });
      });
    expect(waitsAt(1).rules).toEqual(["self-deadlock"]);
    expect(waitsAt(2).rules).toEqual(["irql-too-high"]);
  });

  it("is not lowered by taking a mutex above APC_LEVEL", () => {
    const { ends } = alone((t, m) => {
      const mutex = fastMutex(m);
      const [during, after] = [number(m, "during"), number(m, "after")];
      t.KeRaiseIrql(2);
      t.ExAcquireFastMutex(mutex);
      level(t, during);
      t.ExReleaseFastMutex(mutex);
      level(t, after);
    });
    expect(ends).toEqual(["during=2 after=2"]);
  });
});
