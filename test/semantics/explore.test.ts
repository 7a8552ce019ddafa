/** Litmus tests of the oracle: tiny Programs whose states, transitions and findings are known by hand. */
import { describe, expect, it } from "vitest";
import {
  atMost,
  cell,
  constant,
  differs,
  equals,
  lessThan,
  local,
  not,
  plus,
  self,
} from "../../src/ir/expression.ts";
import type { Program, Thread } from "../../src/ir/program.ts";
import { scheduleText } from "../../src/ir/schedule.ts";
import { explore } from "../../src/semantics/explore.ts";
import { replay } from "../../src/semantics/replay.ts";
import { countInterleavings } from "../../src/semantics/state-graph.ts";
import {
  access,
  acquire,
  at,
  buildProgram,
  increment,
  localVariable,
  lock,
  property,
  range,
  release,
  set,
  setLocal,
  skip,
  start,
  thread,
  threads,
  variable,
  violation,
} from "./build-program.ts";

/** States, transitions, findings in order of discovery, and how executions finish. */
function facts(program: Program) {
  const { complete, nodes, transitions, findings, limits, ends } = explore(program, 10_000);
  expect(complete).toBe(true);
  return {
    states: nodes.length,
    transitions,
    findings: [...findings.keys()],
    limits,
    ends,
    runs: countInterleavings(nodes),
  };
}

const rules = (program: Program) =>
  [...explore(program, 10_000).findings.values()].map(({ rule }) => rule);
const runs = (ended: number, blocked = 0, stopped = 0) => ({
  ended: BigInt(ended),
  blocked: BigInt(blocked),
  stopped: BigInt(stopped),
});
const seen = { locals: [localVariable("seen", range(0, 9))] };
const steps = (count: number, prefix = "s") =>
  Array.from({ length: count }, (_, index) => skip(`${prefix}${index}`));
const binomial = (n: number, k: number): number => (k === 0 ? 1 : (binomial(n - 1, k - 1) * n) / k);

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

