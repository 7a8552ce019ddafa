/**
 * The queue locks of J. M. Mellor-Crummey and M. L. Scott, "Algorithms for Scalable Synchronization on Shared-Memory
 * Multiprocessors" (ACM TOCS 9(1), 1991), with and without compare-and-swap. A waiting process tests again and again,
 * which is an edge from a state to itself: so each state has as many edges as there are processes.
 *
 * Published: github.com/melver/cmurphi, commit 5d4a426, ex/mux/mcslock1.m, comment at its end ("2 processes … -nosym
 * 159 states, 318 rules fired", "3 processes … -nosym 7597 states, 22791 rules fired", "4 processes 554,221 states …
 * 2,216,884 rules fired"), and ex/mux/mcslock2.m, likewise ("2 processes … 1098 states … 2196 rules fired").
 */
import { describe, expect, it } from "vitest";
import { cell, constant, differs, equals, local, not, self } from "../../../src/ir/expression.ts";
import type { Program } from "../../../src/ir/program.ts";
import {
  at,
  boolean,
  buildProgram,
  type LocationSketch,
  localVariable,
  range,
  set,
  setLocal,
  threads,
  variable,
} from "../../semantics/build-program.ts";
import { measured, measuredByEngine, names, zeros } from "./measure.ts";

const nobody = constant(0);
const lock = cell("lock");
const next = cell("next", self);
const locked = cell("locked", self);

const enter: readonly LocationSketch[] = [
  at("clear next", { updates: [set("next", nobody, self)] }),
  at("swap", { updates: [setLocal("before", lock), set("lock", self)] }),
  at("first?", [
    { guards: [equals(local("before"), nobody)], to: "inside" },
    { guards: [differs(local("before"), nobody)] },
  ]),
  at("close", { updates: [set("locked", 1, self)] }),
  at("queue", { updates: [set("next", self, local("before"))] }),
  at("spin", [{ guards: [not(locked)] }, { guards: [locked], to: "spin" }]),
  at("inside", [
    { guards: [equals(next, nobody)] },
    { guards: [differs(next, nobody)], to: "hand over" },
  ]),
];

const awaitNext = at("await next", [
  { guards: [differs(next, nobody)] },
  { guards: [equals(next, nobody)], to: "await next" },
]);
const handOver = at("hand over", { updates: [set("locked", 0, next)], to: "clear next" });

const withCompareAndSwap: readonly LocationSketch[] = [
  at("last?", [
    { guards: [equals(lock, self)], updates: [set("lock", nobody)], to: "clear next" },
    { guards: [differs(lock, self)] },
  ]),
  awaitNext,
  handOver,
];

/** The tail is taken away and, if others had come, put back; who came in between has usurped the queue. */
const withoutCompareAndSwap: readonly LocationSketch[] = [
  at("take tail", { updates: [setLocal("tail", lock), set("lock", nobody)] }),
  at("last?", [
    { guards: [equals(local("tail"), self)], to: "clear next" },
    { guards: [differs(local("tail"), self)] },
  ]),
  at("put tail back", { updates: [setLocal("usurper", lock), set("lock", local("tail"))] }),
  awaitNext,
  at("join queues", [
    {
      guards: [differs(local("usurper"), nobody)],
      updates: [set("next", next, local("usurper"))],
      to: "clear next",
    },
    {
      guards: [equals(local("usurper"), nobody)],
      updates: [set("locked", 0, next)],
      to: "clear next",
    },
  ]),
  handOver,
];

function queueLock(
  count: number,
  leave: readonly LocationSketch[],
  leaveLocals: readonly string[],
): Program {
  const anybody = range(0, count);
  return buildProgram({
    variables: [
      variable("lock", anybody),
      variable("next", anybody, { first: 1, initial: zeros(count) }),
      variable("locked", boolean, { first: 1, initial: zeros(count) }),
    ],
    threads: [
      threads(names(count), [...enter, ...leave], {
        locals: ["before", ...leaveLocals].map((name) => localVariable(name, anybody)),
      }),
    ],
  });
}

const withSwap = (count: number) => queueLock(count, withCompareAndSwap, []);

describe("CMurphi, mcslock1.m: the MCS lock", () => {
  it("2 processes: 159 states, 318 rules fired", () => {
    expect(measured(withSwap(2))).toMatchObject({ states: 159, transitions: 318 });
  });

  it("3 processes: 7,597 states, 22,791 rules fired", () => {
    expect(measured(withSwap(3))).toMatchObject({ states: 7_597, transitions: 22_791 });
  });

  it("4 processes: 554,221 states, 2,216,884 rules fired", () => {
    expect(measuredByEngine(withSwap(4))).toMatchObject({
      states: 554_221,
      transitions: 2_216_884,
    });
  });
});

describe("CMurphi, mcslock2.m: the MCS lock without compare-and-swap", () => {
  it("2 processes: 1,098 states, 2,196 rules fired", () => {
    const program = queueLock(2, withoutCompareAndSwap, ["tail", "usurper"]);
    expect(measured(program)).toMatchObject({ states: 1_098, transitions: 2_196 });
  });
});
