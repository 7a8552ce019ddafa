import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bounds, contains, stored, type Type, valueText } from "../../src/ir/type.ts";

const arrays = [
  [8, true, Int8Array],
  [8, false, Uint8Array],
  [16, true, Int16Array],
  [16, false, Uint16Array],
  [32, true, Int32Array],
  [32, false, Uint32Array],
] as const;

describe("a wrapping integer", () => {
  it.each(arrays)("of %d bits, signed %s, stores like %o", (bits, signed, TypedArray) => {
    const type: Type = { kind: "wrapping", bits, signed };
    const { min, max } = bounds(type);
    const near = fc.constantFrom(min - 1, min, -1, 0, 1, max, max + 1, 2 * max + 3);
    fc.assert(
      fc.property(fc.oneof(near, fc.integer(), fc.maxSafeInteger()), (value) => {
        expect(stored(type, value)).toBe(TypedArray.of(value)[0]);
        expect(contains(type, stored(type, value))).toBe(true);
      }),
    );
  });
});

const level: Type = { kind: "enumeration", name: "IRQL", members: ["PASSIVE", "APC"] };

describe("the other types", () => {
  it.each<[Type, number, number]>([
    [{ kind: "boolean" }, 0, 1],
    [{ kind: "range", min: -2, max: 5 }, -2, 5],
    [level, 0, 1],
    [{ kind: "reference", to: "thread", slots: 3 }, 0, 3],
  ])("%o has the values from %d to %d, and stores without wrapping", (type, min, max) => {
    expect(bounds(type)).toEqual({ min, max });
    expect([min - 1, min, max, max + 1].map((value) => contains(type, value))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(contains(type, min + 0.5)).toBe(false);
    expect(stored(type, max + 7)).toBe(max + 7);
  });

  it.each<[Type, number, string]>([
    [{ kind: "boolean" }, 0, "false"],
    [{ kind: "boolean" }, 1, "true"],
    [level, 1, "APC"],
    [level, 2, "2"],
    [{ kind: "reference", to: "thread", slots: 3 }, 0, "null"],
    [{ kind: "reference", to: "thread", slots: 3 }, 2, "thread 2"],
    [{ kind: "wrapping", bits: 8, signed: true }, -3, "-3"],
  ])("%o shows %d as %s", (type, value, text) => {
    expect(valueText(type, value)).toBe(text);
  });
});
