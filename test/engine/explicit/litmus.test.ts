import { describe, expect, it } from "vitest";
import {
  cell,
  constant,
  equals,
  lessThan,
  local,
  not,
  own,
  plus,
  referenced,
  self,
} from "../../../src/ir/expression.ts";
import { scheduleText } from "../../../src/ir/schedule.ts";
import {
  access,
  acquire,
  at,
  boolean,
  buildProgram,
  increment,
  localVariable,
  lock,
  property,
  range,
  reference,
  release,
  set,
  setLocal,
  skip,
  start,
  thread,
  threads,
  variable,
  violation,
  wrapping,
} from "../../semantics/build-program.ts";
import { ended, facts, run } from "./litmus.ts";

const seen = { locals: [localVariable("seen", range(0, 3))] };

describe("lost update", () => {
  const program = buildProgram({
    variables: [variable("x", range(0, 3))],
    threads: [threads(["a", "b"], increment("x"), seen)],
    properties: [property("atEnd", "both count", equals(cell("x"), constant(2)))],
  });

  it("is found with every interleaving counted", () => {
    expect(facts(program)).toEqual({
      states: 13,
      transitions: 14,
      findings: [
        "data-race @ x: worker read x / worker write x, 1 steps",
        "data-race @ x: worker write x / worker write x, 2 steps",
        "at-end:both count @ both count, 4 steps",
      ],
      limits: [],
      ends: true,
      interleavings: ended(6),
    });
  });

  it("has a shortest schedule that replays as text", () => {
    const { findings } = run(program);
    expect(findings.map(({ schedule }) => scheduleText(schedule))).toEqual(["1", "1.2", "1.2.1.2"]);
  });
});

describe("locks", () => {
  it("keep two threads apart", () => {
    const body = [acquire("m"), skip("inside"), release("m")];
    const program = buildProgram({ variables: [lock("m")], threads: [threads(["a", "b"], body)] });
    expect(facts(program)).toMatchObject({ states: 12, findings: [], interleavings: ended(2) });
  });

  it("taken in opposite orders deadlock", () => {
    const one = [acquire("A"), acquire("B"), release("B"), release("A")];
    const other = [acquire("B"), acquire("A"), release("A"), release("B")];
    const program = buildProgram({
      variables: [lock("A"), lock("B")],
      threads: [thread("l", one), thread("r", other)],
    });
    expect(facts(program)).toMatchObject({
      findings: ["deadlock @ l acquire B / r acquire A, 2 steps"],
      interleavings: { ended: 4n, blocked: 2n, stopped: 0n },
    });
  });

  it("taken in opposite orders beside a thread that spins are a partial deadlock", () => {
    const program = buildProgram({
      variables: [lock("A"), lock("B")],
      threads: [
        thread("l", [acquire("A"), acquire("B"), release("B"), release("A")]),
        thread("r", [acquire("B"), acquire("A"), release("A"), release("B")]),
        thread("spins", [at("spin", { to: "spin" })]),
      ],
    });
    expect(facts(program)).toMatchObject({
      findings: [
        "partial-deadlock @ l acquire B, 2 steps",
        "partial-deadlock @ r acquire A, 2 steps",
      ],
      ends: false,
      interleavings: "infinite",
    });
  });

  it("awaited through a chain of steps back to states found earlier are no partial deadlock", () => {
    const links = [0, 1, 2, 3, 4, 5];
    const program = buildProgram({
      variables: [variable("flag", boolean)],
      threads: [
        thread("waits", [at("wait", { guards: [equals(cell("flag"), constant(1))] })]),
        thread("walks", [
          at(
            "choose",
            links.map((link) => ({ to: `link ${link}` })),
          ),
          ...links.map((link) =>
            at(
              `link ${link}`,
              link === 0 ? { to: "spin", updates: [set("flag", 1)] } : { to: `link ${link - 1}` },
            ),
          ),
          at("spin", { to: "spin" }),
        ]),
      ],
    });
    expect(facts(program)).toMatchObject({ findings: [], interleavings: "infinite" });
  });

  it("taken again by the owner block it for ever, unless they are recursive", () => {
    const strict = [acquire("m", "first"), acquire("m", "second")];
    const program = buildProgram({ variables: [lock("m")], threads: [thread("t", strict)] });
    expect(facts(program).findings).toEqual([
      "self-deadlock @ t second, 1 steps",
      "dead-code @ t second, 0 steps",
    ]);
    const free = equals(cell("owner"), constant(0));
    const mine = equals(cell("owner"), self);
    const deeper = set("depth", plus(cell("depth"), constant(1)));
    const take = { updates: [set("owner", self), deeper] };
    const recursive = buildProgram({
      variables: [variable("owner", range(0, 1)), variable("depth", range(0, 2))],
      threads: [
        thread(
          "t",
          [1, 2, 3].map((n) =>
            at(`take ${n}`, [
              { guards: [free], ...take },
              { guards: [mine], ...take },
            ]),
          ),
        ),
      ],
    });
    expect(facts(recursive).findings).toEqual(["range @ t take 3, 3 steps"]);
  });

  it("wait no longer than a timeout", () => {
    const free = equals(cell("m"), constant(0));
    const program = buildProgram({
      variables: [lock("m")],
      threads: [
        thread("holder", [acquire("m")]),
        thread("polls", [
          at("poll", [
            { guards: [free], outcome: "taken", updates: [set("m", self)] },
            { guards: [not(free)], outcome: "timeout" },
          ]),
        ]),
      ],
    });
    expect(facts(program)).toMatchObject({
      findings: ["deadlock @ holder acquire m, 1 steps"],
      interleavings: { ended: 1n, blocked: 1n, stopped: 0n },
    });
  });
});

