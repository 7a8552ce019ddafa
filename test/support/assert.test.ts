import { describe, expect, it } from "vitest";
import { assert, InternalError, unreachable } from "../../src/support/assert.ts";

describe("assert", () => {
  it("passes what holds", () => {
    expect(() => assert(true, "never shown")).not.toThrow();
  });

  it("throws an internal error with its message otherwise", () => {
    expect(() => assert(false, "A thread has one owner.")).toThrow(InternalError);
    expect(() => assert(false, "A thread has one owner.")).toThrow("A thread has one owner.");
  });
});

describe("unreachable", () => {
  it("names the value that no case took", () => {
    const forgotten = { kind: "forgotten" } as never;
    expect(() => unreachable(forgotten)).toThrow(InternalError);
    expect(() => unreachable(forgotten)).toThrow('{"kind":"forgotten"}');
  });
});
