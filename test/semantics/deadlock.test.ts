import { describe, expect, it } from "vitest";
import { cell, constant, equals, or, self } from "../../src/ir/expression.ts";
import type { Thread } from "../../src/ir/program.ts";
import { explore } from "../../src/semantics/explore.ts";
import {
  acquire,
  at,
  buildProgram,
  lock,
  range,
  release,
  set,
  thread,
  variable,
} from "./build-program.ts";
import { facts, rules, runs } from "./facts.ts";

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

describe("lock-order", () => {
  /** Takes the locks in turn and gives each back once; a lock it owns is taken again. */
  const takes = (name: string, ...locks: readonly string[]) =>
    thread(name, [
      ...locks.map((each, index) => {
        const plain = acquire(each, `${index} acquire ${each}`);
        const free = or(equals(cell(each), constant(0)), equals(cell(each), self));
        const steps = plain.steps.map((step) => ({ ...step, guards: [free] }));
        return { ...plain, steps };
      }),
      ...[...new Set(locks)].reverse().map((each) => release(each)),
    ]);
  const variables = [lock("A"), lock("B"), lock("G")];

  it("is no matter of one thread", () => {
    const both = ["A", "B"].flatMap((one, index) => {
      const other = index === 0 ? "B" : "A";
      return [
        acquire(one, `${index} first`),
        acquire(other, `${index} second`),
        release(one, `${index} third`),
        release(other, `${index} fourth`),
      ];
    });
    expect(rules(buildProgram({ variables, threads: [thread("t", both)] }))).toEqual([]);
  });

  it("does not count a lock that is taken again by its owner", () => {
    const one = takes("one", "A", "B", "A");
    expect(rules(buildProgram({ variables, threads: [one, takes("two", "A", "B")] }))).toEqual([]);
    const reversed = takes("two", "G", "B", "A");
    const gated = takes("one", "G", "A", "B");
    expect(rules(buildProgram({ variables, threads: [gated, reversed] }))).toEqual(["lock-order"]);
  });
});
