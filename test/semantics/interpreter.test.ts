import { describe, expect, it } from "vitest";
import {
  cell,
  constant,
  equals,
  lessThan,
  local,
  own,
  plus,
  self,
} from "../../src/ir/expression.ts";
import type { Program } from "../../src/ir/program.ts";
import { enabledSteps, fire, hasEnded } from "../../src/semantics/interpreter.ts";
import { initialState, type State } from "../../src/semantics/state.ts";
import { InternalError } from "../../src/support/assert.ts";
import {
  at,
  buildProgram,
  localVariable,
  range,
  set,
  setLocal,
  skip,
  start,
  thread,
  variable,
  violation,
  wrapping,
} from "./build-program.ts";

/** Fires the first enabled step again and again, and gives the last state with all that was found. */
function run(program: Program): { readonly state: State; readonly found: readonly string[] } {
  let state = initialState(program);
  const found: string[] = [];
  for (
    let choice = enabledSteps(program, state)[0];
    choice;
    choice = enabledSteps(program, state)[0]
  ) {
    const fired = fire(program, state, choice);
    found.push(...fired.found.map(({ rule, place }) => `${rule} @ ${place}`));
    if (fired.limit !== undefined) found.push(`limit ${fired.limit}`);
    if (!fired.next) break;
    state = fired.next;
  }
  return { state, found };
}

const byte = wrapping(8, true);

describe("a step", () => {
  it("reads everything before it writes anything", () => {
    const program = buildProgram({
      variables: [
        variable("x", range(0, 9), { initial: [1] }),
        variable("y", range(0, 9), { initial: [2] }),
        variable("array", range(0, 9), { initial: [0, 0, 0] }),
      ],
      threads: [
        thread("t", [
          at("swap", {
            updates: [set("x", cell("y")), set("y", cell("x")), set("array", 7, cell("x"))],
          }),
        ]),
      ],
    });
    expect(run(program).state.cells).toEqual([[2], [1], [0, 7, 0]]);
  });

  it("is enabled if every guard holds, tested in order: a later one may rely on an earlier", () => {
    const array = { ...cell("array", cell("i")) };
    const inside = lessThan(cell("i"), constant(2));
    const program = (i: number) =>
      buildProgram({
        variables: [
          variable("i", range(0, 9), { initial: [i] }),
          variable("array", range(0, 9), { initial: [0, 1] }),
        ],
        threads: [thread("t", [at("s", { guards: [inside, array] })])],
      });
    const enabled = [0, 1, 2].map((i) => enabledSteps(program(i), initialState(program(i))).length);
    expect(enabled).toEqual([0, 1, 0]);
  });

  it("offers each outcome that is enabled, and says if it is the only one", () => {
    const program = buildProgram({
      threads: [
        thread("t", [at("choose", [{}, { guards: [constant(0)] }, {}]), skip("then")]),
        thread("u", [skip("s")]),
      ],
    });
    expect(enabledSteps(program, initialState(program))).toEqual([
      { thread: 1, step: 0, only: false },
      { thread: 1, step: 2, only: false },
      { thread: 2, step: 0, only: true },
    ]);
  });

  it("wraps machine integers, in variables and locals", () => {
    const program = buildProgram({
      variables: [variable("x", byte, { initial: [127] })],
      threads: [
        thread(
          "t",
          [at("s", { updates: [set("x", plus(cell("x"), constant(1))), setLocal("l", 128)] })],
          { locals: [localVariable("l", byte)] },
        ),
      ],
    });
    const { state, found } = run(program);
    expect([state.cells, state.locals, found]).toEqual([[[-128]], [[-128]], []]);
  });

  it("stops where a variable or local would leave its range", () => {
    for (const update of [set("x", 3), setLocal("x", -1)]) {
      const program = buildProgram({
        variables: [variable("x", range(0, 2))],
        threads: [
          thread("t", [at("s", { updates: [update] }), skip("never")], {
            locals: [localVariable("x", range(0, 2))],
          }),
        ],
      });
      const { state, found } = run(program);
      expect(found).toEqual(["range @ t s"]);
      expect(state).toEqual(initialState(program));
    }
  });

  it("records checks that hold before it, and goes on", () => {
    const check = (rule: "panic" | "deadlock", value: number) => ({
      ...violation(rule),
      when: equals(cell("x"), constant(value)),
    });
    const program = buildProgram({
      variables: [variable("x", range(0, 2))],
      threads: [
        thread("t", [
          at("s", { updates: [set("x", 1)], checks: [check("panic", 0), check("deadlock", 1)] }),
        ]),
      ],
    });
    expect(run(program)).toMatchObject({ found: ["panic @ panic"], state: { cells: [[1]] } });
  });

  it("that is fatal or leaves the model has no successor, but its checks count", () => {
    const checks = [{ ...violation("null-dereference"), when: constant(1) }];
    const program = (last: object) =>
      buildProgram({ threads: [thread("t", [at("s", { checks, ...last }), skip("never")])] });
    const fatal = run(program({ fatal: violation("panic") }));
    expect(fatal.found).toEqual(["null-dereference @ null-dereference", "panic @ panic"]);
    expect(hasEnded(fatal.state)).toBe(false);
    expect(run(program({ limit: "slots" })).found.at(-1)).toBe("limit slots");
  });

  it("that writes outside an array is an error of ours", () => {
    const program = buildProgram({
      variables: [variable("x", range(0, 9), { initial: [0, 0] })],
      threads: [thread("t", [at("s", { updates: [set("x", 1, plus(self, self))] })])],
    });
    expect(() => run(program)).toThrow(InternalError);
  });
});