describe("deadlock", () => {
  const abba = (first: readonly string[], second: readonly string[], more = 0) =>
    buildProgram({
      variables: [lock("A"), lock("B"), lock("G")],
      threads: [
        thread("left", [
          ...first.map((name) => acquire(name)),
          ...[...first].reverse().map((name) => release(name)),
        ]),
        thread("right", [
          ...second.map((name) => acquire(name)),
          ...[...second].reverse().map((name) => release(name)),
        ]),
        ...(more > 0 ? [thread("spins", [at("spin", { to: "spin" })])] : []),
      ],
    });

  it("of two locks in opposite orders names the cycle, and no lock order beside it", () => {
    const { findings } = explore(abba(["A", "B"], ["B", "A"]), 1000);
    expect([...findings.values()]).toEqual([
      expect.objectContaining({
        rule: "deadlock",
        message: "left waits for B; right waits for A",
        place: "left acquire B / right acquire A",
        threads: [1, 2],
        depth: 2,
      }),
    ]);
    // Whoever is first frees its second lock before its first: the other may ask in between or after.
    expect(facts(abba(["A", "B"], ["B", "A"])).runs).toEqual(runs(4, 2));
  });

  it("of the same locks in one order is none", () => {
    expect(facts(abba(["A", "B"], ["A", "B"]))).toMatchObject({ findings: [], runs: runs(2) });
  });

  it("under a gate is none, but the order is a warning that names the gate", () => {
    const { findings } = explore(abba(["G", "A", "B"], ["G", "B", "A"]), 1000);
    expect([...findings.values()]).toMatchObject([
      {
        rule: "lock-order",
        place: "A / B",
        message:
          "locks are taken in opposite orders: A then B, B then A; never at once, since G is held each time",
      },
    ]);
  });

  it("is partial while another thread spins for ever", () => {
    const program = abba(["A", "B"], ["B", "A"], 1);
    const { findings, runs: counted, ends } = facts(program);
    expect(findings).toEqual([
      "partial-deadlock @ left acquire B",
      "partial-deadlock @ right acquire A",
    ]);
    expect({ counted, ends }).toEqual({ counted: "infinite", ends: false });
  });

  it("with oneself is a rule of its own", () => {
    const program = buildProgram({
      variables: [lock("m")],
      threads: [thread("t", [acquire("m", "first"), acquire("m", "second"), release("m")])],
    });
    expect(facts(program).findings).toEqual([
      "self-deadlock @ t second",
      "dead-code @ t second",
      "dead-code @ t release m",
    ]);
  });

  it("with oneself is found while another thread spins", () => {
    const program = buildProgram({
      variables: [lock("m")],
      threads: [
        thread("t", [acquire("m", "first"), acquire("m", "second")]),
        thread("u", [at("spin", { to: "spin" })]),
      ],
    });
    expect(facts(program).findings).toEqual(["self-deadlock @ t second", "dead-code @ t second"]);
  });

  it("is called join-self where the object is the thread", () => {
    const never = at(
      "join",
      { guards: [constant(0)] },
      { waits: { object: "t", kind: "thread", owner: self } },
    );
    const program = buildProgram({ threads: [thread("t", [never])] });
    expect(rules(program)[0]).toBe("join-self");
  });

  it("is none of a thread that may wait for ever", () => {
    const waiting = at(
      "wait",
      { guards: [cell("x")] },
      { waits: { object: "work", kind: "signal" } },
    );
    const program = (extra: Partial<Pick<Thread, "mayWaitForEver">>, more: boolean) =>
      buildProgram({
        variables: [variable("x", range(0, 1))],
        threads: [
          thread("service", [waiting], extra),
          ...(more ? [thread("u", [at("spin", { to: "spin" })])] : []),
        ],
      });
    expect(rules(program({}, false))).toContain("deadlock");
    expect(rules(program({}, true))).toContain("partial-deadlock");
    expect(rules(program({ mayWaitForEver: true }, false))).toEqual(["dead-code"]);
    expect(rules(program({ mayWaitForEver: true }, true))).toEqual(["dead-code"]);
  });

  it("is not suspected where only an unfair scheduler keeps a thread waiting", () => {
    const program = buildProgram({
      variables: [lock("m")],
      threads: [
        thread("greedy", [
          acquire("m"),
          at("release m", { to: "acquire m", updates: [set("m", 0)] }),
        ]),
        thread("modest", [acquire("m"), release("m")]),
      ],
    });
    expect(facts(program)).toMatchObject({ findings: [], runs: "infinite" });
  });
});

describe("free-while-waited", () => {
  const program = (owner: number) =>
    buildProgram({
      variables: [lock("m", { initial: [owner] })],
      threads: [
        thread("freeing", [
          at("free", {
            frees: {
              block: "mutex",
              index: constant(1),
              violation: violation("free-while-waited"),
            },
          }),
        ]),
        thread("waiting", [
          at(
            "wait",
            { guards: [equals(cell("m"), constant(0))] },
            { waits: { object: "m", kind: "lock", on: { block: "mutex", index: constant(1) } } },
          ),
        ]),
      ],
    });

  it("names both threads, and only if the wait cannot complete", () => {
    const [found] = explore(program(9), 100).findings.values();
    expect(found).toMatchObject({ rule: "free-while-waited", threads: [1, 2], depth: 1 });
    expect(rules(program(0))).toEqual([]);
  });
});

