import { describe, expect, it } from "vitest";
import { cell, constant, differs, equals, lessThan, plus } from "../../src/ir/expression.ts";
import { explore } from "../../src/semantics/explore.ts";
import {
  access,
  at,
  buildProgram,
  lock,
  property,
  range,
  set,
  skip,
  thread,
  variable,
  violation,
} from "./build-program.ts";
import { rules } from "./facts.ts";

describe("free-while-waited", () => {
  const program = (owner: number, waited = 1) =>
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
            {
              waits: { object: "m", kind: "lock", on: { block: "mutex", index: constant(waited) } },
            },
          ),
        ]),
      ],
    });

  it("names both threads, and only if the wait cannot complete", () => {
    const [found] = explore(program(9), 100).findings.values();
    expect(found).toMatchObject({ rule: "free-while-waited", threads: [1, 2], depth: 1 });
    expect(rules(program(0))).toEqual([]);
    expect(rules(program(9, 2))).not.toContain("free-while-waited");
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
