import { equals, FAST_MUTEX, KSPIN_LOCK, type ModelBody, plus, type Thread, upTo } from "kecheck";
import { describe, expect, it } from "vitest";
import { atEachLevel, bounds, onOneProcessor, outcomes, threads } from "./check-model.ts";

const alone = (body: (t: Thread, m: ModelBody) => void) =>
  outcomes((m) => threads(m, (t) => body(t, m)));
const increments = (m: ModelBody, lock: (t: Thread, body: () => void) => void) => {
  const counter = m.shared("counter", upTo(2));
  const worker = (t: Thread) => lock(t, () => t.assign(counter, plus(counter, 1)));
  m.atEnd("both count", equals(counter, 2));
  threads(m, worker, worker);
};

describe("KeAcquireSpinLock and KeReleaseSpinLock", () => {
  it("exclude each other and restore the IRQL", () => {
    const { rules, ends } = outcomes((m) => {
      const lock = m.object("lock", KSPIN_LOCK);
      increments(m, (t, body) => {
        const old = t.KeAcquireSpinLock(lock);
        body();
        t.KeReleaseSpinLock(lock, old);
      });
    });
    expect(rules).toEqual([]);
    expect(ends).toEqual(["counter=2"]);
  });

  it.each([
    ["KeAcquireSpinLock", 0],
    ["KeAcquireSpinLock", 1],
    ["KeAcquireSpinLockRaiseToDpc", 0],
    ["KeAcquireSpinLockRaiseToDpc", 1],
  ] as const)(
    "%s raises to DISPATCH_LEVEL and returns the level before, here %i",
    (name, level) => {
      const { rules, ends } = alone((t, m) => {
        const lock = m.object("lock", KSPIN_LOCK);
        const old = m.shared("old", upTo(9), 9);
        const during = m.shared("during", upTo(9), 9);
        const after = m.shared("after", upTo(9), 9);
        t.KeRaiseIrql(level);
        const before = t[name](lock);
        t.assign(during, t.KeGetCurrentIrql());
        t.assign(old, before);
        t.KeReleaseSpinLock(lock, before);
        t.assign(after, t.KeGetCurrentIrql());
        t.KeLowerIrql(0);
      });
      expect(rules).toEqual([]);
      expect(ends).toEqual([`old=${level} during=2 after=${level}`]);
    },
  );

  it("raise the IRQL before the lock is free", () => {
    // One processor: the second thread spins at DISPATCH_LEVEL, so the holder below it never runs again.
    const { rules } = outcomes((m) => {
      const lock = m.object("lock", KSPIN_LOCK);
      onOneProcessor(
        m,
        (t) => {
          t.KeAcquireSpinLockAtDpcLevel(lock);
          t.KeReleaseSpinLockFromDpcLevel(lock);
        },
        (t) => t.KeReleaseSpinLock(lock, t.KeAcquireSpinLock(lock)),
      );
    });
    expect(rules).toEqual(["deadlock", "irql-too-low", "irql-too-low"]);
  });

  it("take two steps and one", () => {
    const { states, transitions } = alone((t, m) => {
      const lock = m.object("lock", KSPIN_LOCK);
      t.KeReleaseSpinLock(lock, t.KeAcquireSpinLock(lock));
    });
    expect({ states, transitions }).toEqual({ states: 4, transitions: 3 });
  });

  it.each([
    "KeAcquireSpinLock",
    "KeAcquireSpinLockRaiseToDpc",
    "KeAcquireSpinLockAtDpcLevel",
  ] as const)("%s by the holder spins for ever", (name) => {
    const { rules, ends } = alone((t, m) => {
      const lock = m.object("lock", KSPIN_LOCK);
      t.KeAcquireSpinLock(lock);
      t[name](lock);
    });
    expect(rules).toEqual(["self-deadlock"]);
    expect(ends).toEqual([]);
  });

  it("take locks in nests, the outer first", () => {
    const { rules } = alone((t, m) => {
      const [outer, inner] = [m.object("outer", KSPIN_LOCK), m.object("inner", KSPIN_LOCK)];
      const first = t.KeAcquireSpinLock(outer);
      const second = t.KeAcquireSpinLock(inner);
      t.KeReleaseSpinLock(inner, second);
      t.KeReleaseSpinLock(outer, first);
    });
    expect(rules).toEqual([]);
  });

  it("know the holder where locks are taken in opposite orders", () => {
    const { rules } = outcomes((m) => {
      const [a, b] = [m.object("a", KSPIN_LOCK), m.object("b", KSPIN_LOCK)];
      const both = (one: typeof a, other: typeof a) => (t: Thread) => {
        const first = t.KeAcquireSpinLock(one);
        const second = t.KeAcquireSpinLock(other);
        t.KeReleaseSpinLock(other, second);
        t.KeReleaseSpinLock(one, first);
      };
      threads(m, both(a, b), both(b, a));
    });
    expect(rules).toEqual(["deadlock"]);
  });

  it.each([
    "KeAcquireSpinLock",
    "KeAcquireSpinLockAtDpcLevel",
    "KeAcquireSpinLockRaiseToDpc",
  ] as const)("warn of opposite orders that never meet (%s)", (name) => {
    const { rules } = outcomes((m) => {
      const [a, b] = [m.object("a", KSPIN_LOCK), m.object("b", KSPIN_LOCK)];
      const both = (one: typeof a, other: typeof a) => (t: Thread) => {
        t[name](one);
        t[name](other);
        t.KeReleaseSpinLockFromDpcLevel(other);
        t.KeReleaseSpinLockFromDpcLevel(one);
      };
      const gate = m.object("gate", KSPIN_LOCK);
      const gated = (body: (t: Thread) => void) => (t: Thread) => {
        const old = t.KeAcquireSpinLock(gate);
        body(t);
        t.KeReleaseSpinLock(gate, old);
      };
      threads(m, gated(both(a, b)), gated(both(b, a)));
    });
    expect(rules).toContain("lock-order");
  });
});

