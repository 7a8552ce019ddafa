import {
  equals,
  i8,
  isNull,
  type ModelBody,
  nullPointer,
  plus,
  pointerTo,
  type Thread,
  u8,
  u32,
  upTo,
} from "kecheck";
import { describe, expect, it } from "vitest";
import { outcomes, threads } from "./check-model.ts";

const alone = (body: (t: Thread, m: ModelBody) => void) =>
  outcomes((m) => threads(m, (t) => body(t, m)));

/** What the operation leaves in `x` and returns, from `initial`. */
const operation = (
  call: (t: Thread, x: ReturnType<ModelBody["atomic"]>) => ReturnType<Thread["load"]>,
  initial = 5,
  type = u8,
) =>
  alone((t, m) => {
    const x = m.atomic("x", type, initial);
    const result = m.shared("result", { kind: "range", min: -999, max: 2 ** 32 }, 999);
    const value = call(t, x);
    t.assign(result, value);
  }).ends;

describe("an atomic operation", () => {
  it.each<[string, Parameters<typeof operation>[0], string]>([
    ["load", (t, x) => t.load(x), "result=5"],
    ["swap", (t, x) => t.swap(x, 7), "x=7 result=5"],
    ["fetchAdd", (t, x) => t.fetchAdd(x, 3), "x=8 result=5"],
    ["fetchSub", (t, x) => t.fetchSub(x, 3), "x=2 result=5"],
    ["compareExchange, equal", (t, x) => t.compareExchange(x, 5, 9), "x=9 result=5"],
    ["compareExchange, not equal", (t, x) => t.compareExchange(x, 4, 9), "x=5 result=5"],
    ["InterlockedIncrement", (t, x) => t.InterlockedIncrement(x), "x=6 result=6"],
    ["InterlockedDecrement", (t, x) => t.InterlockedDecrement(x), "x=4 result=4"],
    ["InterlockedExchangeAdd", (t, x) => t.InterlockedExchangeAdd(x, 3), "x=8 result=5"],
    ["InterlockedAnd", (t, x) => t.InterlockedAnd(x, 6), "x=4 result=5"],
    ["InterlockedOr", (t, x) => t.InterlockedOr(x, 6), "x=7 result=5"],
    ["InterlockedXor", (t, x) => t.InterlockedXor(x, 6), "x=3 result=5"],
    ["InterlockedExchange", (t, x) => t.InterlockedExchange(x, 7), "x=7 result=5"],
    [
      "InterlockedCompareExchange, equal",
      (t, x) => t.InterlockedCompareExchange(x, 9, 5),
      "x=9 result=5",
    ],
    [
      "InterlockedCompareExchange, not equal",
      (t, x) => t.InterlockedCompareExchange(x, 9, 4),
      "x=5 result=5",
    ],
  ])("%s returns and leaves what it should", (_, call, expected) => {
    // A variable that nothing writes has no value of its own: it is a constant of the Program.
    const [end] = operation(call);
    expect(end).toBe(expected);
  });

  it("wraps like the machine, in what it leaves and in what it returns", () => {
    expect(operation((t, x) => t.InterlockedIncrement(x), 255)).toEqual(["x=0 result=0"]);
    expect(operation((t, x) => t.InterlockedDecrement(x), 0)).toEqual(["x=255 result=255"]);
    expect(operation((t, x) => t.InterlockedIncrement(x), 127, i8)).toEqual(["x=-128 result=-128"]);
    expect(operation((t, x) => t.fetchAdd(x, 2), 255)).toEqual(["x=1 result=255"]);
    expect(operation((t, x) => t.fetchSub(x, 1), 0, u32)).toEqual([`x=${2 ** 32 - 1} result=0`]);
  });

  it("compares in the width of the memory", () => {
    expect(operation((t, x) => t.compareExchange(x, -1, 9), 255)).toEqual(["x=9 result=255"]);
    expect(operation((t, x) => t.compareExchange(x, 261, 9), 5)).toEqual(["x=9 result=5"]);
  });

  it("is one step, where a plain increment is two", () => {
    const both = (increment: (t: Thread, x: ReturnType<ModelBody["atomic"]>) => void) =>
      outcomes((m) => {
        const x = m.atomic("x", upTo(2));
        threads(
          m,
          (t) => increment(t, x),
          (t) => increment(t, x),
        );
      }).ends;
    expect(both((t, x) => void t.InterlockedIncrement(x))).toEqual(["x=2"]);
    expect(both((t, x) => t.assign(x, plus(x, 1)))).toEqual(["x=1", "x=2"]);
  });
});

