/** Litmus tests of the oracle: tiny Programs whose states, transitions and findings are known by hand. */
import { describe, expect, it } from "vitest";
import { cell, constant, equals, self } from "../../src/ir/expression.ts";
import { scheduleText } from "../../src/ir/schedule.ts";
import { explore } from "../../src/semantics/explore.ts";
import { replay } from "../../src/semantics/replay.ts";
import {
  acquire,
  at,
  buildProgram,
  increment,
  localVariable,
  lock,
  property,
  range,
  release,
  skip,
  thread,
  threads,
  variable,
  violation,
} from "./build-program.ts";
import { facts, rules, runs, steps } from "./facts.ts";

const seen = { locals: [localVariable("seen", range(0, 9))] };

describe("a counter without a lock", () => {
  const program = buildProgram({
    variables: [variable("x", range(0, 2))],
    threads: [threads(["a", "b"], increment("x"), seen)],
    properties: [property("atEnd", "two", equals(cell("x"), constant(2)))],
  });

  it("loses an update in four of six runs, and races", () => {
    const { findings, states, transitions, runs: counted } = facts(program);
    expect(findings).toEqual([
      "data-race @ x: worker read x / worker write x",
      "data-race @ x: worker write x / worker write x",
      "at-end:two @ two",
    ]);
    // By steps done: 1, 2, 3, 4 (who wrote first, and what the other saw), 3 (who lost, or nobody).
    expect({ states, transitions }).toEqual({ states: 13, transitions: 14 });
    expect(counted).toEqual(runs(6));
  });

  it("shows each with a shortest schedule, which replays", () => {
    const { findings } = explore(program, 100);
    const found = [...findings.values()].map(({ schedule, depth }) => [
      scheduleText(schedule),
      depth,
    ]);
    expect(found).toEqual([
      ["1", 1],
      ["1.2", 2],
      ["1.2.1.2", 4],
    ]);
    for (const { schedule, rule } of findings.values()) {
      const replayed = replay(program, schedule);
      const all = replayed.ok
        ? [...replayed.replay.steps.flatMap((s) => s.found), ...replayed.replay.terminalFound]
        : [];
      expect(all.map((each) => each.rule)).toContain(rule);
    }
  });
});

describe("a counter behind a lock", () => {
  it("loses nothing: threads run one after the other", () => {
    const program = buildProgram({
      variables: [lock("m"), variable("x", range(0, 2))],
      threads: [threads(["a", "b"], [acquire("m"), ...increment("x"), release("m")], seen)],
      properties: [property("atEnd", "two", equals(cell("x"), constant(2)))],
    });
    // Two runs of eight steps that share the initial state only: their locals tell who was first.
    expect(facts(program)).toEqual({
      states: 17,
      transitions: 16,
      findings: [],
      limits: [],
      ends: true,
      runs: runs(2),
    });
  });
});

describe("violations before the first step", () => {
  const program = (fatal: boolean) =>
    buildProgram({
      variables: [variable("x", range(0, 1))],
      threads: [thread("t", [skip("s")])],
      properties: [property("invariant", "one", cell("x"))],
      initialViolations: [{ ...violation("panic"), thread: 1, fatal }],
    });

  it("that are fatal leave nothing else to judge, in search and replay", () => {
    const { findings, nodes } = explore(program(true), 100);
    expect([[...findings.keys()], nodes.length]).toEqual([["panic @ panic"], 1]);
    const replayed = replay(program(true), []);
    expect(replayed).toMatchObject({
      ok: true,
      replay: { initialFound: [{ rule: "panic" }], terminalFound: [] },
    });
    expect(replay(program(true), [{ thread: 1 }])).toMatchObject({
      ok: false,
      failure: { index: 0 },
    });
  });

  it("that are recorded stand beside the rest", () => {
    expect(rules(program(false))).toEqual(["panic", "invariant:one"]);
    expect(replay(program(false), [])).toMatchObject({
      replay: { initialFound: [{ rule: "panic" }, { rule: "invariant:one" }] },
    });
  });
});

describe("limits", () => {
  const program = buildProgram({
    variables: [variable("x", range(0, 1))],
    threads: [thread("t", [at("grow", [{ limit: "slots" }, {}])])],
    properties: [property("reachable", "one", cell("x"))],
  });

  it("are named, and what may lie behind them is not called impossible", () => {
    expect(facts(program)).toEqual({
      states: 2,
      transitions: 2,
      findings: [],
      limits: ["slots"],
      ends: true,
      runs: runs(1, 0, 1),
    });
  });

  it("on states cut the search, and it says so", () => {
    const long = buildProgram({ threads: [thread("t", steps(9))] });
    expect(explore(long, 5)).toMatchObject({ complete: false });
    expect(explore(long, 10)).toMatchObject({ complete: true });
  });
});

describe("dead code", () => {
  it("is a place of which no copy ever happens", () => {
    const second = { guards: [equals(self, constant(2))] };
    const never = { guards: [constant(0)], to: "dead" };
    const program = buildProgram({
      threads: [
        threads(["a", "b"], [at("second only", [second, { guards: [equals(self, constant(1))] }])]),
        thread("c", [
          at("choose", [never, { to: "copy" }]),
          at("dead", {}, { label: "never happens" }),
          at("copy", [never, {}], { label: "never happens" }),
        ]),
        thread("d", [at("choose", [never, { to: "ended" }]), at("dead", {})]),
      ],
    });
    expect(facts(program).findings).toEqual(["dead-code @ d dead"]);
  });

  it("is not looked for in a search that was cut", () => {
    const long = buildProgram({ threads: [thread("t", steps(9))] });
    expect([...explore(long, 5).findings]).toEqual([]);
  });
});
