/**
 * Each side condition of the reductions is needed: Programs that a reduced search judges as the reference does, and
 * wrongly as soon as the one condition is dropped.
 */
import { describe, expect, it } from "vitest";
import { noneDropped, type SideConditions } from "../../../src/engine/reduction/side-conditions.ts";
import type { Program } from "../../../src/ir/program.ts";
import { judgement } from "../../differential/compare-reduced.ts";
import { SIDE_CONDITIONS } from "../../differential/side-conditions.ts";
import { nearMisses } from "./near-misses/all.ts";

const all = Object.values(nearMisses).flat();

const judged = (program: Program, dropped: SideConditions = noneDropped) =>
  judgement(program, { dropped });

describe.each(Object.entries(nearMisses))("%s", (_, theme) => {
  it.each(theme)("$name ($condition)", ({ condition, program }) => {
    const made = program();
    expect(judged(made)).toBe("right");
    expect(judged(made, new Set([condition]))).toBe("wrong");
  });
});

it("there is one for each side condition, and there are more than thirty", () => {
  const conditions = new Set(all.map(({ condition }) => condition));
  expect(SIDE_CONDITIONS.filter((condition) => !conditions.has(condition))).toEqual([]);
  expect(all.length).toBeGreaterThan(30);
});
