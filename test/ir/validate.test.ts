/** One row for each way in which a Program can be wrong, and the smallest Program that is. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cell,
  constant,
  local,
  not,
  own,
  plus,
  referenced,
  self,
} from "../../src/ir/expression.ts";
import type { Program, Step, Violation } from "../../src/ir/program.ts";
import type { RuleId } from "../../src/ir/rules.ts";
import { validate } from "../../src/ir/validate.ts";
import {
  access,
  at,
  boolean,
  localVariable,
  lock,
  property,
  range,
  reference,
  set,
  setLocal,
  sketchProgram,
  skip,
  start,
  thread,
  threads,
  variable,
  violation,
  wrapping,
} from "../semantics/build-program.ts";
import { arbitraryProgram } from "./arbitrary-program.ts";

type Sketch = Parameters<typeof sketchProgram>[0];

const x = variable("x", range(0, 2));
const idle = thread("t", [skip("s")]);

const program = (sketch: Partial<Sketch>): Program =>
  sketchProgram({ variables: [x], threads: [idle], ...sketch });
const withStep = (step: Partial<Step>, more: Partial<Sketch> = {}): Program =>
  program({
    threads: [thread("t", [at("s", step)], { locals: [localVariable("l", range(0, 9))] })],
    ...more,
  });
const withType = (type: Parameters<typeof variable>[1], initial = 0): Program =>
  program({ variables: [variable("v", type, { initial: [initial] })] });
const unknown: Violation = { ...violation("panic"), rule: "no-such-rule" as RuleId };

const problems = (wrong: Program) =>
  validate(wrong).map(({ id, severity, message }) => `${severity} ${id}: ${message}`);

const rows: readonly (readonly [string, string, Program])[] = [
  // Declarations.
  [
    "a second variable",
    "duplicate-name: a second variable is called x",
    program({ variables: [x, x] }),
  ],
  [
    "a second thread",
    "duplicate-name: a second thread is called t",
    program({ threads: [threads(["t", "t"], [skip("s")])] }),
  ],
  [
    "a second graph",
    "duplicate-name: a second graph is called g",
    program({
      threads: [threads(["a"], [skip("s")], {}, "g"), threads(["b"], [skip("s")], {}, "g")],
    }),
  ],
  [
    "a second location",
    "duplicate-name: a second location of t is called s",
    program({
      threads: [
        thread(
          "t",
          [skip("s"), skip("s")].map((each) => ({ ...each, label: "s" })),
        ),
      ],
    }),
  ],
  [
    "a second local",
    "duplicate-name: a second local of t is called l",
    program({
      threads: [
        thread("t", [skip("s")], {
          locals: [localVariable("l", boolean), localVariable("l", boolean)],
        }),
      ],
    }),
  ],
  [
    "a second property",
    "duplicate-name: a second property is called p",
    program({
      properties: [property("invariant", "p", constant(1)), property("atEnd", "p", constant(1))],
    }),
  ],
  [
    "a second member",
    "duplicate-name: a second member of E is called a",
    withType({ kind: "enumeration", name: "E", members: ["a", "a"] }),
  ],
  [
    "a variable without a name",
    "empty-name: a variable has no name",
    program({ variables: [variable("", boolean)] }),
  ],
  [
    "a range without values",
    "empty-type: the type of v has no values: 1 to 0",
    withType(range(1, 0), 1),
  ],
  [
    "an enumeration without members",
    "empty-type: the type of v has no values: 0 to -1",
    withType({ kind: "enumeration", name: "E", members: [] }),
  ],
  [
    "a range with fractions",
    "empty-type: the type of v has no values: 0.5 to 2",
    withType(range(0.5, 2), 1),
  ],
  [
    "references to fewer than no slots",
    "empty-type: the type of v has no values: 0 to -1",
    withType(reference("block", -1)),
  ],
  [
    "a local of an empty type",
    "empty-type: the type of l has no values: 1 to 0",
    program({
      threads: [thread("t", [skip("s")], { locals: [localVariable("l", range(1, 0), 1)] })],
    }),
  ],
  [
    "an initial value out of range",
    "initial-out-of-range: v starts as 3, which is not within 0 to 2",
    withType(range(0, 2), 3),
  ],
  [
    "a fraction in a variable",
    "initial-out-of-range: v starts as 0.5, which is not within 0 to 255",
    withType(wrapping(8, false), 0.5),
  ],
  [
    "a local's initial value out of range",
    "initial-out-of-range: l starts as 3, which is not within 0 to 2",
    program({
      threads: [thread("t", [skip("s")], { locals: [localVariable("l", range(0, 2), 3)] })],
    }),
  ],
  [
    "a thread's own initial value out of range",
    "initial-out-of-range: l of thread t starts as 3, which is not within 0 to 2",
    program({
      threads: [
        thread("t", [skip("s")], { locals: [localVariable("l", range(0, 2))], values: { l: 3 } }),
      ],
    }),
  ],
  [
    "a variable without cells",
    "wrong-length: variable x has no cell",
    program({ variables: [{ ...x, initial: [] }] }),
  ],
  [
    "levels for fewer threads than there are",
    "wrong-length: variable x is indexed by thread, so it needs the cells 1 to 1",
    program({ variables: [{ ...x, tags: { level: true } }] }),
  ],
  [
    "private cells for more threads than there are",
    "wrong-length: variable x is indexed by thread, so it needs the cells 1 to 1",
    program({ variables: [{ ...x, first: 1, initial: [0, 0], tags: { private: true } }] }),
  ],
  [
    "a level that is no integer",
    "not-an-integer: a level or parameter of the Program is 1.5, no whole number",
    program({ exclusiveLevel: 1.5 }),
  ],
  [
    "a constant that is no integer",
    "not-an-integer: constant k of thread t is 0.5, no whole number",
    program({ threads: [thread("t", [skip("s")], { constants: { k: 0.5 } })] }),
  ],
  [
    "a thread of no graph",
    "unknown-graph: thread t runs elsewhere, which is no graph",
    program({
      threads: [
        { ...idle, threads: idle.threads.map((each) => ({ ...each, graph: "elsewhere" })) },
      ],
    }),
  ],
  [
    "a value for a local that is not there",
    "unknown-local: thread t gives a value to l, which is no local of t",
    program({ threads: [thread("t", [skip("s")], { values: { l: 0 } })] }),
  ],
  // Steps.
  [
    "a step to nowhere",
    "unknown-location: a step leads to nowhere (in t at s)",
    withStep({ to: "nowhere" }),
  ],
  [
    "a location called ended",
    "reserved-location: a location cannot be called ended (in t at ended)",
    program({ threads: [thread("t", [skip("ended")])] }),
  ],
  [
    "a location called unborn",
    "reserved-location: a location cannot be called unborn (in t at unborn)",
    program({ threads: [thread("t", [skip("unborn")])] }),
  ],
  [
    "a guard on an unknown variable",
    "unknown-variable: there is no variable y (in t at s)",
    withStep({ guards: [plus(cell("y"), constant(1))] }),
  ],
  [
    "a write to an unknown variable",
    "unknown-variable: there is no variable y (in t at s)",
    withStep({ updates: [set("y", 0)] }),
  ],
  [
    "an access to an unknown variable",
    "unknown-variable: there is no variable y (in t at s)",
    withStep({ accesses: [access("y", true)] }),
  ],
  [
    "a read beyond the end",
    "index-out-of-bounds: x has the cells 0 to 0, not 1 (in t at s)",
    withStep({ updates: [set("x", cell("x", 1))] }),
  ],
  [
    "a write before the start",
    "index-out-of-bounds: x has the cells 0 to 0, not -1 (in t at s)",
    withStep({ updates: [set("x", 0, -1)] }),
  ],
  [
    "an access beyond the end",
    "index-out-of-bounds: x has the cells 0 to 0, not 7 (in t at s)",
    withStep({ accesses: [{ ...access("x", true), index: constant(7) }] }),
  ],
  [
    "an unknown variable in an index",
    "unknown-variable: there is no variable y (in t at s)",
    withStep({ accesses: [{ ...access("x", true), index: cell("y") }] }),
  ],
  [
    "a read of an unknown local",
    "unknown-local: there is no local m (in t at s)",
    withStep({ updates: [set("x", local("m"))] }),
  ],
  [
    "a write to an unknown local",
    "unknown-local: there is no local m (in t at s)",
    withStep({ updates: [setLocal("m", 1)] }),
  ],
  [
    "an unknown constant",
    "unknown-constant: thread t has no constant k (in t at s)",
    withStep({ guards: [own("k")] }),
  ],
  [
    "a constant that JavaScript knows",
    "unknown-constant: thread t has no constant toString (in t at s)",
    withStep({ guards: [own("toString")] }),
  ],
  [
    "a fraction in an expression",
    "not-an-integer: a constant in t at s is 0.5, no whole number",
    withStep({ guards: [constant(0.5)] }),
  ],
  [
    "a cell written twice",
    "written-twice: a step writes x twice (in t at s)",
    withStep({ updates: [set("x", 0), set("x", 1)] }),
  ],
  [
    "a local written twice",
    "written-twice: a step writes l twice (in t at s)",
    withStep({ updates: [setLocal("l", 0), setLocal("l", 1)] }),
  ],
  [
    "a check of an unknown variable",
    "unknown-variable: there is no variable y (in t at s)",
    withStep({ checks: [{ ...violation("panic"), when: cell("y") }] }),
  ],
  [
    "a check of no rule",
    "unknown-rule: there is no rule no-such-rule (in t at s)",
    withStep({ checks: [{ ...unknown, when: constant(1) }] }),
  ],
  [
    "a fatal step of no rule",
    "unknown-rule: there is no rule no-such-rule (in t at s)",
    withStep({ fatal: unknown }),
  ],
  [
    "a free of no rule",
    "unknown-rule: there is no rule no-such-rule (in t at s)",
    withStep({ frees: { block: "b", index: constant(1), violation: unknown } }),
  ],
  [
    "a free of an unknown index",
    "unknown-variable: there is no variable y (in t at s)",
    withStep({
      frees: { block: "b", index: cell("y"), violation: violation("free-while-waited") },
    }),
  ],
  [
    "a start of nobody",
    "unknown-thread: there is no thread number 0 (in t at s)",
    withStep({ starts: [start(0)] }),
  ],
  [
    "a start of too high a number",
    "unknown-thread: there is no thread number 2 (in t at s)",
    withStep({ starts: [start(2)] }),
  ],
  [
    "an argument for no local",
    "unknown-local: t has no local m to start with (in t at s)",
    withStep({ starts: [start(1, { m: constant(1) })] }),
  ],
  [
    "an argument for a local of no thread",
    "unknown-local: no thread has a local m to start with (in t at s)",
    withStep({ starts: [start(plus(self, cell("x")), { m: constant(1) })] }),
  ],
  [
    "a wait for an unknown owner",
    "unknown-variable: there is no variable y (in t at s)",
    program({
      threads: [
        thread("t", [at("s", {}, { waits: { object: "o", kind: "lock", owner: cell("y") } })]),
      ],
    }),
  ],
  [
    "a wait in an unknown block",
    "unknown-variable: there is no variable y (in t at s)",
    program({
      threads: [
        thread("t", [
          at(
            "s",
            {},
            { waits: { object: "o", kind: "lock", on: { block: "b", index: cell("y") } } },
          ),
        ]),
      ],
    }),
  ],
  [
    "a request of an unknown variable",
    "unknown-variable: there is no variable y (in t at s)",
    program({
      threads: [thread("t", [at("s", {}, { requests: { holder: "y", index: constant(0) } })])],
    }),
  ],
  [
    "a request of what is no lock",
    "not-a-lock: x is requested as a lock, but its tags name none",
    program({
      threads: [thread("t", [at("s", {}, { requests: { holder: "x", index: constant(0) } })])],
    }),
  ],
  [
    "a request beyond the end",
    "index-out-of-bounds: m has the cells 0 to 0, not 1 (in t at s)",
    program({
      variables: [lock("m")],
      threads: [thread("t", [at("s", {}, { requests: { holder: "m", index: constant(1) } })])],
    }),
  ],
  // Threads, properties and violations.
  [
    "more than 1,000 threads",
    "too-many-threads: 1001 threads are more than the 1000 that a Program may have",
    program({
      threads: [
        threads(
          Array.from({ length: 1001 }, (_, index) => `t${index}`),
          [skip("s")],
        ),
      ],
    }),
  ],
  [
    "a local in a level",
    "local-out-of-place: local l cannot be read here (in the level of thread t)",
    program({
      threads: [
        thread("t", [skip("s")], { level: not(local("l")), locals: [localVariable("l", boolean)] }),
      ],
    }),
  ],
  [
    "an unknown constant in a level",
    "unknown-constant: thread t has no constant k (in the level of thread t)",
    program({ threads: [thread("t", [skip("s")], { level: own("k") })] }),
  ],
  [
    "a local in a property",
    "local-out-of-place: local l cannot be read here (in property p)",
    withStep({}, { properties: [property("invariant", "p", local("l"))] }),
  ],
  [
    "self in a property",
    "self-out-of-place: no thread runs this, so self means none (in property p)",
    withStep({}, { properties: [property("atEnd", "p", self)] }),
  ],
  [
    "a constant of a thread in a property",
    "self-out-of-place: no thread runs this, so k means none (in property p)",
    withStep({}, { properties: [property("reachable", "p", own("k"))] }),
  ],
  [
    "an unknown variable in a property",
    "unknown-variable: there is no variable y (in property p)",
    program({ properties: [property("invariant", "p", cell("y"))] }),
  ],
  [
    "a property of no rule",
    "unknown-rule: there is no rule no-such-rule",
    program({ properties: [{ ...property("invariant", "p", constant(1)), violation: unknown }] }),
  ],
  [
    "a warning of no rule",
    "unknown-rule: there is no rule no-such-rule",
    program({ warnings: [unknown] }),
  ],
  [
    "an initial violation of no thread",
    "unknown-thread: there is no thread number 2",
    program({ initialViolations: [{ ...violation("panic"), thread: 2, fatal: false }] }),
  ],
];

const warningRows: readonly (readonly [string, string, Program])[] = [
  [
    "a thread that nothing starts",
    "never-started: nothing starts thread u",
    program({ threads: [idle, thread("u", [skip("s")], { start: "created" })] }),
  ],
  [
    "a location that nothing leads to",
    "unreachable-location: no path of t leads to far",
    program({ threads: [thread("t", [at("s", { to: "ended" }), skip("far")])] }),
  ],
  [
    "a location behind a fatal step only",
    "unreachable-location: no path of t leads to far",
    program({ threads: [thread("t", [at("s", { fatal: violation("panic") }), skip("far")])] }),
  ],
  [
    "a question about references that nobody holds",
    "never-referenced: no variable or local holds references to block",
    withStep({ guards: [referenced("block", constant(1))] }),
  ],
];

describe("validate", () => {
  it.each(rows)("refuses %s", (_, message, wrong) => {
    expect(problems(wrong)).toEqual([`error ${message}`]);
  });

  it.each(warningRows)("warns of %s", (_, message, odd) => {
    expect(problems(odd)).toEqual([`warning ${message}`]);
  });

  it("finds nothing wrong with what is right", () => {
    expect(problems(program({}))).toEqual([]);
    expect(problems(sketchProgram({ threads: [] }))).toEqual([]);
    fc.assert(
      fc.property(arbitraryProgram, (random) => {
        expect(validate(random).filter(({ severity }) => severity === "error")).toEqual([]);
      }),
    );
  });

  it("takes a thread for started if a constant or a computed number may name it", () => {
    const started = (thread2: Parameters<typeof start>[0], constants: Record<string, number>) =>
      program({
        threads: [
          thread("t", [at("s", { starts: [start(thread2)] })], { constants }),
          thread("u", [skip("s")], { start: "created" }),
        ],
      });
    expect(problems(started(2, {}))).toEqual([]);
    expect(problems(started(own("child"), { child: 2 }))).toEqual([]);
    expect(problems(started(plus(cell("x"), constant(2)), {}))).toEqual([]);
    expect(problems(started(own("child"), { child: 1 }))).toEqual([
      "warning never-started: nothing starts thread u",
    ]);
  });

  it("shows everything at once, each with its place", () => {
    const source = { file: "m.ts", line: 4, column: 2 };
    const wrong = program({
      variables: [
        { ...x, source },
        { ...x, source: { ...source, line: 9 } },
      ],
      threads: [thread("t", [at("s", { to: "far", guards: [cell("y")] }, { source })])],
    });
    expect(validate(wrong)).toMatchObject([
      { id: "duplicate-name", source: { line: 9 }, notes: [{ source: { line: 4 } }] },
      { id: "unknown-location", source: { line: 4 } },
      { id: "unknown-variable", source: { line: 4 } },
    ]);
  });
});
