import { KMUTEX, type ModelBody, type Thread, upTo } from "kecheck";
import { describe, expect, it } from "vitest";
import { atEachLevel, bounds, outcomes, threads } from "./check-model.ts";

const alone = (body: (t: Thread, m: ModelBody) => void) =>
  outcomes((m) => threads(m, (t) => body(t, m)));
const ENTER = ["KeEnterCriticalRegion", "KeEnterGuardedRegion"] as const;
const LEAVE = ["KeLeaveCriticalRegion", "KeLeaveGuardedRegion"] as const;

describe.each([0, 1] as const)("a region of kind %i", (kind) => {
  const [enter, leave] = [ENTER[kind], LEAVE[kind]];

  it("nests, and is left as often as it was entered", () => {
    const nested = (enters: number, leaves: number) =>
      alone((t) => {
        for (let count = 0; count < enters; count += 1) t[enter]();
        for (let count = 0; count < leaves; count += 1) t[leave]();
      });
    expect(nested(4, 4)).toMatchObject({ rules: [], limits: [] });
    expect(nested(2, 1).rules).toEqual(["exit-in-region"]);
    expect(nested(1, 2).rules).toEqual(["region-underflow"]);
    expect(nested(0, 1).rules).toEqual(["region-underflow"]);
    expect(nested(5, 5)).toMatchObject({
      rules: [],
      limits: ["regions nested deeper than 4"],
      ends: [],
    });
  });

  it("left too often stays left, and can be entered again", () => {
    const { rules } = alone((t) => {
      t[leave]();
      t[enter]();
      t[leave]();
    });
    expect(rules).toEqual(["region-underflow"]);
  });

  it("is not left by the routine of the other kind", () => {
    const { rules } = alone((t) => {
      t[enter]();
      t[LEAVE[1 - kind] as (typeof LEAVE)[number]]();
    });
    expect(rules).toEqual(["exit-in-region", "region-underflow"]);
  });

  it("overlaps with the other kind", () => {
    const { rules } = alone((t) => {
      t.KeEnterCriticalRegion();
      t.KeEnterGuardedRegion();
      t.KeLeaveCriticalRegion();
      t.KeLeaveGuardedRegion();
    });
    expect(rules).toEqual([]);
  });

  it("costs no step, and excludes nobody", () => {
    const { states } = outcomes((m) => {
      const done = m.atomic("done", upTo(2));
      const worker = (t: Thread) => {
        t.fetchAdd(done, 1);
        t[enter]();
        t[leave]();
        t.fetchAdd(done, 1);
      };
      threads(m, worker);
    });
    expect(states).toBe(3);
  });
});

describe("whether APCs are disabled", () => {
  /** As numbers: KeAreApcsDisabled, KeAreAllApcsDisabled. */
  const disabled = (prepare: (t: Thread, m: ModelBody) => void) =>
    alone((t, m) => {
      const [some, all] = [m.shared("some", upTo(9), 9), m.shared("all", upTo(9), 9)];
      prepare(t, m);
      const apcs = t.KeAreApcsDisabled();
      const allApcs = t.KeAreAllApcsDisabled();
      t.assign(some, apcs);
      t.assign(all, allApcs);
    }).ends;
  const stopped: readonly string[] = [];

  it("depends on regions, on the IRQL, and on KMUTEXes owned", () => {
    expect(disabled(() => undefined)).toEqual(["some=0 all=0"]);
    expect(disabled((t) => t.KeRaiseIrql(1))).toEqual(["some=0 all=1"]);
    expect(disabled((t) => t.KeRaiseIrql(2))).toEqual(["some=0 all=1"]);
    // A thread may not end so; what it read is seen in the state before.
    expect(disabled((t) => t.KeEnterCriticalRegion())).toEqual(stopped);
  });

  const during = (before: (t: Thread, m: ModelBody) => void, after: (t: Thread) => void) =>
    alone((t, m) => {
      const [some, all] = [m.shared("some", upTo(9), 9), m.shared("all", upTo(9), 9)];
      before(t, m);
      const apcs = t.KeAreApcsDisabled();
      const allApcs = t.KeAreAllApcsDisabled();
      t.assign(some, apcs);
      t.assign(all, allApcs);
      after(t);
    }).ends;

  it("in a region of either kind", () => {
    expect(
      during(
        (t) => t.KeEnterCriticalRegion(),
        (t) => t.KeLeaveCriticalRegion(),
      ),
    ).toEqual(["some=1 all=0"]);
    expect(
      during(
        (t) => t.KeEnterGuardedRegion(),
        (t) => t.KeLeaveGuardedRegion(),
      ),
    ).toEqual(["some=1 all=1"]);
  });

  it("while owning a KMUTEX, the caller's alone", () => {
    const { ends } = outcomes((m) => {
      const mutex = m.object("mutex", KMUTEX);
      const own = m.shared("own", upTo(9), 9);
      const other = m.shared("other", upTo(9), 9);
      threads(
        m,
        (t) => {
          t.KeWaitForSingleObject(mutex);
          const apcs = t.KeAreApcsDisabled();
          t.assign(own, apcs);
          t.KeReleaseMutex(mutex);
        },
        (t) => t.assign(other, t.KeAreApcsDisabled()),
      );
    });
    expect(ends).toEqual(["own=1 other=0"]);
  });
});

it("asking whether APCs are disabled is no step", () => {
  const { states } = alone((t, m) => {
    const done = m.atomic("done", upTo(9));
    t.store(done, 1);
    t.store(done, t.KeAreApcsDisabled());
    t.store(done, t.KeAreAllApcsDisabled());
  });
  expect(states).toBe(4);
});

describe("the IRQL of region routines", () => {
  it.each([
    ["KeAreAllApcsDisabled", bounds(0, 2)],
    ["KeAreApcsDisabled", bounds(0, 2)],
    ["KeEnterCriticalRegion", bounds(0, 1)],
    ["KeEnterGuardedRegion", bounds(0, 1)],
    ["KeLeaveCriticalRegion", bounds(0, 1)],
    ["KeLeaveGuardedRegion", bounds(0, 1)],
  ] as const)("%s", (name, expected) => {
    expect(atEachLevel(() => (t) => void t[name]())).toEqual(expected);
  });
});
