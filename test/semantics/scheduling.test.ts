import { describe, expect, it } from "vitest";
import { cell, constant, self } from "../../src/ir/expression.ts";
import { at, buildProgram, range, set, skip, start, thread, variable } from "./build-program.ts";
import { facts, rules, runs, steps } from "./facts.ts";

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

  it("two threads of one processor at one exclusive level block each other", () => {
    expect(facts(program(2, 2, [0, 0])).runs).toEqual(runs(0, 1));
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
