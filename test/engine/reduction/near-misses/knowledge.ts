/** What a thread must know that others do meanwhile, at one remove or at two. */
import { constant, equals, not } from "../../../../src/ir/expression.ts";
import {
  at,
  boolean,
  buildProgram,
  range,
  set,
  thread,
  variable,
} from "../../../semantics/build-program.ts";
import { is, more, type NearMiss, panic, waitFor, write } from "./near-miss.ts";
import { ordered } from "./orders.ts";

const variables = [variable("x", range(0, 3)), variable("told", boolean)];

/** One tells, one passes it on, one looks. */
const relay = {
  tells: thread("tells", [write("tell", "told", 1)]),
  passes: thread("passes", [at("pass", { guards: [is("told", 1)], updates: [set("x", 1)] })]),
  looks: thread("looks", [
    at("look", [{ guards: [is("x", 1)], fatal: panic("one") }, { guards: [not(is("x", 1))] }]),
  ]),
};

export const knowledge: readonly NearMiss[] = [
  {
    name: "two compare-and-swaps of which one comes too late",
    condition: "interference",
    program: () =>
      ordered(
        is("y", 0),
        ...["one", "two"].map((name) =>
          thread(name, [
            at("claim", [
              { guards: [is("free", 1)], updates: [set("free", 0)] },
              { guards: [is("free", 0)], updates: [set("y", 1)] },
            ]),
          ]),
        ),
      ),
  },
  {
    name: "what another thread has set meanwhile",
    condition: "interference",
    program: () =>
      buildProgram({
        variables,
        threads: [
          thread("sets", [write("set", "x", 1)]),
          thread("looks", [
            at("look", [{ guards: [is("x", 1)], fatal: panic("one") }, { guards: [is("x", 0)] }]),
          ]),
        ],
      }),
  },
  {
    name: "a hand-over that each thread waits for",
    condition: "interference",
    program: () =>
      ordered(
        equals(more("x", 0), constant(2)),
        thread("asks", [write("ask", "x", 1), waitFor("wait", is("x", 2))]),
        thread("answers", [waitFor("wait", is("x", 1)), write("answer", "x", 2)]),
      ),
  },
  {
    name: "what a thread before it passes on, once a thread behind it has told",
    condition: "interference",
    program: () => buildProgram({ variables, threads: [relay.passes, relay.looks, relay.tells] }),
  },
  {
    name: "what a thread behind it passes on, once a thread before it has told",
    condition: "interference",
    program: () => buildProgram({ variables, threads: [relay.tells, relay.looks, relay.passes] }),
  },
];
