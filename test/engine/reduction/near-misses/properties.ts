/** Invariants and `reachable` that only states between blocks, or one of two orders, show. */
import { atMost, upTo } from "kecheck";
import {
  and,
  cell,
  constant,
  type Expression,
  equals,
  lessThan,
  not,
  plus,
} from "../../../../src/ir/expression.ts";
import {
  acquire,
  at,
  boolean,
  buildProgram,
  type LocationSketch,
  lock,
  property,
  range,
  release,
  set,
  type ThreadSketch,
  thread,
  variable,
} from "../../../semantics/build-program.ts";
import { driver, is, type NearMiss, write } from "./near-miss.ts";

const variables = [
  variable("x", range(0, 3)),
  variable("y", range(0, 3)),
  variable("few", boolean, { initial: [0, 0, 0] }),
  lock("A"),
  lock("B"),
];

const watching = (
  kind: "invariant" | "reachable",
  expression: Parameters<typeof not>[0],
  ...sketches: readonly ThreadSketch[]
) =>
  buildProgram({
    variables,
    threads: sketches,
    properties: [property(kind, "watched", expression)],
  });

const passes = (slot: number): readonly LocationSketch[] => [
  at("in", { updates: [set("few", 1, slot)] }),
  at("out", { updates: [set("few", 0, slot)] }),
];

const passer = (slot: number): ThreadSketch => thread(`passer ${slot}`, passes(slot));

/** How many are inside. */
const inside = (...slots: readonly number[]): Expression =>
  slots.map((slot) => cell("few", slot)).reduce(plus);

export const properties: readonly NearMiss[] = [
  {
    name: "never two inside: broken only between two blocks",
    condition: "visible-step",
    program: () =>
      watching("invariant", lessThan(inside(0, 1), constant(2)), ...[0, 1].map(passer)),
  },
  {
    name: "never three inside: broken only in the middle of three blocks",
    condition: "visible-step",
    program: () =>
      watching("invariant", lessThan(inside(0, 1, 2), constant(3)), ...[0, 1, 2].map(passer)),
  },
  {
    name: "both inside at once can be reached, but not between blocks",
    condition: "visible-step",
    program: () =>
      watching(
        "reachable",
        and(is("few", 1), equals(cell("few", 1), constant(1))),
        thread("one", passes(0)),
        thread("two", passes(1)),
      ),
  },
  {
    name: "sections of two locks that overlap",
    condition: "visible-step",
    program: () =>
      watching(
        "invariant",
        lessThan(
          plus(lessThan(constant(0), cell("few", 0)), lessThan(constant(0), cell("few", 1))),
          constant(2),
        ),
        thread("one", [acquire("A"), ...passes(0), release("A")]),
        thread("two", [acquire("B"), ...passes(1), release("B")]),
      ),
  },
  {
    name: "sections of three locks of which the last two overlap",
    condition: "visible-step",
    program: () =>
      watching(
        "invariant",
        lessThan(
          [0, 1, 2].map((slot) => lessThan(constant(0), cell("few", slot))).reduce(plus),
          constant(2),
        ),
        thread("one", [acquire("A"), ...passes(0), release("A")]),
        thread("two", [acquire("A"), ...passes(1), release("A")]),
        thread("three", [acquire("A"), release("A"), ...passes(2)]),
      ),
  },
  {
    name: "numbers of two threads of which one must not be first",
    condition: "visible-dependence",
    program: () =>
      watching(
        "invariant",
        not(and(is("y", 1), is("x", 0))),
        thread("sets x", [write("set", "x", 1)]),
        thread("sets y", [write("set", "y", 1)]),
      ),
  },
  {
    name: "an order of three writes that can be reached",
    condition: "visible-dependence",
    program: () =>
      watching(
        "reachable",
        and(equals(cell("few", 2), constant(1)), is("few", 0), equals(cell("few", 1), constant(0))),
        ...[0, 1, 2].map((slot) =>
          thread(`sets ${slot}`, [at("set", { updates: [set("few", 1, slot)] })]),
        ),
      ),
  },
  {
    name: "an invariant that a model states of two numbers",
    condition: "visible-dependence",
    program: () =>
      driver((m) => {
        const [sent, received] = [m.atomic("sent", upTo(1)), m.atomic("received", upTo(1))];
        m.start(m.thread("sender", (t) => t.store(sent, 1)));
        m.start(m.thread("receiver", (t) => t.store(received, 1)));
        m.invariant("sent first", atMost(received, sent));
      }),
  },
];
