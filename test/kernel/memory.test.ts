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
    expect(operation(call)).toEqual([expected]);
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

type Memory = ReturnType<ModelBody["shared"]>;
type Operand = Parameters<Thread["swap"]>[1];
type Access = (t: Thread, x: Memory) => void;

/** Every operation on a number that is 0 at first, and whether it writes. */
const ON_NUMBERS: readonly (readonly [string, Access, boolean])[] = [
  ["load", (t, x) => void t.load(x), false],
  ["store", (t, x) => t.store(x, 1), true],
  ["swap", (t, x) => void t.swap(x, 1), true],
  ["fetchAdd", (t, x) => void t.fetchAdd(x, 1), true],
  ["fetchSub", (t, x) => void t.fetchSub(x, 1), true],
  ["compareExchange, equal", (t, x) => void t.compareExchange(x, 0, 2), true],
  ["compareExchange, not equal", (t, x) => void t.compareExchange(x, 200, 2), false],
  ["InterlockedIncrement", (t, x) => void t.InterlockedIncrement(x), true],
  ["InterlockedDecrement", (t, x) => void t.InterlockedDecrement(x), true],
  ["InterlockedExchangeAdd", (t, x) => void t.InterlockedExchangeAdd(x, 1), true],
  ["InterlockedAnd", (t, x) => void t.InterlockedAnd(x, 0), true],
  ["InterlockedOr", (t, x) => void t.InterlockedOr(x, 1), true],
  ["InterlockedXor", (t, x) => void t.InterlockedXor(x, 1), true],
  ["InterlockedExchange", (t, x) => void t.InterlockedExchange(x, 1), true],
  ["InterlockedCompareExchange, equal", (t, x) => void t.InterlockedCompareExchange(x, 2, 0), true],
  [
    "InterlockedCompareExchange, not equal",
    (t, x) => void t.InterlockedCompareExchange(x, 2, 200),
    false,
  ],
];

/** Every operation on a pointer that is null at first. */
const ON_POINTERS: readonly (readonly [
  string,
  (t: Thread, x: Memory, made: ReturnType<Thread["load"]>) => void,
  boolean,
])[] = [
  ["InterlockedExchangePointer", (t, x, made) => void t.InterlockedExchangePointer(x, made), true],
  [
    "InterlockedCompareExchangePointer, equal",
    (t, x, made) => void t.InterlockedCompareExchangePointer(x, made, nullPointer),
    true,
  ],
  [
    "InterlockedCompareExchangePointer, not equal",
    (t, x, made) => void t.InterlockedCompareExchangePointer(x, nullPointer, made),
    false,
  ],
];

describe("memory that is not paged", () => {
  it.each(ON_NUMBERS)("may be touched at any level, by %s", (_, access) => {
    const { rules } = alone((t, m) => {
      const x = m.shared("x", u8);
      t.KeRaiseIrql(15);
      t.print(x);
      access(t, x);
      t.KeLowerIrql(0);
    });
    expect(rules).toEqual([]);
  });

  it.each(ON_POINTERS)("may be touched at any level, by %s", (_, access) => {
    const { rules } = alone((t, m) => {
      const block = m.block("block", { value: u8 });
      const x = m.shared("x", pointerTo(block));
      const made = block.allocate(t);
      t.KeRaiseIrql(15);
      access(t, x, made);
      t.KeLowerIrql(0);
      block.free(t, made);
    });
    expect(rules).toEqual([]);
  });
});

describe("a data race", () => {
  const racing = (declare: "shared" | "atomic", one: Access, other: Access) =>
    outcomes((m) => {
      const x = m[declare]("x", u8);
      threads(
        m,
        (t) => one(t, x),
        (t) => other(t, x),
      );
    }).rules;
  const reads: Access = (t, x) => t.print(x);
  const writes: Access = (t, x) => t.assign(x, 1);
  const adds: Access = (t, x) => void t.InterlockedIncrement(x);

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

  it.each(ON_NUMBERS)("with a plain access: %s", (_, access, writesToo) => {
    // An exchange that fails only reads.
    expect(racing("shared", reads, access)).toEqual(writesToo ? ["data-race"] : []);
    expect(racing("shared", writes, access)).toEqual(["data-race"]);
    expect(racing("atomic", writes, access)).toEqual([]);
  });

  it.each(ON_POINTERS)("with a plain access: %s", (_, access, writesToo) => {
    const races = (plain: (t: Thread, x: Memory, own: ReturnType<Thread["load"]>) => void) =>
      outcomes((m) => {
        const block = m.block("block", { value: u8 });
        const x = m.shared("x", pointerTo(block));
        threads(
          m,
          (t) => plain(t, x, block.allocate(t)),
          (t) => {
            const made = block.allocate(t);
            access(t, x, made);
            block.free(t, made);
          },
        );
      }).rules.includes("data-race");
    expect(races(reads)).toBe(writesToo);
    expect(races((t, x, own) => t.assign(x, own))).toBe(true);
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

  it.each(["compareExchange", "InterlockedCompareExchangePointer"] as const)(
    "by %s returns what was there, equal or not",
    (name) => {
      const exchanged = (equal: boolean) =>
        alone((t, m) => {
          const block = m.block("block", { value: u8 });
          const shared = m.atomic("shared", pointerTo(block));
          const returned = m.shared("returned", pointerTo(block));
          const [first, second] = [block.allocate(t), block.allocate(t)];
          t.store(shared, second);
          const expected = equal ? second : first;
          const given = name === "compareExchange" ? [expected, first] : [first, expected];
          t.assign(returned, t[name](shared, given[0] as Operand, given[1] as Operand));
          block.free(t, first);
          block.free(t, second);
        });
      expect(exchanged(true)).toMatchObject({ rules: [], ends: ["shared=1 returned=2"] });
      expect(exchanged(false)).toMatchObject({ rules: [], ends: ["shared=2 returned=2"] });
    },
  );

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
