import {
  equals,
  isNull,
  KEVENT,
  KMUTEX,
  type ModelBody,
  nullPointer,
  pointerTo,
  SynchronizationEvent,
  type Thread,
  u8,
  upTo,
} from "kecheck";
import { describe, expect, it } from "vitest";
import { bounds, LEVELS_TRIED, outcomes, threads } from "./check-model.ts";

const declared = (m: ModelBody, pool: "paged" | "nonpaged" = "nonpaged") =>
  m.block("block", { value: u8, mutex: KMUTEX }, { pool });
type Block = ReturnType<typeof declared>;
type Memory = ReturnType<ModelBody["shared"]>;

const alone = (
  body: (t: Thread, block: Block) => void,
  given: { readonly pool?: "paged" | "nonpaged"; readonly faults?: readonly string[] } = {},
) =>
  outcomes((m) => {
    const block = declared(m, given.pool);
    threads(m, (t) => body(t, block));
  }, given.faults);

describe("a pool block", () => {
  it("is zeroed, used and freed", () => {
    const { rules } = alone((t, block) => {
      const pointer = block.allocate(t);
      t.assign(block.at(pointer).value, 3);
      block.free(t, pointer);
    });
    expect(rules).toEqual([]);
  });

  it("that is never freed leaks", () => {
    expect(alone((t, block) => void block.allocate(t)).rules).toEqual(["pool-leak"]);
  });

  it("that is freed twice, or used after, or through null, stops the system", () => {
    const twice = alone((t, block) => {
      const pointer = block.allocate(t);
      block.free(t, pointer);
      block.free(t, pointer);
    });
    expect(twice).toMatchObject({ rules: ["double-free"], ends: [] });
    const used = alone((t, block) => {
      const pointer = block.allocate(t);
      block.free(t, pointer);
      t.assign(block.at(pointer).value, 1);
    });
    expect(used).toMatchObject({ rules: ["use-after-free"], ends: [] });
    const locked = alone((t, block) => {
      const pointer = block.allocate(t);
      block.free(t, pointer);
      t.KeWaitForSingleObject(block.at(pointer).mutex);
    });
    expect(locked.rules).toEqual(["use-after-free"]);
    const none = alone((t, block) => t.assign(block.at(nullPointer).value, 1));
    expect(none.rules).toContain("null-dereference");
    const read = alone((t, block) => {
      const pointer = block.allocate(t);
      block.free(t, pointer);
      t.print(block.at(pointer).value);
    });
    expect(read).toMatchObject({ rules: ["use-after-free"], ends: [] });
    const nothing = alone((t, block) => t.print(block.at(nullPointer).value));
    expect(nothing).toMatchObject({ rules: ["null-dereference"], ends: [] });
    const freed = alone((t, block) => block.free(t, nullPointer));
    expect(freed.rules).toContain("null-dereference");
  });

  it("whose allocation fails is null", () => {
    const { rules } = alone(
      (t, block) => {
        const pointer = block.allocate(t);
        t.unless(isNull(pointer), () => block.free(t, pointer));
      },
      { faults: ["allocation"] },
    );
    expect(rules).toEqual([]);
    const untested = alone((t, block) => block.free(t, block.allocate(t)), {
      faults: ["allocation"],
    });
    expect(untested.rules).toEqual(["null-dereference"]);
  });

  it("with a lock that a thread owns is recorded when it is freed, and the lock is gone", () => {
    const { rules, ends } = alone((t, block) => {
      const pointer = block.allocate(t);
      t.KeWaitForSingleObject(block.at(pointer).mutex);
      block.free(t, pointer);
    });
    expect(rules).toEqual(["free-while-owned"]);
    expect(ends).toHaveLength(1);
  });

  it("has nothing of the block that was in its place", () => {
    const { rules, ends } = outcomes((m) => {
      const block = m.block("block", { value: u8, mutex: KMUTEX, event: KEVENT });
      const seen = (name: string) => m.shared(name, upTo(9), 9);
      const [value, free, before, after] = ["value", "free", "before", "after"].map(seen);
      threads(m, (t) =>
        t.repeat(4, () => {
          const pointer = block.allocate(t);
          const { value: content, mutex, event } = block.at(pointer);
          t.assign(value as Memory, content);
          t.KeWaitForSingleObject(mutex);
          t.KeReleaseMutex(mutex);
          t.assign(free as Memory, t.KeReadStateMutex(mutex));
          t.assign(before as Memory, t.KeReadStateEvent(event));
          t.KeSetEvent(event);
          t.KeWaitForSingleObject(event);
          t.assign(after as Memory, t.KeReadStateEvent(event));
          t.assign(content, 7);
          t.KeInitializeEvent(event, SynchronizationEvent, true);
          t.KeWaitForSingleObject(mutex);
          block.free(t, pointer);
        }),
      );
    });
    expect(rules).toEqual(["free-while-owned"]);
    // What the last pass saw. The event is a notification event again, which a wait leaves signaled.
    expect(ends.map((end) => end.replace(/ block.*/, ""))).toEqual([
      "value=0 free=1 before=0 after=1",
    ]);
  });

  it("is used again in a loop once nobody points to it, up to a bound", () => {
    const { rules, limits } = alone((t, block) => {
      t.repeat(5, () => {
        const pointer = block.allocate(t);
        block.free(t, pointer);
      });
    });
    expect({ rules, limits }).toEqual({ rules: [], limits: [] });
    const kept = alone((t, block) => {
      t.repeat(4, () => {
        block.allocate(t);
      });
    });
    expect(kept).toMatchObject({
      limits: ["more than 3 blocks of one allocation in block"],
      ends: [],
    });
  });

  it("in a loop is another one than those that live, and takes any place that is free", () => {
    const { rules, limits, ends, states } = outcomes((m) => {
      const block = m.block("block", { value: u8 });
      const kept = m.array("kept", pointerTo(block), 3);
      const free = (t: Thread, place: number) => {
        block.free(t, kept.at(place));
        t.assign(kept.at(place), nullPointer);
      };
      threads(m, (t) => {
        t.repeat(6, (pass) => {
          const place = t.local("place", upTo(2));
          for (const [index, freed] of [0, 1, 2].entries())
            t.if(equals(pass, index), () => t.assign(place, freed));
          // The pointer to the latest block lives on until the next allocation, so that place is not free yet.
          for (const [index, freed] of [0, 2, 1].entries()) {
            t.if(equals(pass, index + 3), () => {
              free(t, freed);
              t.assign(place, freed);
            });
          }
          t.assign(kept.at(place), block.allocate(t));
        });
        for (const place of [0, 1, 2]) block.free(t, kept.at(place));
      });
    });
    expect({ rules, limits }).toEqual({ rules: [], limits: [] });
    expect(ends).toEqual(["kept=1,2,3"]);
    expect(states).toBe(28);
  });
});