describe("a data race", () => {
  const racing = (
    declare: "shared" | "atomic",
    one: (t: Thread, x: ReturnType<ModelBody["shared"]>) => void,
    other: (t: Thread, x: ReturnType<ModelBody["shared"]>) => void,
  ) =>
    outcomes((m) => {
      const x = m[declare]("x", u8);
      threads(
        m,
        (t) => one(t, x),
        (t) => other(t, x),
      );
    }).rules;
  const reads = (t: Thread, x: ReturnType<ModelBody["shared"]>) => t.print(x);
  const writes = (t: Thread, x: ReturnType<ModelBody["shared"]>) => t.assign(x, 1);
  const adds = (t: Thread, x: ReturnType<ModelBody["shared"]>) => void t.InterlockedIncrement(x);
  const fails = (t: Thread, x: ReturnType<ModelBody["shared"]>) =>
    void t.InterlockedCompareExchange(x, 1, 200);

  it("needs a plain access and a write", () => {
    expect(racing("shared", writes, writes)).toEqual(["data-race"]);
    expect(racing("shared", reads, writes)).toEqual(["data-race"]);
    expect(racing("shared", reads, adds)).toEqual(["data-race"]);
    expect(racing("shared", writes, adds)).toEqual(["data-race"]);
    expect(racing("shared", reads, reads)).toEqual([]);
    expect(racing("shared", adds, adds)).toEqual([]);
    expect(racing("atomic", writes, writes)).toEqual([]);
    expect(racing("atomic", reads, writes)).toEqual([]);
  });

  it("is none with an exchange that fails, which only reads", () => {
    expect(racing("shared", reads, fails)).toEqual([]);
    expect(racing("shared", writes, fails)).toEqual(["data-race"]);
    expect(racing("shared", reads, (t, x) => void t.InterlockedExchange(x, 1))).toEqual([
      "data-race",
    ]);
    expect(racing("shared", reads, (t, x) => void t.InterlockedCompareExchange(x, 1, 0))).toEqual([
      "data-race",
    ]);
  });
});

describe("an exchange of pointers", () => {
  it("takes each pointer once, whoever comes first", () => {
    const { rules } = outcomes((m) => {
      const block = m.block("block", { value: u8 });
      const shared = m.atomic("shared", pointerTo(block));
      const frees = (t: Thread) => {
        const pointer = t.InterlockedExchangePointer(shared, nullPointer);
        t.unless(isNull(pointer), () => block.free(t, pointer));
      };
      threads(
        m,
        (t) => {
          t.store(shared, block.allocate(t));
          frees(t);
        },
        frees,
      );
    });
    expect(rules).toEqual([]);
  });

  it("publishes one of two by compare-exchange", () => {
    const { rules } = outcomes((m) => {
      const block = m.block("block", { value: u8 });
      const shared = m.atomic("shared", pointerTo(block));
      const publishes = (t: Thread) => {
        const mine = block.allocate(t);
        const before = t.InterlockedCompareExchangePointer(shared, mine, nullPointer);
        t.unless(isNull(before), () => block.free(t, mine));
      };
      threads(m, publishes, publishes);
    });
    expect(rules).toEqual(["pool-leak", "pool-leak"]);
  });

  it("compares addresses, which may live again", () => {
    const { ends } = alone((t, m) => {
      const block = m.block("block", { value: u8 });
      const shared = m.atomic("shared", pointerTo(block));
      const same = m.shared("same", upTo(9), 9);
      const first = block.allocate(t);
      t.store(shared, first);
      block.free(t, first);
      const second = block.allocate(t);
      const before = t.compareExchange(shared, second, nullPointer);
      t.assign(same, t.load(shared));
      t.print(equals(before, first));
    });
    // The exchange succeeds where the second block got the first one's address.
    expect(ends.map((end) => end.split(" ").at(-1)).sort()).toEqual(["same=0", "same=1"]);
  });
});