describe("values", () => {
  const counts = (type: Parameters<typeof variable>[1], from: number, by: number) => {
    const program = buildProgram({
      variables: [variable("x", type, { initial: [from] })],
      threads: [thread("t", [at("add", { updates: [set("x", plus(cell("x"), constant(by)))] })])],
    });
    const cells: (readonly (readonly number[])[])[] = [];
    run(program, { onTerminal: (state) => cells.push(state.cells) });
    return { cells, findings: facts(program).findings };
  };

  it.each([
    ["u8", wrapping(8, false), 255, 1, 0],
    ["i8", wrapping(8, true), 127, 1, -128],
    ["i16", wrapping(16, true), -32768, -1, 32767],
    ["u32", wrapping(32, false), 4294967295, 2, 1],
    ["i32", wrapping(32, true), 2147483647, 1, -2147483648],
    ["a wide range", range(-5, 2 ** 52), 2 ** 52 - 1, 1, 2 ** 52],
    ["a negative range", range(-9, -1), -9, 8, -1],
  ] as const)("%s wraps or reaches its end", (_, type, from, by, result) => {
    expect(counts(type, from, by)).toEqual({ cells: [[[result]]], findings: [] });
  });

  it("leaving a range stops the run and says what it would have become", () => {
    const { cells, findings } = counts(range(0, 5), 5, 1);
    expect({ cells, findings }).toEqual({ cells: [], findings: ["range @ t add, 1 steps"] });
  });

  it("in arrays too large for a word are found by a computed index", () => {
    const program = buildProgram({
      variables: [variable("a", wrapping(16, false), { first: 1, initial: [0, 0, 0, 0, 0] })],
      threads: [
        thread(
          "t",
          [
            at("fill", [
              {
                to: "fill",
                guards: [lessThan(local("i"), constant(5))],
                updates: [
                  set("a", plus(local("i"), constant(7)), plus(local("i"), constant(1))),
                  setLocal("i", plus(local("i"), constant(1))),
                ],
              },
              { guards: [equals(local("i"), constant(5))] },
            ]),
          ],
          { locals: [localVariable("i", range(0, 5))] },
        ),
      ],
    });
    const cells: (readonly (readonly number[])[])[] = [];
    run(program, { onTerminal: (state) => cells.push(state.cells) });
    expect(cells).toEqual([[[7, 8, 9, 10, 11]]]);
  });
});

