import { describe, expect, it } from "vitest";
import { atMost, constant, local, not, plus } from "../../src/ir/expression.ts";
import {
  at,
  buildProgram,
  localVariable,
  range,
  setLocal,
  thread,
  violation,
} from "./build-program.ts";
import { facts, runs, steps } from "./facts.ts";

const binomial = (n: number, k: number): number => (k === 0 ? 1 : (binomial(n - 1, k - 1) * n) / k);

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
