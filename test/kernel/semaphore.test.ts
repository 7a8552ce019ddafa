import { KSEMAPHORE, type ModelBody, type Thread, upTo } from "kecheck";
import { describe, expect, it } from "vitest";
import { atEachLevel, bounds, onOneProcessor, outcomes, threads } from "./check-model.ts";

const alone = (body: (t: Thread, m: ModelBody) => void) =>
  outcomes((m) => threads(m, (t) => body(t, m)));
const number = (m: ModelBody, name: string) => m.shared(name, upTo(9), 9);

describe("a semaphore", () => {
  it("admits as many waits as its count says", () => {
    const waits = (count: number) =>
      alone((t, m) => {
        const semaphore = m.object("semaphore", KSEMAPHORE, { count: 2 });
        for (let wait = 0; wait < count; wait += 1) t.KeWaitForSingleObject(semaphore);
      }).rules;
    expect(waits(2)).toEqual([]);
    expect(waits(3)).toEqual(["deadlock"]);
  });

  it("is empty at first, and counts what is released", () => {
    const { rules, ends } = alone((t, m) => {
      const semaphore = m.object("semaphore", KSEMAPHORE);
      const [first, second, last] = [number(m, "first"), number(m, "second"), number(m, "last")];
      const before = t.KeReleaseSemaphore(semaphore, 2);
      t.assign(first, before);
      const next = t.KeReleaseSemaphore(semaphore, 1);
      t.assign(second, next);
      t.KeWaitForSingleObject(semaphore);
      const count = t.KeReadStateSemaphore(semaphore);
      t.assign(last, count);
    });
    expect(rules).toEqual([]);
    expect(ends).toEqual(["first=0 second=2 last=2"]);
  });

  it("may be released by a thread that took nothing", () => {
    const { rules } = outcomes((m) => {
      const semaphore = m.object("semaphore", KSEMAPHORE);
      const waits = (t: Thread) => void t.KeWaitForSingleObject(semaphore);
      threads(m, waits, waits, (t) => void t.KeReleaseSemaphore(semaphore, 2));
    });
    expect(rules).toEqual([]);
  });
});

describe("KeReleaseSemaphore", () => {
  const released = (adjustment: number, initial: { count: number; limit: number }) =>
    alone((t, m) => {
      const semaphore = m.object("semaphore", KSEMAPHORE, initial);
      const after = number(m, "after");
      t.KeReleaseSemaphore(semaphore, adjustment);
      const count = t.KeReadStateSemaphore(semaphore);
      t.assign(after, count);
    });

  it("stops at the limit, and not before", () => {
    expect(released(1, { count: 1, limit: 2 })).toMatchObject({ rules: [], ends: ["after=2"] });
    expect(released(2, { count: 1, limit: 2 })).toMatchObject({
      rules: ["semaphore-limit"],
      ends: [],
    });
  });

  it("does not take back", () => {
    expect(released(-1, { count: 1, limit: 2 })).toMatchObject({
      rules: ["semaphore-limit"],
      ends: [],
    });
  });

  it("of nothing is recorded, and changes nothing", () => {
    expect(released(0, { count: 1, limit: 2 })).toMatchObject({
      rules: ["semaphore-limit"],
      ends: ["after=1"],
    });
  });
});

describe("KeInitializeSemaphore", () => {
  it("sets count and limit", () => {
    const { rules, ends } = alone((t, m) => {
      const semaphore = m.object("semaphore", KSEMAPHORE);
      const count = number(m, "count");
      t.KeInitializeSemaphore(semaphore, 1, 2);
      const read = t.KeReadStateSemaphore(semaphore);
      t.assign(count, read);
      t.KeReleaseSemaphore(semaphore, 1);
      t.KeReleaseSemaphore(semaphore, 1);
    });
    expect(rules).toEqual(["semaphore-limit"]);
    expect(ends).toEqual([]);
  });

  it("leaves room up to the limit", () => {
    const { rules, ends } = alone((t, m) => {
      const semaphore = m.object("semaphore", KSEMAPHORE, { limit: 1 });
      const count = number(m, "count");
      t.KeInitializeSemaphore(semaphore, 1, 2);
      t.KeReleaseSemaphore(semaphore, 1);
      const read = t.KeReadStateSemaphore(semaphore);
      t.assign(count, read);
    });
    expect(rules).toEqual([]);
    expect(ends).toEqual(["count=2"]);
  });
});

