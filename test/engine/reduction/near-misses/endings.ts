/** Runs that stop, leave a range, or never end: what they hide from the others. */
import { cell, constant, lessThan, minus, not } from "../../../../src/ir/expression.ts";
import {
  at,
  boolean,
  buildProgram,
  type LocationSketch,
  range,
  set,
  skip,
  type ThreadSketch,
  thread,
  variable,
} from "../../../semantics/build-program.ts";
import { is, more, type NearMiss, panic, waitFor, write } from "./near-miss.ts";

const variables = [
  variable("x", range(0, 2)),
  variable("y", range(0, 2)),
  variable("flag", boolean),
];
const program = (...sketches: readonly ThreadSketch[]) =>
  buildProgram({ variables, threads: sketches });

const stops = (place: string, id = "stop"): LocationSketch => at(id, { fatal: panic(place) });
const mayStop = (place: string, id = "may stop"): LocationSketch =>
  at(id, [{ fatal: panic(place) }, {}]);

export const endings: readonly NearMiss[] = [
  {
    name: "a stop glued to the step before it, beside another thread's",
    condition: "alone",
    program: () =>
      program(
        thread("one", [skip("before"), stops("one")]),
        thread("two", [skip("before"), stops("two")]),
      ),
  },
  {
    name: "a bound of the model glued to the step before it, beside a stop",
    condition: "alone",
    program: () =>
      program(
        thread("one", [skip("before"), at("bound", { limit: "slots" })]),
        thread("two", [skip("before"), stops("two")]),
      ),
  },
  {
    name: "a thread that can only stop, beside one that stops later",
    condition: "stop-expansion",
    program: () =>
      program(
        thread("stops", [stops("one")]),
        thread("stops later", [skip("before"), skip("more"), stops("two")]),
      ),
  },
  {
    name: "a thread that may stop, then must, beside one that stops later",
    condition: "stop-expansion",
    program: () =>
      program(
        thread("may stop", [mayStop("one"), stops("must")]),
        thread("stops later", [skip("before"), stops("two")]),
      ),
  },
  {
    name: "two that raise and lower a number at the bottom of its range",
    condition: "range",
    program: () =>
      program(
        thread("raises", [write("raise", "x", more("x"))]),
        thread("lowers", [skip("before"), write("lower", "x", minus(cell("x"), constant(1)))]),
      ),
  },
  {
    name: "a number at its top, raised once too often in some orders",
    condition: "future",
    program: () =>
      program(
        thread("lowers", [
          write("set", "x", 2),
          skip("before"),
          write("lower", "x", minus(cell("x"), constant(1))),
        ]),
        thread("raises", [
          waitFor("wait", not(is("x", 0))),
          skip("before"),
          write("raise", "x", more("x")),
        ]),
      ),
  },
  {
    name: "two raises that a guard forbids together in one order only",
    condition: "same-guards",
    program: () =>
      program(
        thread("two", [write("raise by two", "x", more("x", 2))]),
        thread("one", [
          at("raise", [
            {
              guards: [lessThan(cell("x"), constant(2))],
              updates: [set("x", more("x")), set("y", 1)],
            },
            { guards: [is("x", 2)] },
          ]),
        ]),
        thread("lowers", [skip("before"), write("lower", "x", minus(cell("x"), constant(1)))]),
      ),
  },
  {
    name: "a stop behind a thread that never ends",
    condition: "proviso",
    program: () =>
      program(
        thread("spins", [at("spin", { to: "spin" })]),
        thread("stops", [skip("before"), stops("one")]),
      ),
  },
  {
    name: "a stop behind a thread that goes round until it is told",
    condition: "proviso",
    program: () =>
      program(
        thread("spins", [
          at("spin", [{ to: "round", guards: [not(is("flag", 1))] }, { guards: [is("flag", 1)] }]),
          at("round", { to: "spin" }),
        ]),
        thread("stops", [skip("before"), stops("one")]),
      ),
  },
];
