import { isNull, KMUTEX, type ModelBody, nullPointer, type Thread, u8 } from "kecheck";
import { describe, expect, it } from "vitest";
import { bounds, LEVELS_TRIED, outcomes, threads } from "./check-model.ts";

const declared = (m: ModelBody, pool: "paged" | "nonpaged" = "nonpaged") =>
  m.block("block", { value: u8, mutex: KMUTEX }, { pool });
type Block = ReturnType<typeof declared>;

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
    expect(used.rules).toEqual(["use-after-free"]);
    const locked = alone((t, block) => {
      const pointer = block.allocate(t);
      block.free(t, pointer);
      t.KeWaitForSingleObject(block.at(pointer).mutex);
    });
    expect(locked.rules).toEqual(["use-after-free"]);
    const none = alone((t, block) => t.assign(block.at(nullPointer).value, 1));
    expect(none.rules).toContain("null-dereference");
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
    const { rules } = alone((t, block) => {
      const pointer = block.allocate(t);
      t.KeWaitForSingleObject(block.at(pointer).mutex);
      block.free(t, pointer);
    });
    expect(rules).toEqual(["free-while-owned"]);
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
    expect(kept.limits).toEqual(["more than 3 blocks of one allocation in block"]);
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

  it("is at most APC_LEVEL for touching what is paged", () => {
    const touch = (t: Thread, block: Block, made: ReturnType<Block["allocate"]>) =>
      t.assign(block.at(made).value, 1);
    expect(found("paged", touch)).toEqual(bounds(0, 1, "paged-at-dispatch"));
    expect(found("nonpaged", touch)).toEqual(bounds(0, 15));
  });
});
