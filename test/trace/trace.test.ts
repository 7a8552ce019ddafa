import { describe, expect, it } from "vitest";
import { parseSchedule } from "../../src/ir/schedule.ts";
import { traceOf } from "../../src/trace/trace.ts";
import { abba, findingIn, longRun, useAfterFree, waitAtDispatch } from "./samples.ts";

describe("a trace", () => {
  it("names what changed, with values as readers know them", () => {
    const { trace } = findingIn(useAfterFree(), "use-after-free");
    expect(trace?.steps.map(({ changes }) => changes)).toEqual([
      [{ variable: "callback_fn 1.p", from: "null", to: "KMutexInner 1" }],
      [
        { variable: "HEAP_MTX_PTR", from: "KMutexInner 1", to: "null" },
        { variable: "DriverUnload.old", from: "null", to: "KMutexInner 1" },
      ],
      [{ variable: "KMutexInner.life", from: "live", to: "freed" }],
      [],
    ]);
  });

  it("says who holds what, and who is blocked, after each step", () => {
    const { trace } = findingIn(abba(), "deadlock");
    expect(trace?.steps.at(-1)).toMatchObject({
      blocked: ["reader", "writer"],
      holds: [
        { thread: "reader", object: "A" },
        { thread: "writer", object: "B" },
      ],
    });
  });

  it("gives the level of the call, and the level after it where that differs", () => {
    const { trace } = findingIn(waitAtDispatch(), "wait-at-dispatch");
    expect(trace?.steps[0]).toMatchObject({ level: 0, levelAfter: 2 });
    expect(trace?.steps[1]).toMatchObject({ level: 2 });
    expect(trace?.steps[1]).not.toHaveProperty("levelAfter");
  });

  it("leaves hidden variables and locals out", () => {
    const sample = longRun(1, 1);
    const hidden = {
      ...sample,
      variables: sample.variables.map((one) => ({
        ...one,
        tags: { ...one.tags, hidden: true as const },
      })),
      graphs: sample.graphs.map((graph) => ({
        ...graph,
        locals: graph.locals.map((one) => ({ ...one, hidden: true as const })),
      })),
    };
    const result = traceOf(hidden, [{ thread: 1 }, { thread: 1 }]);
    expect(result.ok && result.trace.steps.flatMap(({ changes }) => changes)).toEqual([]);
  });

  it("shows a slot only where a variable has several, counted as the program counts", () => {
    const sample = useAfterFree();
    const wide = {
      ...sample,
      variables: sample.variables.map((one) =>
        one.first === 1 ? { ...one, initial: [...one.initial, ...one.initial] } : one,
      ),
    };
    const result = traceOf(wide, [{ thread: 2 }, { thread: 2 }]);
    expect(result.ok && result.trace.steps[1]).toMatchObject({
      changes: [{ variable: "KMutexInner[1].owner", from: "nobody", to: "callback_fn 1" }],
      holds: [{ thread: "callback_fn 1", object: "KMutexInner 1" }],
    });
  });

  it("prints a schedule that replays to the same trace", () => {
    const { trace } = findingIn(longRun(3, 2), "at-end");
    const parsed = parseSchedule(trace?.schedule ?? "");
    const again = parsed.ok ? traceOf(longRun(3, 2), parsed.items) : undefined;
    const plain = trace?.steps.map(({ why: _, ...step }) => step);
    expect(again?.ok && again.trace).toEqual({ schedule: trace?.schedule, steps: plain });
  });

  it("says where a schedule does not run", () => {
    expect(traceOf(abba(), [{ thread: 1 }, { thread: 9 }])).toMatchObject({
      ok: false,
      failure: { index: 1, message: "there is no thread 9" },
    });
  });
});