describe("one step", () => {
  it("that writes a cell twice, by two texts of its index, keeps the later value", () => {
    const program = buildProgram({
      variables: [variable("a", range(0, 3), { initial: [0, 0] })],
      threads: [
        thread("t", [at("both", { updates: [set("a", 1, own("mine")), set("a", 2, 1)] })], {
          constants: { mine: 1 },
        }),
      ],
    });
    const cells: (readonly (readonly number[])[])[] = [];
    run(program, { onTerminal: (state) => cells.push(state.cells) });
    expect(cells).toEqual([[[0, 2]]]);
  });

  it("reads large arrays at a computed index", () => {
    const program = buildProgram({
      variables: [
        variable("a", wrapping(16, true), { initial: [5, -6, 7, 8, 9] }),
        variable("sum", range(-9, 99)),
        variable("i", range(0, 5)),
      ],
      threads: [
        thread("t", [
          at("add", [
            {
              to: "add",
              guards: [lessThan(cell("i"), constant(5))],
              updates: [
                set("sum", plus(cell("sum"), cell("a", cell("i")))),
                set("i", plus(cell("i"), constant(1))),
                set("a", 1, cell("i")),
              ],
            },
            { guards: [equals(cell("i"), constant(5))] },
          ]),
        ]),
      ],
    });
    const cells: (readonly (readonly number[])[])[] = [];
    run(program, { onTerminal: (state) => cells.push(state.cells) });
    expect(cells).toEqual([[[1, 1, 1, 1, 1], [23], [5]]]);
  });
});

describe("threads", () => {
  it("start with arguments, and with initial locals when started again", () => {
    const child = at("child", {
      updates: [set("x", plus(cell("x"), local("given"))), setLocal("given", 3), set("up", 0)],
    });
    const parent = [4, 1].map((value, n) =>
      at(`start ${n}`, {
        guards: [equals(cell("up"), constant(0))],
        updates: [set("up", 1)],
        starts: [start(2, n === 0 ? { given: constant(value) } : {})],
      }),
    );
    const program = buildProgram({
      variables: [variable("x", range(0, 9)), variable("up", boolean)],
      threads: [
        thread("parent", parent),
        thread("child", [child], {
          start: "created",
          locals: [localVariable("given", range(0, 4), 2)],
        }),
      ],
      properties: [property("atEnd", "four and two", equals(cell("x"), constant(6)))],
    });
    expect(facts(program)).toMatchObject({ findings: [], interleavings: ended(1) });
  });

  it("of one processor wait for the one at the exclusive level", () => {
    const make = (placed: boolean) =>
      buildProgram({
        variables: [variable("level", range(0, 2), { initial: [0, 0], first: 1 })],
        threads: [
          threads(
            ["a", "b"],
            [
              at("raise", { updates: [set("level", 2, self)] }),
              at("lower", { updates: [set("level", 0, self)] }),
            ],
            { level: cell("level", self), ...(placed && { processor: 0 }) },
          ),
        ],
      });
    expect(facts(make(false))).toMatchObject({ states: 9, interleavings: ended(6) });
    expect(facts(make(true))).toMatchObject({ states: 8, interleavings: ended(2) });
  });
});

describe("storage", () => {
  it("freed while somebody waits on it is a finding, with the waiter", () => {
    const program = buildProgram({
      variables: [variable("signaled", boolean)],
      threads: [
        thread("waits", [
          at(
            "wait",
            { guards: [equals(cell("signaled"), constant(1))] },
            { waits: { object: "e", kind: "signal", on: { block: "Block", index: constant(1) } } },
          ),
        ]),
        thread("frees", [
          at("free", {
            updates: [set("signaled", 1)],
            frees: {
              block: "Block",
              index: constant(1),
              violation: violation("free-while-waited"),
            },
          }),
        ]),
      ],
    });
    const { findings } = run(program);
    expect(findings).toMatchObject([{ rule: "free-while-waited", threads: [2, 1], depth: 1 }]);
  });

  it("is taken again only when no variable and no local refers to it", () => {
    const program = buildProgram({
      variables: [variable("p", reference("Block", 1), { initial: [1] })],
      threads: [
        thread("t", [at("take", { guards: [not(referenced("Block", constant(1)))] })]),
        thread(
          "u",
          [
            at("copy", { updates: [setLocal("mine", cell("p"))] }),
            at("clear", { updates: [set("p", 0)] }),
            at("forget", { updates: [setLocal("mine", 0)] }),
          ],
          { locals: [localVariable("mine", reference("Block", 1))] },
        ),
      ],
    });
    expect(facts(program)).toMatchObject({ states: 5, interleavings: ended(1) });
  });
});

