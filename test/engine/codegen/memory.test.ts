import { describe, expect, it } from "vitest";
import { createMemory } from "../../../src/engine/codegen/memory.ts";

const regions = [
  { name: "few", element: "u8", length: 3 },
  { name: "words", element: "i32", length: 17 },
  { name: "none", element: "i32", length: 0 },
] as const;

describe("a memory", () => {
  it("gives each region lines of its own, and arrays that stay valid when it grows", () => {
    const memory = createMemory(regions, { growing: "table", bytesMax: 2 ** 20 });
    const [few, words] = [memory?.bytes("few"), memory?.words("words")];
    expect([few?.length, words?.length, memory?.words("none").length]).toEqual([3, 17, 0]);
    expect(memory?.bytesFixed).toBe(64 + 128);
    expect([...(memory?.placement.offsets.values() ?? [])].every((at) => at % 64 === 0)).toBe(true);
    const small = memory?.grown(10);
    few?.fill(7);
    words?.fill(8);
    small?.fill(9);
    const large = memory?.grown(100_000);
    expect(large?.length).toBe(100_000);
    expect(large?.subarray(0, 11)).toEqual(new Int32Array([...new Array(10).fill(9), 0]));
    few?.fill(1);
    expect(memory?.bytes("few")).toEqual(new Uint8Array([1, 1, 1]));
    expect(memory?.words("words")).toEqual(new Int32Array(17).fill(8));
  });

  it("takes no more than it may", () => {
    const memory = createMemory(regions, { growing: "table", bytesMax: 3 * 2 ** 16 });
    const most = memory?.wordsMax ?? 0;
    expect(most).toBe((3 * 2 ** 16 - 192) / 4);
    expect(memory?.grown(most + 1)).toBeUndefined();
    expect(memory?.grown(most)?.length).toBe(most);
    expect(createMemory(regions, { growing: "table", bytesMax: 100 })).toBeUndefined();
  });
});