describe("starting a thread", () => {
  const counter = variable("sum", range(0, 99));

  it("gives it its initial locals, but for the arguments", () => {
    const program = buildProgram({
      variables: [counter],
      threads: [
        thread("main", [
          at("start", {
            starts: [start(2, { a: plus(cell("sum"), constant(5)) })],
            updates: [set("sum", 1)],
          }),
        ]),
        thread(
          "child",
          [at("add", { updates: [set("sum", plus(local("a"), plus(local("b"), own("k"))))] })],
          {
            start: "created",
            constants: { k: 30 },
            locals: [localVariable("a", range(0, 9), 9), localVariable("b", range(0, 9), 2)],
          },
        ),
      ],
    });
    expect(initialState(program).locations).toEqual(["start", "unborn"]);
    expect(run(program)).toMatchObject({
      state: { cells: [[37]], locations: ["ended", "ended"], locals: [[], [5, 2]] },
    });
  });

  it("stores arguments as an assignment does: wrapped, or stopped outside the range", () => {
    const child = (type: Parameters<typeof localVariable>[1]) =>
      buildProgram({
        threads: [
          thread("main", [at("start", { starts: [start(2, { a: constant(200) })] })]),
          thread("child", [skip("s")], { start: "created", locals: [localVariable("a", type)] }),
        ],
      });
    expect(run(child(byte)).state.locals).toEqual([[], [-56]]);
    expect(run(child(range(0, 9))).found).toEqual(["range @ main start"]);
  });

  it("again, after it has ended, begins it anew", () => {
    const child = own("child");
    const program = buildProgram({
      variables: [counter],
      threads: [
        thread(
          "main",
          [
            at("start", { starts: [start(child)] }),
            at("again", { guards: [equals(cell("sum"), constant(1))], starts: [start(child)] }),
          ],
          { constants: { child: 2 } },
        ),
        thread(
          "child",
          [
            at("count", { updates: [setLocal("l", plus(local("l"), constant(1)))] }),
            at("add", { updates: [set("sum", plus(cell("sum"), local("l")))] }),
          ],
          { start: "created", locals: [localVariable("l", range(0, 9))] },
        ),
      ],
    });
    expect(run(program).state).toMatchObject({ cells: [[2]], locations: ["ended", "ended"] });
  });

  it("that runs is an error of ours", () => {
    const program = buildProgram({
      threads: [thread("a", [at("s", { starts: [start(2)] })]), thread("b", [skip("s")])],
    });
    expect(() => run(program)).toThrow(InternalError);
  });
});

describe("names of JavaScript's own", () => {
  it("are ordinary names", () => {
    const program = buildProgram({
      variables: [variable("toString", range(0, 9))],
      threads: [
        thread("a", [at("s", { updates: [set("toString", local("constructor"))] })], {
          locals: [localVariable("constructor", range(0, 9), 4)],
          values: {},
        }),
      ],
    });
    expect(run(program).state.cells).toEqual([[4]]);
  });
});

describe("the first step", () => {
  it("of a graph without locations is none: the thread has ended", () => {
    const program = buildProgram({ threads: [thread("t", [])] });
    expect(hasEnded(initialState(program))).toBe(true);
  });
});
