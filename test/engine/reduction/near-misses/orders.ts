/** Steps that must not be swapped or glued: what they read, what they leave behind, whether they can happen at all. */
import { cell, not, own, plus } from "../../../../src/ir/expression.ts";
import {
  at,
  boolean,
  buildProgram,
  property,
  range,
  set,
  skip,
  type ThreadSketch,
  thread,
  variable,
} from "../../../semantics/build-program.ts";
import { is, more, type NearMiss, panic, waitFor, write } from "./near-miss.ts";

const variables = [
  variable("x", range(0, 3)),
  variable("y", range(0, 3)),
  variable("free", boolean, { initial: [1] }),
  variable("few", range(0, 3), { initial: [0, 0] }),
];

/** What must not be left behind: the rule that a run which leaves it violates. */
export const ordered = (
  unwanted: Parameters<typeof not>[0],
  ...sketches: readonly ThreadSketch[]
) =>
  buildProgram({
    variables,
    threads: sketches,
    properties: [property("atEnd", "no such end", not(unwanted))],
  });

export const orders: readonly NearMiss[] = [
  {
    name: "a guard that another thread's write makes true",
    condition: "same-guards",
    program: () =>
      buildProgram({
        variables,
        threads: [
          thread("looks", [at("look", [{ guards: [is("x", 1)], fatal: panic("one") }, {}])]),
          thread("sets", [write("set", "x", 1)]),
        ],
      }),
  },
  {
    name: "a guard that another thread's write makes false",
    condition: "same-guards",
    program: () =>
      buildProgram({
        variables,
        threads: [
          thread("sets", [write("set", "x", 1)]),
          thread("waits", [skip("before"), waitFor("wait for none", is("x", 0))]),
        ],
      }),
  },
  {
    name: "a record made only while another has not cleared what it reads",
    condition: "same-checks",
    program: () =>
      buildProgram({
        variables,
        threads: [
          thread("sets", [write("set", "x", 1)]),
          thread("records", [
            skip("before"),
            at("record", { checks: [{ ...panic("still none"), when: is("x", 0) }] }),
          ]),
        ],
      }),
  },
  {
    name: "a record made only after another has written what it reads",
    condition: "same-checks",
    program: () =>
      buildProgram({
        variables,
        threads: [
          thread("records", [at("record", { checks: [{ ...panic("one"), when: is("x", 1) }] })]),
          thread("sets", [skip("before"), write("set", "x", 1)]),
        ],
      }),
  },
  {
    name: "two stores of different values",
    condition: "same-values",
    program: () =>
      ordered(
        is("x", 1),
        thread("one", [write("set", "x", 1)]),
        thread("two", [write("set", "x", 2)]),
      ),
  },
  {
    name: "a reset beside an increment",
    condition: "same-values",
    program: () =>
      ordered(
        is("x", 1),
        thread("adds", [write("add", "x", more("x"))]),
        thread("resets", [write("reset", "x", 0)]),
      ),
  },
  {
    name: "an additive update beside one that doubles",
    condition: "same-values",
    program: () =>
      ordered(
        is("x", 1),
        thread("adds", [write("add", "x", more("x"))]),
        thread("doubles", [
          write("double", "x", {
            kind: "binary",
            operator: "+",
            left: more("x", 0),
            right: more("x", 0),
          }),
        ]),
      ),
  },
  {
    name: "an increment beside an atomic read of the sum",
    condition: "same-values",
    program: () =>
      ordered(
        is("y", 0),
        thread("adds", [write("add", "x", more("x"))]),
        thread("copies", [write("copy", "y", more("x", 0))]),
      ),
  },
  {
    name: "two writes of one step to one cell, in either order",
    condition: "same-values",
    program: () => {
      const mine = { constants: { mine: 0 } };
      return ordered(
        is("few", 2),
        thread(
          "one",
          [at("write", { updates: [set("few", 1), set("few", 2, own("mine"))] })],
          mine,
        ),
        thread(
          "two",
          [at("write", { updates: [set("few", 2, own("mine")), set("few", 1)] })],
          mine,
        ),
      );
    },
  },
  {
    name: "two writes of one step to one cell, the same first and then not",
    condition: "same-values",
    program: () => {
      const mine = { constants: { mine: 0 } };
      const writes = (value: number) =>
        at("write", { updates: [set("few", 1), set("few", value, own("mine"))] });
      return ordered(
        is("few", 2),
        thread("one", [writes(2)], mine),
        thread("two", [writes(3)], mine),
      );
    },
  },
  {
    name: "a sum of two numbers of which another thread sets one",
    condition: "values-last",
    program: () =>
      ordered(
        is("y", 3),
        thread("sums", [write("sum", "y", plus(more("x"), cell("y")))]),
        thread("sets", [write("set", "x", 2)]),
      ),
  },
  {
    name: "a copy of a flag that another thread sets to what it is",
    condition: "values-last",
    program: () =>
      ordered(
        is("y", 2),
        thread("copies", [write("copy", "y", more("x", 0))]),
        thread("sets", [write("set", "x", more("x", 2))]),
      ),
  },
];