describe("a spin lock taken with a fast mutex", () => {
  it.each(["KeAcquireSpinLock", "KeAcquireSpinLockRaiseToDpc"] as const)(
    "by %s gives APC_LEVEL back, and nothing else is right",
    (name) => {
      const givingBack = (level: number) =>
        alone((t, m) => {
          const mutex = m.object("mutex", FAST_MUTEX);
          const lock = m.object("lock", KSPIN_LOCK);
          t.ExAcquireFastMutex(mutex);
          t[name](lock);
          t.KeReleaseSpinLock(lock, level);
          t.KeRaiseIrql(1);
          t.ExReleaseFastMutex(mutex);
        }).rules;
      expect(givingBack(1)).toEqual([]);
      expect(givingBack(0)).toEqual(["irql-not-restored"]);
    },
  );
});

describe("misuse of a spin lock", () => {
  it("a release of a free lock is recorded, and the call goes on", () => {
    const { rules, ends } = alone((t, m) => {
      const lock = m.object("lock", KSPIN_LOCK);
      const after = m.shared("after", upTo(9), 9);
      const old = t.KeRaiseIrqlToDpcLevel();
      t.KeReleaseSpinLock(lock, old);
      t.assign(after, t.KeGetCurrentIrql());
    });
    expect(rules).toEqual(["spin-lock-not-held"]);
    expect(ends).toEqual(["after=0"]);
  });

  it("a release by a stranger frees the lock under its holder", () => {
    const { rules } = outcomes((m) => {
      const lock = m.object("lock", KSPIN_LOCK);
      increments(m, (t, body) => {
        t.KeRaiseIrqlToDpcLevel();
        t.KeReleaseSpinLockFromDpcLevel(lock);
        t.KeAcquireSpinLockAtDpcLevel(lock);
        body();
        t.KeReleaseSpinLockFromDpcLevel(lock);
        t.KeLowerIrql(0);
      });
    });
    expect(rules).toContain("spin-lock-not-held");
    expect(rules).toContain("mutual-exclusion");
    expect(rules).toContain("at-end:both count");
  });

  it.each([
    "KeAcquireSpinLock",
    "KeAcquireSpinLockRaiseToDpc",
    "KeTryToAcquireSpinLockAtDpcLevel",
  ] as const)("%s opens a section, which a stranger's release does not close", (name) => {
    const { rules } = outcomes((m) => {
      const lock = m.object("lock", KSPIN_LOCK);
      const taker = (t: Thread) => {
        t.KeRaiseIrqlToDpcLevel();
        t[name](lock);
      };
      threads(m, taker, taker, (t) => {
        t.KeRaiseIrqlToDpcLevel();
        t.KeReleaseSpinLockFromDpcLevel(lock);
      });
    });
    expect(rules).toContain("mutual-exclusion");
  });

  it("another IRQL than the saved one is recorded, and taken", () => {
    const { rules, ends } = alone((t, m) => {
      const lock = m.object("lock", KSPIN_LOCK);
      const after = m.shared("after", upTo(9), 9);
      t.KeAcquireSpinLock(lock);
      t.KeReleaseSpinLock(lock, 1);
      t.assign(after, t.KeGetCurrentIrql());
    });
    expect(rules).toEqual(["exit-at-raised-irql", "irql-not-restored"]);
    expect(ends).toEqual(["after=1"]);
  });

  it("a lock that is still held at the end is recorded", () => {
    const { rules } = alone((t, m) => {
      t.KeAcquireSpinLock(m.object("lock", KSPIN_LOCK));
    });
    expect(rules).toEqual(["exit-at-raised-irql", "lock-held-at-exit"]);
  });

  it.each(["KeAcquireSpinLock", "KeAcquireSpinLockRaiseToDpc"] as const)(
    "more raises than the model remembers are a bound (%s)",
    (name) => {
      const nested = (count: number) =>
        alone((t, m) => {
          const all = ["a", "b", "c", "d", "e"].slice(0, count);
          const locks = all.map((name) => m.object(name, KSPIN_LOCK));
          const taken = locks.map((lock) => [lock, t[name](lock)] as const);
          for (const [lock, old] of taken.reverse()) t.KeReleaseSpinLock(lock, old);
        });
      expect(nested(4)).toMatchObject({ rules: [], limits: [], ends: [""] });
      expect(nested(5)).toMatchObject({
        rules: [],
        limits: ["more than 4 nested raises of the IRQL"],
        ends: [],
      });
    },
  );
});

