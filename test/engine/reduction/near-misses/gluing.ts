/** Steps that must not be glued together: what is before or behind the one step of a block that is no mover. */
import { and, cell, constant, equals, local, not, plus } from "../../../../src/ir/expression.ts";
import {
  at,
  type LocationSketch,
  localVariable,
  range,
  set,
  setLocal,
  thread,
  threads,
} from "../../../semantics/build-program.ts";
import { is, more, type NearMiss, waitFor, write } from "./near-miss.ts";
import { ordered } from "./orders.ts";

const seen = { locals: [localVariable("seen", range(0, 3))] };

/** An atomic read, and a write of what was seen plus one. */
const lostUpdate: readonly LocationSketch[] = [
  at("read", { updates: [setLocal("seen", more("x", 0))] }),
  write("write", "x", plus(local("seen"), constant(1))),
];

export const gluing: readonly NearMiss[] = [
  {
    name: "a read and a write of what was seen, glued before either is done",
    condition: "right-movers",
    program: () => ordered(is("x", 1), threads(["one", "two"], lostUpdate, seen)),
  },
  {
    name: "a start glued to the step after it",
    condition: "right-movers",
    program: () =>
      ordered(
        is("y", 1),
        thread("sets", [write("first", "x", 1), write("then", "x", 2)]),
        thread("looks", [
          at("look", [
            { guards: [is("x", 1)], updates: [set("y", 1)] },
            { guards: [not(is("x", 1))], updates: [set("y", 2)] },
          ]),
        ]),
      ),
  },
  {
    name: "a read glued behind a write that has committed the block",
    condition: "left-movers",
    program: () =>
      ordered(
        and(equals(cell("few", 0), constant(0)), equals(cell("few", 1), constant(0))),
        ...(
          [
            ["x", "y", 0],
            ["y", "x", 1],
          ] as const
        ).map(([mine, other, slot]) =>
          thread(`raises ${mine}`, [
            write("raise", mine, 1),
            at("look", [
              { guards: [is(other, 0)], updates: [set("few", 1, slot)] },
              { guards: [is(other, 1)] },
            ]),
          ]),
        ),
      ),
  },
  {
    name: "a look that another thread's answer lets happen, glued behind the question",
    condition: "left-movers",
    program: () =>
      ordered(
        is("few", 1),
        thread("asks", [
          write("ask", "y", 1),
          at("look", [{ guards: [is("x", 1)], updates: [set("few", 1)] }, {}]),
        ]),
        thread("answers", [waitFor("wait", is("y", 1)), write("answer", "x", 1)]),
      ),
  },
];
