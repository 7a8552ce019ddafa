import { describe, expect, it } from "vitest";
import { search } from "../../../src/engine/explicit/search.ts";
import type { Progress } from "../../../src/engine/result.ts";
import { cell, constant, equals, plus } from "../../../src/ir/expression.ts";
import {
  at,
  buildProgram,
  property,
  range,
  set,
  thread,
  threads,
  variable,
} from "../../semantics/build-program.ts";
import { usual } from "./litmus.ts";

/** Some 200,000 states: threads that count on their own. */
const counts = buildProgram({
  variables: ["x", "y", "z"].map((name) => variable(name, range(0, 57))),
  threads: ["x", "y", "z"].map((name) =>
    thread(name, [
      at("add", [
        {
          to: "add",
          guards: [{ kind: "binary", operator: "<", left: cell(name), right: constant(57) }],
          updates: [set(name, plus(cell(name), constant(1)))],
        },
      ]),
    ]),
  ),
});

describe("a search that is cut", () => {
  it("by the limit of states says so, and ends soon after it", () => {
    const { complete, stopReason, statistics } = search(counts, { ...usual, maxStates: 10_000 });
    expect({ complete, stopReason }).toEqual({
      complete: false,
      stopReason: "the limit of 10000 states was reached",
    });
    expect(statistics.states).toBeGreaterThan(10_000);
    expect(statistics.states).toBeLessThan(11_000);
  });

  it("by the limit of memory says so, and took no more", () => {
    for (const maxBytes of [0, 1000, 300_000, 500_000, 1_000_000]) {
      const { complete, stopReason, statistics } = search(counts, {
        ...usual,
        count: false,
        maxBytes,
      });
      expect({ complete, stopReason }).toEqual({
        complete: false,
        stopReason: "the limit of memory was reached",
      });
      expect(statistics.bytesPeak).toBeLessThanOrEqual(Math.max(maxBytes, 64 * 1024));
    }
  });

  it("by its caller gives the caller's reason", () => {
    let asked = 0;
    const interrupted = () => {
      asked += 1;
      return asked === 3 ? "no more time" : undefined;
    };
    const { complete, stopReason } = search(counts, { ...usual, interrupted });
    expect({ complete, stopReason, asked }).toEqual({
      complete: false,
      stopReason: "no more time",
      asked: 3,
    });
  });

  it("at the first error has that finding alone", () => {
    const program = buildProgram({
      variables: [variable("x", range(0, 3))],
      threads: [threads(["a", "b"], [at("one", { updates: [set("x", 1)] })])],
      properties: [
        property("invariant", "zero", equals(cell("x"), constant(0))),
        property("atEnd", "never", constant(0)),
      ],
    });
    const { complete, findings } = search(program, { ...usual, first: true });
    expect(complete).toBe(false);
    expect(findings).toMatchObject([{ rule: "invariant:zero", depth: 1 }]);
  });
});

describe("a search that ends", () => {
  it("visits every state once and tells its progress", () => {
    const progress: Progress[] = [];
    const { complete, statistics, findings } = search(counts, {
      ...usual,
      count: false,
      onProgress: (now) => progress.push(now),
    });
    expect({ complete, findings: findings.map(({ rule, depth }) => [rule, depth]) }).toEqual({
      complete: true,
      findings: [["deadlock", 171]],
    });
    expect(statistics).toMatchObject({
      states: 58 ** 3,
      transitions: 3 * 57 * 58 ** 2,
      depth: 171,
    });
    expect(progress.length).toBeGreaterThan(10);
    expect(progress.at(-1)?.states).toBeLessThanOrEqual(58 ** 3);
  });

  it("counts interleavings as multinomials", () => {
    const { statistics } = search(counts, usual);
    const factorial = (n: number): bigint => (n < 2 ? 1n : BigInt(n) * factorial(n - 1));
    const blocked = factorial(171) / factorial(57) ** 3n;
    expect(statistics.interleavings).toEqual({ ended: 0n, blocked, stopped: 0n });
  });
});
