import { FAST_MUTEX, type ModelBody, type Thread, upTo, type Value } from "kecheck";
import { describe, expect, it } from "vitest";
import { atEachLevel, bounds, outcomes, programOf, threads } from "./check-model.ts";

const alone = (body: (t: Thread, m: ModelBody) => void) =>
  outcomes((m) => threads(m, (t) => body(t, m)));
const level = (m: ModelBody, name: string) => m.shared(name, upTo(20), 20);

describe("raising and lowering the IRQL", () => {
  it("restores what was before, in nests", () => {
    const { rules, ends } = alone((t, m) => {
      const seen = ["a", "b", "c", "d", "e"].map((name) => level(m, name));
      const read = (index: number) =>
        t.assign(seen[index] as ReturnType<typeof level>, t.KeGetCurrentIrql());
      const first = t.KeRaiseIrql(1);
      read(0);
      const second = t.KeRaiseIrqlToDpcLevel();
      read(1);
      const third = t.KeRaiseIrql(5);
      read(2);
      t.KeLowerIrql(third);
      t.KeLowerIrql(second);
      read(3);
      t.KeLowerIrql(first);
      read(4);
    });
    expect(rules).toEqual([]);
    expect(ends).toEqual(["a=1 b=2 c=5 d=1 e=0"]);
  });

  it("to the current level is legal", () => {
    const { rules } = alone((t) => {
      t.KeRaiseIrql(2);
      t.KeRaiseIrql(2);
      t.KeRaiseIrqlToDpcLevel();
      t.KeLowerIrql(2);
      t.KeLowerIrql(2);
      t.KeLowerIrql(0);
    });
    expect(rules).toEqual([]);
  });

  it("stops where a raise lowers or a lower raises", () => {
    const raised = alone((t) => {
      t.KeRaiseIrql(2);
      t.KeRaiseIrql(1);
    });
    expect(raised).toMatchObject({ rules: ["irql-raise-lowers"], ends: [] });
    const lowered = alone((t) => {
      t.KeRaiseIrql(1);
      t.KeLowerIrql(2);
    });
    expect(lowered).toMatchObject({ rules: ["irql-lower-raises"], ends: [] });
  });

  it.each([
    ["another level than the latest raise returned", [1, 2], [0]],
    ["a level that no raise returned", [2], [1, 0]],
    ["more often than it was raised", [2], [0, 0]],
  ])("records %s, and goes on", (_, raises, lowers) => {
    const { rules, ends } = alone((t, m) => {
      const after = level(m, "after");
      for (const to of raises) t.KeRaiseIrql(to);
      for (const to of lowers) t.KeLowerIrql(to);
      t.assign(after, t.KeGetCurrentIrql());
    });
    expect(new Set(rules)).toEqual(new Set(["irql-not-restored"]));
    expect(ends).toEqual(["after=0"]);
  });

  it("forgets a raise once it is undone", () => {
    const { rules, limits } = alone((t) => {
      for (let pass = 0; pass < 6; pass += 1) t.KeLowerIrql(t.KeRaiseIrql(2));
    });
    expect({ rules, limits }).toEqual({ rules: [], limits: [] });
  });

  it("remembers four raises, to different levels or all to DISPATCH_LEVEL", () => {
    const raises = (count: number, raise: (t: Thread, index: number) => Value) =>
      alone((t) => {
        const old = Array.from({ length: count }, (_, index) => raise(t, index));
        for (const before of old.reverse()) t.KeLowerIrql(before);
      });
    for (const raise of [
      (t: Thread, index: number) => t.KeRaiseIrql(index + 1),
      (t: Thread) => t.KeRaiseIrqlToDpcLevel(),
    ]) {
      expect(raises(4, raise)).toMatchObject({ rules: [], limits: [], ends: [""] });
      const limits = ["more than 4 nested raises of the IRQL"];
      expect(raises(5, raise)).toMatchObject({ rules: [], limits, ends: [] });
    }
  });

  it.each(["KeRaiseIrql", "KeRaiseIrqlToDpcLevel"] as const)(
    "%s returns APC_LEVEL while a fast mutex is held, and that must be restored",
    (name) => {
      const lowersTo = (level: number) =>
        alone((t, m) => {
          const mutex = m.object("mutex", FAST_MUTEX);
          t.ExAcquireFastMutex(mutex);
          t[name](2);
          t.KeLowerIrql(level);
          t.KeRaiseIrql(1);
          t.ExReleaseFastMutex(mutex);
        }).rules;
      expect(lowersTo(1)).toEqual([]);
      expect(lowersTo(0)).toEqual(["irql-not-restored"]);
    },
  );

  it("is a step, and asking for the level is none", () => {
    const program = programOf((m) =>
      threads(m, (t) => {
        const old = t.KeRaiseIrql(2);
        t.KeGetCurrentIrql();
        t.KeLowerIrql(old);
      }),
    );
    expect(program.graphs[0]?.locations.map(({ routine }) => routine)).toEqual([
      "KeRaiseIrql",
      "KeLowerIrql",
    ]);
  });

  it("leaves a thread that ends above PASSIVE_LEVEL a finding", () => {
    expect(alone((t) => void t.KeRaiseIrql(1)).rules).toEqual(["exit-at-raised-irql"]);
  });
});

describe("the IRQL of these routines", () => {
  it("is any, but for KeRaiseIrqlToDpcLevel", () => {
    expect(atEachLevel(() => (t) => void t.KeGetCurrentIrql())).toEqual(bounds(0, 15));
    expect(atEachLevel(() => (t) => void t.KeRaiseIrql(15))).toEqual(bounds(0, 15));
    expect(atEachLevel(() => (t) => void t.KeRaiseIrqlToDpcLevel())).toEqual(
      bounds(0, 2, "irql-raise-lowers"),
    );
  });

  it("of KeLowerIrql is any", () => {
    const lowers = (from: number) => alone((t) => t.KeLowerIrql(t.KeRaiseIrql(from))).rules;
    for (const from of [0, 1, 2, 3, 15]) expect(lowers(from)).toEqual([]);
  });

  it("stops KeRaiseIrqlToDpcLevel above DISPATCH_LEVEL", () => {
    const { ends } = alone((t) => {
      t.KeRaiseIrql(3);
      t.KeRaiseIrqlToDpcLevel();
    });
    expect(ends).toEqual([]);
  });
});
