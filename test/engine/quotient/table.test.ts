import { describe, expect, it } from "vitest";
import { createMemory } from "../../../src/engine/codegen/memory.ts";
import { controlWords } from "../../../src/engine/quotient/control.ts";
import { createLog } from "../../../src/engine/quotient/log.ts";
import { createTable } from "../../../src/engine/quotient/table.ts";

const regions = [
  { name: "source", element: "i32", length: 32 },
  { name: "moved", element: "i32", length: 256 },
  { name: "control", element: "i32", length: controlWords },
] as const;

/** A table of one-word states; `fits` answers whether entries fit after growing. */
function table(bytesMax: number, fits: () => number) {
  const memory = createMemory(regions, { growing: "table", bytesMax });
  const log = createLog(1, 64);
  log.append(new Int32Array(100), 100);
  const shape = { words: 1, lastBits: 32 };
  const exports = { enter: fits, move: fits };
  return memory && createTable({ memory, shape, log, exports, words: 1, bytesMax, linesFirst: 16 });
}

describe("a table", () => {
  it("has room for what it reserves, within the limit", () => {
    for (const bytesMax of [2 ** 16, 2 ** 18, 2 ** 20]) {
      const small = table(bytesMax, () => 1);
      let states = 0;
      while (small?.reserve(states + 1)) {
        states = small.capacity();
        expect(small.bytes()).toBeLessThanOrEqual(bytesMax);
      }
      expect(states).toBeGreaterThan(bytesMax / 16);
      expect(small?.slots()).toBeGreaterThan(states);
      expect(small?.reserve(states)).toBe(true);
    }
  });

  it("is of no use once it has lost its entries for want of memory", () => {
    let calls = 0;
    const lost = table(2 ** 20, () => {
      calls += 1;
      return 0;
    });
    expect(lost?.reserve(180)).toBe(false);
    expect(lost?.reserve(1)).toBe(false);
    expect(calls).toBeGreaterThan(1);
  });
});