describe("the address of a pool block", () => {
  /** Two threads with a block each; whoever finds the other's address in `shared`, by comparing with its own, clears it. */
  const published = (frees: boolean) =>
    outcomes((m) => {
      const block = m.block("block", { value: u8 });
      const shared = m.atomic("shared", pointerTo(block));
      const publishes = (t: Thread) => {
        const mine = block.allocate(t);
        t.store(shared, mine);
        if (frees) block.free(t, mine);
      };
      threads(m, publishes, (t) => {
        const mine = block.allocate(t);
        t.compareExchange(shared, mine, nullPointer);
      });
    });

  it("is no other block's while both live, whichever was first", () => {
    expect(published(false).ends).toEqual(["shared=1"]);
  });

  it("may be that of a block that was freed", () => {
    expect(published(true).ends).toEqual(["shared=0", "shared=1"]);
  });

  it("is one of those used before, or one new: which new one makes no difference", () => {
    const allocations = (count: number, frees: boolean) =>
      outcomes((m) => {
        const block = m.block("block", { value: u8 });
        const shared = m.atomic("shared", pointerTo(block));
        threads(m, (t) => {
          for (let made = 0; made < count; made += 1) {
            const pointer = block.allocate(t);
            t.compareExchange(shared, pointer, nullPointer);
            if (frees) block.free(t, pointer);
          }
        });
      }).states;
    // Three steps for a block, or two: allocation, exchange, and perhaps the end of it.
    expect(allocations(1, true)).toBe(1 + 3);
    expect(allocations(3, false)).toBe(1 + 3 * 2);
    // The second block has the first one's address, or another; the third has one of those, or a third.
    expect(allocations(2, true)).toBe(1 + 3 + 2 * 3);
    expect(allocations(3, true)).toBe(1 + 3 + 2 * 3 + (2 + 3) * 3);
  });
});

describe("the IRQL of pool", () => {
  const found = (
    pool: "paged" | "nonpaged",
    call: (t: Thread, block: Block, made: ReturnType<Block["allocate"]>) => void,
  ) =>
    Object.fromEntries(
      LEVELS_TRIED.map((level) => {
        const { rules } = alone(
          (t, block) => {
            const made = block.allocate(t);
            const old = t.KeRaiseIrql(level);
            call(t, block, made);
            t.KeLowerIrql(old);
          },
          { pool },
        );
        const levels = rules.filter((rule) => rule.startsWith("irql") || rule.startsWith("paged"));
        return [level, levels.join(" ")];
      }),
    );

  it("is at most DISPATCH_LEVEL for non-paged, APC_LEVEL for paged", () => {
    for (const [pool, most] of [
      ["nonpaged", 2],
      ["paged", 1],
    ] as const) {
      expect(found(pool, (t, block) => void block.allocate(t))).toEqual(bounds(0, most));
      expect(found(pool, (t, block, made) => block.free(t, made))).toEqual(bounds(0, most));
    }
  });

  it("of paged memory that is touched too high is recorded, where the page was there", () => {
    const { rules, ends } = alone(
      (t, block) => {
        const made = block.allocate(t);
        const old = t.KeRaiseIrql(2);
        t.assign(block.at(made).value, 1);
        t.KeLowerIrql(old);
        block.free(t, made);
      },
      { pool: "paged" },
    );
    expect(rules).toEqual(["paged-at-dispatch"]);
    expect(ends).toHaveLength(1);
  });

  it("is at most APC_LEVEL for touching what is paged", () => {
    const touch = (t: Thread, block: Block, made: ReturnType<Block["allocate"]>) =>
      t.assign(block.at(made).value, 1);
    expect(found("paged", touch)).toEqual(bounds(0, 1, "paged-at-dispatch"));
    expect(found("nonpaged", touch)).toEqual(bounds(0, 15));
  });
});
