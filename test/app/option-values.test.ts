import { describe, expect, it } from "vitest";
import { bytesOf, listOf, naturalOf, parameterOf, secondsOf } from "../../src/app/option-values.ts";

describe("values of options", () => {
  it.each([
    ["1000", 1000],
    ["1_000_000", 1_000_000],
    ["0", 0],
    ["", undefined],
    ["-1", undefined],
    ["1e6", undefined],
    ["_1", undefined],
    ["9999999999999999", undefined],
  ])("number %s", (text, value) => expect(naturalOf(text)).toBe(value));

  it.each([
    ["512M", 512 * 2 ** 20],
    ["4g", 4 * 2 ** 30],
    ["1.5 GB", 1.5 * 2 ** 30],
    ["2GiB", 2 ** 31],
    ["800", 800],
    ["0", undefined],
    ["4X", undefined],
    ["G", undefined],
  ])("size %s", (text, value) => expect(bytesOf(text)).toBe(value));

  it.each([
    ["90", 90],
    ["500ms", 0.5],
    ["5m", 300],
    ["2h", 7200],
    ["1.5s", 1.5],
    ["0s", undefined],
    ["s", undefined],
    ["5d", undefined],
  ])("duration %s", (text, value) => expect(secondsOf(text)).toBe(value));

  it.each([
    ["A=1", ["A", 1]],
    ["A=-3", ["A", -3]],
    ["A=", undefined],
    ["=1", undefined],
    ["A=1.5", undefined],
    ["A=0x10", undefined],
  ])("parameter %s", (text, value) => expect(parameterOf(text)).toEqual(value));

  it("list", () => expect(listOf("a, b,,a")).toEqual(["a", "b"]));
});
