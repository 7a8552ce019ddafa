import { describe, expect, it } from "vitest";
import { confirm, verdictOf } from "../../src/trace/verdict.ts";
import {
  abba,
  bothInside,
  dataRace,
  doubleRelease,
  engineFindings,
  findingIn,
  freeWhileWaited,
  hostile,
  longRun,
  lostUpdate,
  untestedAllocation,
  useAfterFree,
  waitAtDispatch,
} from "./samples.ts";

const samples = {
  abba,
  bothInside,
  freeWhileWaited,
  untestedAllocation,
  dataRace,
  doubleRelease,
  hostile,
  lostUpdate,
  useAfterFree,
  waitAtDispatch,
  long: () => longRun(2, 2),
};

describe("an engine's finding", () => {
  for (const [name, sample] of Object.entries(samples)) {
    it(`is confirmed wherever the oracle finds it: ${name}`, () => {
      const found = engineFindings(sample());
      expect(found.length).toBeGreaterThan(0);
      for (const one of found) {
        expect(confirm(sample(), one, one.schedule)).toMatchObject({ ok: true });
      }
    });
  }

  it("is refused at another place", () => {
    const [found] = engineFindings(doubleRelease());
    if (!found) throw new Error("the sample violates a rule");
    const elsewhere = { ...found, place: "elsewhere" };
    expect(confirm(doubleRelease(), elsewhere, found.schedule)).toMatchObject({
      ok: false,
      message: expect.stringContaining("is not found when the schedule 1x3 is replayed"),
    });
  });

  it("is refused for a shorter schedule, which does not get there", () => {
    const [found] = engineFindings(doubleRelease());
    if (!found) throw new Error("the sample violates a rule");
    expect(confirm(doubleRelease(), found, found.schedule.slice(0, -1)).ok).toBe(false);
  });

  it("is refused if its schedule does not replay", () => {
    const [found] = engineFindings(abba());
    if (!found) throw new Error("the sample violates a rule");
    expect(confirm(abba(), found, [{ thread: 3 }])).toEqual({
      ok: false,
      message: "the schedule does not replay: step 1: there is no thread 3",
    });
  });

  it("about the whole graph must only replay", () => {
    const found = { rule: "dead-code", place: "x", message: "x never happens", threads: [] };
    expect(confirm(abba(), found, []).ok).toBe(true);
  });
});

describe("the verdict", () => {
  const error = findingIn(abba(), "deadlock");
  const warning = { ...error, severity: "warning" as const };
  const judged = (findings: readonly (typeof error)[], complete: boolean, strict = false) =>
    verdictOf(findings, { complete, strict });

  it("is violated by an error, even in a search that was cut", () => {
    expect(judged([warning, error], false)).toBe("violated");
  });

  it("is violated by a warning only when asked to be strict", () => {
    expect(judged([warning], true)).toBe("holds");
    expect(judged([warning], true, true)).toBe("violated");
  });

  it("is never holds when something is left unexplored", () => {
    expect(judged([], false)).toBe("inconclusive");
    expect(judged([warning], false)).toBe("inconclusive");
  });
});