describe("a semaphore of threads that share a processor", () => {
  /** Three waiters with a time limit, `adjustment` released at once; how many pass, by the count that is left. */
  const passing = (adjustment: number) =>
    outcomes((m) => {
      const semaphore = m.object("semaphore", KSEMAPHORE);
      const passed = m.atomic("passed", upTo(9));
      const left = number(m, "left");
      const waits = (t: Thread) => {
        const status = t.KeWaitForSingleObject(semaphore, { timeout: "finite" });
        t.if(
          status,
          () => undefined,
          () => t.fetchAdd(passed, 1),
        );
      };
      onOneProcessor(m, waits, waits, (t) => {
        t.KeReleaseSemaphore(semaphore, adjustment);
        const count = t.KeReadStateSemaphore(semaphore);
        t.assign(left, count);
      });
    });

  it("admits as many waiters as there is room for, and keeps the rest", () => {
    const one = passing(1);
    expect(one.rules).toEqual([]);
    // Nobody or one waits at the release, or one passes before the count is read; or all gave up before.
    expect(one.ends).toEqual(["passed=0 left=1", "passed=1 left=0", "passed=1 left=1"]);
    const three = passing(3);
    expect(three.ends).toEqual([
      "passed=0 left=3",
      "passed=1 left=2",
      "passed=1 left=3",
      "passed=2 left=1",
      "passed=2 left=2",
      "passed=2 left=3",
    ]);
  });

  it("hands over without a chance for a third", () => {
    const { rules } = outcomes((m) => {
      const semaphore = m.object("semaphore", KSEMAPHORE);
      onOneProcessor(
        m,
        (t) => void t.KeWaitForSingleObject(semaphore),
        (t) => {
          t.KeRaiseIrql(2);
          t.KeReleaseSemaphore(semaphore, 1);
          t.KeWaitForSingleObject(semaphore, { timeout: "zero" });
          t.KeLowerIrql(0);
        },
      );
    });
    // The poll takes the count only if nobody was waiting; then the waiter waits for ever.
    expect(rules).toEqual(["deadlock"]);
  });

  it("releases as many at once as the model can choose from", () => {
    const limits = (waiters: number) =>
      outcomes((m) => {
        const semaphore = m.object("semaphore", KSEMAPHORE);
        const waits = (t: Thread) => void t.KeWaitForSingleObject(semaphore);
        const all = Array.from({ length: waiters }, () => waits);
        onOneProcessor(m, ...all, (t) => void t.KeReleaseSemaphore(semaphore, waiters));
      });
    expect(limits(4)).toMatchObject({ rules: [], limits: [] });
    expect(limits(5).limits).toEqual(["more than 4 threads released at once"]);
  });
});

describe("KeInitializeSemaphore on a semaphore in use", () => {
  it("forgets who waits", () => {
    const { rules } = outcomes((m) => {
      const semaphore = m.object("semaphore", KSEMAPHORE);
      onOneProcessor(
        m,
        (t) => void t.KeWaitForSingleObject(semaphore),
        (t) => {
          t.KeInitializeSemaphore(semaphore, 0, 1);
          t.KeReleaseSemaphore(semaphore, 1);
        },
      );
    });
    expect(rules).toEqual(["deadlock"]);
  });
});

describe("the IRQL of semaphore routines", () => {
  const declare = (m: ModelBody) => m.object("semaphore", KSEMAPHORE);

  it.each([
    ["KeInitializeSemaphore", bounds(0, 0)],
    ["KeReleaseSemaphore", bounds(0, 2)],
    ["KeReadStateSemaphore", bounds(0, 15)],
  ] as const)("%s", (name, expected) => {
    const found = atEachLevel((m) => {
      const semaphore = declare(m);
      return (t) => {
        if (name === "KeInitializeSemaphore") t.KeInitializeSemaphore(semaphore, 0, 1);
        else if (name === "KeReleaseSemaphore") t.KeReleaseSemaphore(semaphore, 1);
        else t.KeReadStateSemaphore(semaphore);
      };
    });
    expect(found).toEqual(expected);
  });
});