describe("data-race", () => {
  const program = (one: ReturnType<typeof access>, other: ReturnType<typeof access>) =>
    buildProgram({
      variables: [variable("x", range(0, 9), { initial: [0, 0] })],
      threads: [
        thread("a", [at("s", { accesses: [one] })]),
        thread("b", [at("s", { accesses: [other] })]),
      ],
    });
  const raced = (one: ReturnType<typeof access>, other: ReturnType<typeof access>) => [
    rules(program(one, other)).length,
    rules(program(other, one)).length,
  ];

  it("needs one location, one write and one plain access", () => {
    const write = (plain: boolean) => access("x", true, plain);
    const read = (plain: boolean) => access("x", false, plain);
    expect(raced(write(true), write(true))).toEqual([1, 1]);
    expect(raced(write(true), read(true))).toEqual([1, 1]);
    expect(raced(write(true), read(false))).toEqual([1, 1]);
    expect(raced(write(false), read(true))).toEqual([1, 1]);
    expect(raced(write(false), write(true))).toEqual([1, 1]);
    expect(raced(write(false), write(false))).toEqual([0, 0]);
    expect(raced(write(false), read(false))).toEqual([0, 0]);
    expect(raced(read(true), read(true))).toEqual([0, 0]);
    expect(raced(write(true), { ...write(true), index: constant(1) })).toEqual([0, 0]);
  });

  it("is seen in the initial state", () => {
    const [found] = explore(program(access("x", true), access("x", true)), 100).findings.values();
    expect(found).toMatchObject({ rule: "data-race", depth: 0, schedule: [], threads: [1, 2] });
  });

  it("is none where the scheduler keeps the threads apart", () => {
    const races = (processor: number) => {
      const write = [at("s", { accesses: [access("x", true)] })];
      return rules(
        buildProgram({
          variables: [variable("x", range(0, 9))],
          threads: [
            thread("dpc", write, { level: constant(2), processor: 0 }),
            thread("thread", write, { processor }),
          ],
        }),
      );
    };
    expect(races(0)).toEqual([]);
    expect(races(1)).toEqual(["data-race"]);
  });

  it("is none of an outcome that stops the run", () => {
    const fatal = buildProgram({
      variables: [variable("x", range(0, 9))],
      threads: [
        thread("a", [at("s", { accesses: [access("x", true)], fatal: violation("panic") })]),
        thread("b", [at("s", { accesses: [access("x", true)] })]),
      ],
    });
    expect(rules(fatal)).toEqual(["panic"]);
  });
});

describe("levels and processors", () => {
  /** Two threads of two steps: the first at `level`, the second at `other`, on the same processor or on two. */
  const program = (level: number, other: number, processors: readonly (number | undefined)[]) =>
    buildProgram({
      threads: [level, other].map((value, index) => {
        const processor = processors[index];
        return thread(`t${index}`, steps(2), {
          level: constant(value),
          ...(processor !== undefined && { processor }),
        });
      }),
    });

  it.each([
    ["both low on one processor: preemption anywhere", 0, 0, [0, 0], 6],
    ["APC against passive: preemption anywhere", 1, 0, [0, 0], 6],
    ["dispatch keeps its processor from lower work", 2, 0, [0, 0], 1],
    ["dispatch keeps its processor, whoever is first in the list", 0, 2, [0, 0], 1],
    ["an interrupt preempts a DPC, never the reverse", 5, 2, [0, 0], 1],
    ["two processors do not exclude each other", 2, 2, [0, 1], 6],
    ["a thread without a processor has one of its own", 2, 0, [0, undefined], 6],
  ] as const)("%s", (_, level, other, processors, expected) => {
    expect(facts(program(level, other, processors)).runs).toEqual(runs(expected));
  });

  it("raising to dispatch keeps rivals out until it is lowered or the thread ends", () => {
    const raised = (last: number) =>
      buildProgram({
        variables: [
          variable("level", range(0, 9), { first: 1, initial: [0, 0], tags: { level: true } }),
        ],
        threads: [
          thread(
            "a",
            [
              at("raise", { updates: [set("level", 2, self)] }),
              skip("work"),
              at("lower", { updates: [set("level", last, self)] }),
              skip("end"),
            ],
            {
              level: cell("level", self),
              processor: 0,
            },
          ),
          thread("b", [skip("s")], { level: cell("level", self), processor: 0 }),
        ],
      });
    // The other thread steps before the raise, or after the lowering: twice if that is a step before the end.
    expect(facts(raised(0)).runs).toEqual(runs(3));
    expect(facts(raised(2)).runs).toEqual(runs(2));
  });

  it("a thread that was not started holds nothing, one that waits at dispatch does", () => {
    const waiting = at("spin", { guards: [cell("go")] }, { waits: { object: "go", kind: "lock" } });
    const one = (kind: "active" | "created") =>
      buildProgram({
        variables: [variable("go", range(0, 1))],
        threads: [
          thread("dpc", [waiting], { start: kind, level: constant(2), processor: 0 }),
          thread("thread", [at("set", { updates: [set("go", 1)] })], { processor: 0 }),
          thread(
            "starter",
            kind === "active" ? [] : [at("no", { guards: [constant(0)], starts: [start(1)] })],
            { mayWaitForEver: true },
          ),
        ],
      });
    expect(rules(one("active"))[0]).toBe("deadlock");
    expect(rules(one("created"))).not.toContain("deadlock");
  });
});