describe("properties and bounds", () => {
  it("name what holds nowhere, and witness what holds somewhere", () => {
    const program = buildProgram({
      variables: [variable("x", range(0, 3))],
      threads: [
        thread("t", [at("one", { updates: [set("x", 1)] }), at("two", { updates: [set("x", 2)] })]),
      ],
      properties: [
        property("reachable", "two", equals(cell("x"), constant(2))),
        property("reachable", "three", equals(cell("x"), constant(3))),
        property("invariant", "small", lessThan(cell("x"), constant(1))),
      ],
    });
    const { findings, witnesses } = run(program);
    expect(findings.map(({ rule, depth }) => [rule, depth])).toEqual([
      ["invariant:small", 1],
      ["reachable:three", 0],
    ]);
    expect(witnesses).toMatchObject([{ property: "two", schedule: [{}, {}] }]);
  });

  it("of the model that a run reaches are named, and then nothing is called impossible", () => {
    const program = buildProgram({
      threads: [thread("t", [at("take", { limit: "slots of Block" }), skip("after")])],
    });
    expect(facts(program)).toMatchObject({ limits: ["slots of Block"], findings: [] });
  });

  it("a race that is none at first is found once the step is enabled", () => {
    const touch = { accesses: [access("x", true)] };
    const program = buildProgram({
      variables: [variable("x", range(0, 3)), variable("turn", range(0, 1))],
      threads: [
        thread("a", [at("write", touch)]),
        thread("b", [at("guarded", { ...touch, guards: [equals(cell("turn"), constant(1))] })]),
        thread("c", [at("turn", { to: "turn", updates: [set("turn", 1)] })]),
      ],
    });
    expect(facts(program).findings).toEqual(["data-race @ x: a write / b guarded, 1 steps"]);
  });

  it("a race is found among more locations than one function dispatches", () => {
    const length = 700;
    const program = buildProgram({
      variables: [variable("x", range(0, 3)), variable("done", range(0, 1))],
      threads: [
        thread("a", [
          ...Array.from({ length }, (_, index) => skip(`skip ${index}`)),
          at("write", { accesses: [access("x", true)], updates: [set("done", 1)] }),
        ]),
        thread("b", [at("read", { accesses: [access("x", false)] })]),
        thread("c", [at("wait", { guards: [equals(cell("done"), constant(1))] })]),
      ],
    });
    expect(facts(program)).toMatchObject({
      states: 2 * (length + 1) + 4,
      findings: [`data-race @ x: a write / b read, ${length} steps`],
    });
  });

  it("a race needs both steps enabled", () => {
    const program = (guarded: boolean) =>
      buildProgram({
        variables: [variable("x", range(0, 3)), variable("turn", range(0, 1))],
        threads: [
          thread("a", [
            at("write", { updates: [set("x", 1), set("turn", 1)], accesses: [access("x", true)] }),
          ]),
          thread("b", [
            at("read", {
              guards: guarded ? [equals(cell("turn"), constant(1))] : [],
              accesses: [access("x", false)],
            }),
          ]),
        ],
      });
    expect(facts(program(true)).findings).toEqual([]);
    expect(facts(program(false)).findings).toEqual(["data-race @ x: a write / b read, 0 steps"]);
  });
});

it("keeps names of the Program out of the generated code", () => {
  const nasty = "\"; throw new Error(`'`); //\n*/";
  const program = buildProgram({
    name: nasty,
    variables: [variable(nasty, range(0, 3), { tags: { holder: nasty } })],
    threads: [
      thread(nasty, [at(nasty, { updates: [set(nasty, plus(cell(nasty), constant(1)))] })], {
        locals: [localVariable(nasty, boolean)],
      }),
    ],
  });
  expect(facts(program)).toMatchObject({ states: 2, findings: [] });
});
