/** Programs that a reduced search once judged wrongly, each with its story. */
import { expect, it } from "vitest";
import { cell, constant, equals, not, own, plus } from "../../../src/ir/expression.ts";
import type { Program } from "../../../src/ir/program.ts";
import { compareReduced } from "../../differential/compare-reduced.ts";
import {
  access,
  at,
  boolean,
  buildProgram,
  property,
  range,
  set,
  skip,
  start,
  thread,
  variable,
  violation,
} from "../../semantics/build-program.ts";

const is = (name: string, value: number) => equals(cell(name), constant(value));

function rulesOf(program: Program): readonly string[] | undefined {
  const { compared } = compareReduced(program);
  expect(compared?.actual).toEqual(compared?.expected);
  return compared?.expected.findings;
}

// A thread that runs was asked for what it can still do, but not for what it does when it is started again.
it("a thread that runs may be started again", () => {
  const program = buildProgram({
    variables: [
      variable("x", range(0, 2)),
      variable("busy", boolean, { initial: [1] }),
      variable("go", boolean),
    ],
    threads: [
      thread("reader", [
        at("look", [
          { guards: [is("x", 2)], fatal: violation("panic", "two") },
          { guards: [not(is("x", 2))] },
        ]),
      ]),
      thread("adder", [
        at("add", { updates: [set("x", plus(cell("x"), constant(1)))] }),
        at("end", { guards: [is("go", 1)], updates: [set("busy", 0)] }),
      ]),
      thread("starter", [
        at("go", { updates: [set("go", 1)] }),
        at("start", {
          guards: [is("busy", 0)],
          updates: [set("busy", 1)],
          starts: [start(2)],
        }),
      ]),
    ],
  });
  expect(rulesOf(program)).toEqual(["panic @ two"]);
});

// The two writes of a step to one cell were compared as a set: which of them wins was lost.
it("of two writes of one step to one cell the later wins", () => {
  const mine = { constants: { mine: 0 } };
  const program = buildProgram({
    variables: [variable("few", range(0, 2), { initial: [2, 2] })],
    threads: [
      thread("one", [at("write", { updates: [set("few", 0), set("few", 1, own("mine"))] })], mine),
      thread("two", [at("write", { updates: [set("few", 1, own("mine")), set("few", 0)] })], mine),
    ],
    properties: [property("atEnd", "zero", is("few", 0))],
  });
  expect(rulesOf(program)).toEqual(["at-end:zero @ zero"]);
});

// Leaving a range was an outcome that stops the run, and so was taken to access nothing: the reader was not kept waiting for it.
it("a write that leaves its range races all the same", () => {
  const program = buildProgram({
    variables: [variable("x", range(0, 3))],
    threads: [
      thread("reader", [at("read", { accesses: [access("x", false)] })]),
      thread("writer", [
        skip("before"),
        at("write", {
          updates: [set("x", plus(cell("x"), constant(4)))],
          accesses: [access("x", true)],
        }),
      ]),
    ],
  });
  expect(rulesOf(program)).toContain("data-race @ x: reader read / writer write");
});