describe("properties", () => {
  it("invariants are read in the initial state and in every later one", () => {
    const program = (initial: number, bad: number) =>
      buildProgram({
        variables: [variable("x", range(0, 9), { initial: [initial] })],
        threads: [
          thread("t", [
            at("one", { updates: [set("x", 1)] }),
            at("two", { updates: [set("x", 2)] }),
          ]),
        ],
        properties: [property("invariant", "good", differs(cell("x"), constant(bad)))],
      });
    const depth = (bad: number) =>
      [...explore(program(0, bad), 100).findings.values()].map((found) => found.depth);
    expect([0, 1, 2, 3].map(depth)).toEqual([[0], [1], [2], []]);
  });

  it("an invariant is not read where a run stopped", () => {
    const program = buildProgram({
      variables: [variable("x", range(0, 1))],
      threads: [thread("t", [at("s", { updates: [set("x", 1)], fatal: violation("panic") })])],
      properties: [property("invariant", "zero", equals(cell("x"), constant(0)))],
    });
    expect(rules(program)).toEqual(["panic"]);
  });

  it("atEnd is read where everything has ended, not where it is blocked", () => {
    const program = (guard: number) =>
      buildProgram({
        variables: [variable("x", range(0, 1))],
        threads: [
          thread("t", [skip("s")]),
          thread("u", [at("wait", { guards: [constant(guard)] })]),
        ],
        properties: [property("atEnd", "one", cell("x"))],
      });
    expect(rules(program(1))).toEqual(["at-end:one"]);
    expect(rules(program(0))).toEqual(["deadlock", "dead-code"]);
  });

  it("reachable has a nearest witness, or is violated", () => {
    const program = buildProgram({
      variables: [variable("x", range(0, 3))],
      threads: [
        thread(
          "t",
          [
            at("count", {
              to: "count",
              guards: [lessThan(cell("x"), constant(2))],
              updates: [set("x", plus(cell("x"), constant(1)))],
            }),
          ],
          { mayWaitForEver: true },
        ),
      ],
      properties: [
        property("reachable", "two", equals(cell("x"), constant(2))),
        property("reachable", "three", equals(cell("x"), constant(3))),
      ],
    });
    const { witnesses, findings, nodes } = explore(program, 100);
    expect([...witnesses]).toEqual([["two", 2]]);
    expect(nodes[2]?.depth).toBe(2);
    expect([...findings.keys()]).toEqual(["reachable:three @ three"]);
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

describe("interleavings", () => {
  it.each([
    [1, 1],
    [1, 4],
    [3, 2],
    [5, 5],
  ])("of %d and %d independent steps are a binomial", (n, m) => {
    const program = buildProgram({ threads: [thread("a", steps(n)), thread("b", steps(m))] });
    const { states, transitions, runs: counted } = facts(program);
    expect(counted).toEqual(runs(binomial(n + m, n)));
    expect(states).toBe((n + 1) * (m + 1));
    expect(transitions).toBe(n * (m + 1) + m * (n + 1));
  });

  it("of forty steps are counted exactly", () => {
    const program = buildProgram({ threads: [thread("a", steps(20)), thread("b", steps(20))] });
    expect(facts(program).runs).toEqual({ ended: 137846528820n, blocked: 0n, stopped: 0n });
  });

  it("count two outcomes with one successor twice, and each way to finish", () => {
    const choose = at("choose", [{}, {}, { fatal: violation("panic") }]);
    const program = buildProgram({
      threads: [thread("t", [choose, at("stuck", { guards: [constant(0)] })])],
    });
    expect(facts(program).runs).toEqual(runs(0, 2, 1));
  });

  it("are infinite exactly if the graph has a cycle", () => {
    const loop = (bound: number) =>
      buildProgram({
        threads: [
          thread(
            "t",
            [
              at("loop", [
                {
                  to: "loop",
                  guards: [atMost(local("i"), constant(bound))],
                  updates: [setLocal("i", plus(local("i"), constant(bound === 9 ? 0 : 1)))],
                },
                { guards: [not(atMost(local("i"), constant(bound)))] },
              ]),
            ],
            { locals: [localVariable("i", range(0, 9))] },
          ),
        ],
      });
    expect(facts(loop(9)).runs).toBe("infinite");
    expect(facts(loop(4))).toMatchObject({ runs: runs(1), states: 7 });
  });
});

describe("replay", () => {
  const program = buildProgram({
    threads: [
      thread("t", [
        at("choose", [{}, { to: "other" }, { guards: [constant(0)] }]),
        at("one", { to: "ended" }),
        skip("other"),
      ]),
      thread("u", [at("wait", { guards: [constant(0)] })], { mayWaitForEver: true }),
    ],
  });

  it("gives each step with the states around it", () => {
    const result = replay(program, [{ thread: 1, step: 1 }, { thread: 1 }]);
    expect(
      result.ok &&
        result.replay.steps.map(({ before, after }) => [before.locations[0], after?.locations[0]]),
    ).toEqual([
      ["choose", "other"],
      ["other", "ended"],
    ]);
  });

  it.each([
    ["there is no thread 3", 0, [{ thread: 3 }]],
    ["thread 2 cannot step here", 0, [{ thread: 2 }]],
    ["thread 1 has 2 outcomes here, and the schedule names none", 0, [{ thread: 1 }]],
    ["outcome 3 of thread 1 cannot happen here", 0, [{ thread: 1, step: 2 }]],
    ["outcome 9 of thread 1 cannot happen here", 0, [{ thread: 1, step: 8 }]],
    ["thread 1 cannot step here", 2, [{ thread: 1, step: 0 }, { thread: 1 }, { thread: 1 }]],
  ])("%s", (message, index, schedule) => {
    const result = replay(program, schedule);
    expect(result).toMatchObject({ ok: false, failure: { message, index } });
    expect(!result.ok && result.failure.enabled.length).toBe(index === 0 ? 2 : 0);
  });

  it("stops after a fatal step", () => {
    const fatal = buildProgram({
      threads: [thread("t", [at("s", { fatal: violation("panic") })])],
    });
    const twice = replay(fatal, [{ thread: 1 }, { thread: 1 }]);
    expect(twice).toMatchObject({
      ok: false,
      failure: { index: 1, message: "the run has stopped before this step", enabled: [] },
    });
    const once = replay(fatal, [{ thread: 1 }]);
    expect(once).toMatchObject({ ok: true, replay: { terminalFound: [] } });
    expect(once.ok && once.replay.steps[0]?.after).toBeUndefined();
  });
});
