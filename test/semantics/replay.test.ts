import { describe, expect, it } from "vitest";
import { constant } from "../../src/ir/expression.ts";
import { replay } from "../../src/semantics/replay.ts";
import { at, buildProgram, skip, thread, violation } from "./build-program.ts";

describe("replay", () => {
  const program = buildProgram({
    threads: [
      thread("t", [
        at("choose", [{}, { to: "other" }, { guards: [constant(0)] }]),
        at("one", { to: "ended" }),
        skip("other"),
      ]),
      thread("u", [at("wait", { guards: [constant(0)] })], { mayWaitForEver: true }),
    ],
  });

  it("gives each step with the states around it", () => {
    const result = replay(program, [{ thread: 1, step: 1 }, { thread: 1 }]);
    expect(
      result.ok &&
        result.replay.steps.map(({ before, after }) => [before.locations[0], after?.locations[0]]),
    ).toEqual([
      ["choose", "other"],
      ["other", "ended"],
    ]);
  });

  it.each([
    ["there is no thread 3", 0, [{ thread: 3 }]],
    ["thread 2 cannot step here", 0, [{ thread: 2 }]],
    ["thread 1 has 2 outcomes here, and the schedule names none", 0, [{ thread: 1 }]],
    ["outcome 3 of thread 1 cannot happen here", 0, [{ thread: 1, step: 2 }]],
    ["outcome 9 of thread 1 cannot happen here", 0, [{ thread: 1, step: 8 }]],
    ["thread 1 cannot step here", 2, [{ thread: 1, step: 0 }, { thread: 1 }, { thread: 1 }]],
  ])("%s", (message, index, schedule) => {
    const result = replay(program, schedule);
    expect(result).toMatchObject({ ok: false, failure: { message, index } });
    expect(!result.ok && result.failure.enabled.length).toBe(index === 0 ? 2 : 0);
  });

  it("stops after a fatal step", () => {
    const fatal = buildProgram({
      threads: [thread("t", [at("s", { fatal: violation("panic") })])],
    });
    const twice = replay(fatal, [{ thread: 1 }, { thread: 1 }]);
    expect(twice).toMatchObject({
      ok: false,
      failure: { index: 1, message: "the run has stopped before this step", enabled: [] },
    });
    const once = replay(fatal, [{ thread: 1 }]);
    expect(once).toMatchObject({ ok: true, replay: { terminalFound: [] } });
    expect(once.ok && once.replay.steps[0]?.after).toBeUndefined();
  });
});
