import { constant, local, not } from "../../../../src/ir/expression.ts";
import {
  acquire,
  at,
  boolean,
  buildProgram,
  type LocationSketch,
  localVariable,
  lock,
  range,
  release,
  set,
  skip,
  start,
  type ThreadSketch,
  thread,
  variable,
} from "../../../semantics/build-program.ts";
import { is, more, type NearMiss, panic, waitFor, write } from "./near-miss.ts";

const variables = [
  variable("x", range(0, 2)),
  variable("busy", boolean, { initial: [1] }),
  variable("go", boolean),
  lock("A"),
];

const program = (...sketches: readonly ThreadSketch[]) =>
  buildProgram({ variables, threads: sketches });

/** Must not see `x` reach that value. */
const looksFor = (value: number): LocationSketch =>
  at("look", [
    { guards: [is("x", value)], fatal: panic("seen") },
    { guards: [not(is("x", value))] },
  ]);

const created = { start: "created" } as const;

export const creation: readonly NearMiss[] = [
  {
    name: "a write that comes only after a wait",
    condition: "same-guards",
    program: () =>
      program(
        thread("looks", [looksFor(1)]),
        thread("writes", [waitFor("wait", is("go", 1)), write("write", "x", 1)]),
        thread("tells", [write("tell", "go", 1)]),
      ),
  },
  {
    name: "a write behind a section of a lock",
    condition: "future",
    program: () =>
      program(
        thread("looks", [looksFor(1)]),
        thread("writes", [acquire("A"), release("A"), write("write", "x", 1)]),
        thread("locks", [acquire("A"), release("A")]),
      ),
  },
  {
    name: "a write of a thread that is not started yet",
    condition: "starters",
    program: () =>
      program(
        thread("looks", [looksFor(1)]),
        thread("writes", [write("write", "x", 1)], created),
        thread("starts", [at("start", { starts: [start(2)] })]),
      ),
  },
  {
    name: "a write of a thread whose start is glued to the step before it",
    condition: "starters",
    program: () =>
      program(
        thread("looks", [looksFor(1)]),
        thread("writes", [write("write", "x", 1)], created),
        thread("starts", [skip("before"), at("start", { starts: [start(2)] })]),
      ),
  },
  {
    name: "a write of what a thread is given when it is started",
    condition: "starters",
    program: () =>
      program(
        thread("looks", [looksFor(2)]),
        thread("writes", [write("write", "x", local("given"))], {
          ...created,
          locals: [localVariable("given", range(0, 2))],
        }),
        thread("starts", [at("start", { starts: [start(2, { given: constant(2) })] })]),
      ),
  },
  {
    name: "a write of a thread that another one starts that is not started yet",
    condition: "starters",
    program: () =>
      program(
        thread("looks", [looksFor(1)]),
        thread("writes", [write("write", "x", 1)], created),
        thread("starts", [at("start", { starts: [start(2)] })], created),
        thread("starts first", [at("start", { starts: [start(3)] })]),
      ),
  },
  {
    name: "a second write of a thread that is started again",
    condition: "starters",
    program: () =>
      program(
        thread("looks", [looksFor(2)]),
        thread("writes", [
          write("write", "x", more("x")),
          at("end", { guards: [is("go", 1)], updates: [set("busy", 0)] }),
        ]),
        thread("starts", [
          write("go", "go", 1),
          at("start", { guards: [is("busy", 0)], updates: [set("busy", 1)], starts: [start(2)] }),
        ]),
      ),
  },
];
