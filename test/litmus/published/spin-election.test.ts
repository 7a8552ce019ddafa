/**
 * Election of a leader in a ring of channels, by D. Dolev, M. Klawe and M. Rodeh ("An O(n log n) Unidirectional
 * Distributed Algorithm for Extrema Finding in a Circle", J. Algorithms 3(3), 1982).
 *
 * Published: github.com/nimble-code/Spin, Examples/README_tests.txt, test 6, Examples/leader0.pml with 5 nodes, without
 * reduction ("15779 states, stored", "58181 transitions (= stored+matched)"). Storing the initial state counts as one of
 * the transitions there. Steps as Spin makes them: a test and what follows it, if local, are one; `else` and a line of
 * output are steps of their own; a local is set to 0 where it is read for the last time before it is written; the init
 * process starts all nodes in one step; a node that is done vanishes after those that were started later.
 */
import { describe, expect, it } from "vitest";
import {
  and,
  atLeast,
  atMost,
  cell,
  constant,
  differs,
  type Expression,
  equals,
  greaterThan,
  lessThan,
  local,
  minus,
  not,
  plus,
  self,
} from "../../../src/ir/expression.ts";
import {
  at,
  boolean,
  buildProgram,
  type LocationSketch,
  localVariable,
  range,
  type StepSketch,
  set,
  setLocal,
  start,
  thread,
  variable,
  violation,
} from "../../semantics/build-program.ts";
import { measured, zeros } from "./measure.ts";

const nodes = [1, 2, 3, 4, 5];
const count = nodes.length;
const capacity = 10;

const alive = cell("alive");
const [active, winnerKnown, number, largest, neighbour] = [
  local("active"),
  local("winner known"),
  local("number"),
  local("largest"),
  local("neighbour"),
];
const forget = setLocal("number", 0);

/** Messages of three kinds carry a number from 1 to `count`; 0 is no message. */
const kinds = ["one", "two", "winner"] as const;
const code = (kind: (typeof kinds)[number], carried: Expression): Expression =>
  plus(carried, constant(kinds.indexOf(kind) * count));

function node(index: number) {
  const [inbox, outbox] = [`q${index}`, `q${(index % count) + 1}`];
  const mine = constant(((count + 3 - index) % count) + 1);
  const head = cell(inbox, 0);
  const receive = (kind: (typeof kinds)[number], to: string): StepSketch => ({
    outcome: kind,
    guards: [atLeast(head, code(kind, constant(1))), atMost(head, code(kind, constant(count)))],
    updates: [
      setLocal("number", minus(head, code(kind, constant(0)))),
      ...zeros(capacity).map((_, place) =>
        set(inbox, place + 1 < capacity ? cell(inbox, place + 1) : 0, place),
      ),
      set(`${inbox} length`, minus(cell(`${inbox} length`), constant(1))),
    ],
    to,
  });
  const send = (
    id: string,
    kind: (typeof kinds)[number],
    carried: Expression,
    extra: StepSketch = {},
  ): LocationSketch =>
    at(id, {
      to: "ready",
      ...extra,
      guards: [lessThan(cell(`${outbox} length`), constant(capacity))],
      updates: [
        set(outbox, code(kind, carried), cell(`${outbox} length`)),
        set(`${outbox} length`, plus(cell(`${outbox} length`), constant(1))),
        ...(extra.updates ?? []),
      ],
    });
  const test = (
    id: string,
    condition: Expression,
    then: StepSketch,
    otherwise: StepSketch,
  ): LocationSketch =>
    at(id, [
      { outcome: "yes", guards: [condition], ...then },
      { outcome: "no", guards: [not(condition)], ...otherwise },
    ]);
  const assert = (id: string, condition: Expression, then: StepSketch): LocationSketch =>
    test(id, condition, then, { fatal: violation("panic", id) });
  return thread(
    `node ${index}`,
    [
      at("say hello", {}),
      send("introduce", "one", mine),
      at("ready", [
        receive("one", "got one"),
        receive("two", "got two"),
        receive("winner", "got winner"),
      ]),
      test("got one", active, { to: "new?" }, { to: "pass one on" }),
      test("new?", differs(number, largest), { to: "ask further" }, { to: "I win" }),
      send("ask further", "two", number, { updates: [setLocal("neighbour", number), forget] }),
      assert("I win", equals(number, constant(count)), {
        updates: [setLocal("winner known", 1)],
      }),
      send("announce", "winner", number, { updates: [forget] }),
      send("pass one on", "one", number, { updates: [forget] }),
      test("got two", active, { to: "largest?" }, { to: "pass two on" }),
      test(
        "largest?",
        and(greaterThan(neighbour, number), greaterThan(neighbour, largest)),
        { updates: [setLocal("largest", neighbour), forget], to: "go on" },
        { to: "give up" },
      ),
      send("go on", "one", neighbour),
      at("give up", { updates: [setLocal("active", 0)], to: "ready" }),
      send("pass two on", "two", number, { updates: [forget] }),
      test("got winner", differs(number, mine), { to: "known?" }, { to: "say leader" }),
      at("say leader", {}),
      at("count leaders", { updates: [set("leaders", plus(cell("leaders"), constant(1)))] }),
      assert("one leader", equals(cell("leaders"), constant(1)), {}),
      test(
        "known?",
        winnerKnown,
        { updates: [setLocal("winner known", 0)], to: "vanish" },
        { to: "pass winner on" },
      ),
      send("pass winner on", "winner", number, { updates: [forget], to: "vanish" }),
      at("vanish", {
        guards: [equals(alive, self)],
        updates: [
          set("alive", minus(alive, constant(1))),
          forget,
          ...["active", "winner known", "largest", "neighbour"].map((name) => setLocal(name, 0)),
        ],
      }),
    ],
    {
      start: "created",
      locals: [
        localVariable("active", boolean, 1),
        localVariable("winner known", boolean),
        localVariable("number", range(0, count)),
        localVariable("largest", range(0, count), ((count + 3 - index) % count) + 1),
        localVariable("neighbour", range(0, count)),
      ],
    },
  );
}

const election = buildProgram({
  variables: [
    variable("alive", range(0, count + 1), { initial: [1] }),
    variable("leaders", range(0, count)),
    ...nodes.flatMap((each) => [
      variable(`q${each}`, range(0, kinds.length * count), { initial: zeros(capacity) }),
      variable(`q${each} length`, range(0, capacity)),
    ]),
  ],
  threads: [
    thread("init", [
      at("start", {
        starts: nodes.map((each) => start(each + 1)),
        updates: [set("alive", count + 1)],
      }),
      at("vanish", {
        guards: [equals(alive, self)],
        updates: [set("alive", minus(alive, constant(1)))],
      }),
    ]),
    ...nodes.map(node),
  ],
});

describe("Spin", () => {
  it("leader0.pml, 5 nodes: 15,779 states stored, 58,181 transitions", () => {
    const { states, transitions } = measured(election);
    expect({ stored: states, transitions: 1 + transitions }).toEqual({
      stored: 15_779,
      transitions: 58_181,
    });
  });
});
