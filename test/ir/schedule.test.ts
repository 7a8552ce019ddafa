import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSchedule, SCHEDULE_STEPS_MAX, scheduleText } from "../../src/ir/schedule.ts";

const choice = fc.record({
  thread: fc.integer({ min: 1, max: 9999 }),
  step: fc.integer({ min: 0, max: 9998 }),
  only: fc.boolean(),
});

describe("schedule text", () => {
  it("reads back as the choices it was made of", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(choice, fc.constant({ thread: 1, step: 0, only: true }))),
        (all) => {
          const items = all.map(({ thread, step, only }) => (only ? { thread } : { thread, step }));
          expect(parseSchedule(scheduleText(all))).toEqual({ ok: true, items });
        },
      ),
    );
  });

  it("is short for repeated choices", () => {
    const once = { thread: 2, step: 0, only: true };
    const other = { thread: 1, step: 2, only: false };
    expect(scheduleText([once, once, once, other, other, once])).toBe("2x3.1/3x2.2");
    expect(scheduleText([])).toBe("");
  });

  it.each([
    "0",
    "1/0",
    "1x0",
    "-1",
    "1..2",
    ".",
    "1.",
    "a",
    "1/",
    "1x",
    "01",
    "1 .2",
    "10000",
    "1x2/3",
  ])("refuses %j", (text) => {
    expect(parseSchedule(text)).toMatchObject({ ok: false });
  });

  it("names the word that is no choice", () => {
    expect(parseSchedule("1.2/3.two.4")).toEqual({ ok: false, word: "two" });
  });

  it("refuses more steps than it would build", () => {
    expect(parseSchedule(`1x${SCHEDULE_STEPS_MAX + 1}`)).toMatchObject({ ok: false });
    expect(parseSchedule(`1.1x${SCHEDULE_STEPS_MAX}`)).toMatchObject({ ok: false });
  });

  it("ignores space around it", () => {
    expect(parseSchedule(" 1x2 \n")).toEqual({ ok: true, items: [{ thread: 1 }, { thread: 1 }] });
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."0129/x. a-") }), (text) => {
        expect(typeof parseSchedule(text).ok).toBe("boolean");
      }),
    );
  });
});