describe("KeTryToAcquireSpinLockAtDpcLevel", () => {
  it("takes a free lock, and leaves a held one alone, the caller's own too", () => {
    const { rules, ends } = alone((t, m) => {
      const lock = m.object("lock", KSPIN_LOCK);
      const [first, second] = [m.shared("first", upTo(9), 9), m.shared("second", upTo(9), 9)];
      t.KeRaiseIrqlToDpcLevel();
      t.assign(first, t.KeTryToAcquireSpinLockAtDpcLevel(lock));
      t.assign(second, t.KeTryToAcquireSpinLockAtDpcLevel(lock));
      t.KeReleaseSpinLockFromDpcLevel(lock);
      t.KeLowerIrql(0);
    });
    expect(rules).toEqual([]);
    expect(ends).toEqual(["first=1 second=0"]);
  });

  it("opens a section only when it succeeds", () => {
    const { rules } = outcomes((m) => {
      const lock = m.object("lock", KSPIN_LOCK);
      const worker = (t: Thread) => {
        t.KeRaiseIrqlToDpcLevel();
        t.if(equals(t.KeTryToAcquireSpinLockAtDpcLevel(lock), 1), () => {
          t.KeReleaseSpinLockFromDpcLevel(lock);
        });
        t.KeLowerIrql(0);
      };
      threads(m, worker, worker);
    });
    expect(rules).toEqual([]);
  });
});

describe("KeInitializeSpinLock", () => {
  it("makes a lock that nobody holds, whatever it was", () => {
    const { rules } = alone((t, m) => {
      const lock = m.object("lock", KSPIN_LOCK);
      t.KeRaiseIrqlToDpcLevel();
      t.KeAcquireSpinLockAtDpcLevel(lock);
      t.KeInitializeSpinLock(lock);
      t.KeAcquireSpinLockAtDpcLevel(lock);
      t.KeReleaseSpinLockFromDpcLevel(lock);
      t.KeLowerIrql(0);
    });
    expect(rules).toEqual([]);
  });
});

describe("the IRQL of spin-lock routines", () => {
  const held = (call: (t: Thread, lock: ReturnType<typeof declare>) => void) => (m: ModelBody) => {
    const lock = declare(m);
    return (t: Thread) => call(t, lock);
  };
  const declare = (m: ModelBody) => m.object("lock", KSPIN_LOCK);

  it.each([
    ["KeAcquireSpinLock", bounds(0, 2)],
    ["KeAcquireSpinLockRaiseToDpc", bounds(0, 2)],
    ["KeAcquireSpinLockAtDpcLevel", bounds(2, 15)],
    ["KeInitializeSpinLock", bounds(0, 15)],
    ["KeReleaseSpinLockFromDpcLevel", bounds(2, 2)],
    ["KeTryToAcquireSpinLockAtDpcLevel", bounds(2, 2)],
  ] as const)("%s", (name, expected) => {
    expect(
      atEachLevel(
        held((t, lock) => {
          t[name](lock);
        }),
      ),
    ).toEqual(expected);
  });

  it("KeReleaseSpinLock", () => {
    const found = atEachLevel(held((t, lock) => t.KeReleaseSpinLock(lock, 0)));
    expect(found).toEqual({ ...bounds(2, 2), 0: "irql-not-restored irql-too-low" });
  });
});
