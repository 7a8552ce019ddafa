/**
 * G. L. Peterson's lock for n processes ("Myths about the Mutual Exclusion Problem", IPL 12(3), 1981): n - 1 rounds, in
 * each of which the last to come waits. A process that leaves falls back to round 1 in the published model, not to 0.
 *
 * Published: github.com/melver/cmurphi, commit 5d4a426, ex/mux/n_peterson.m, comment at its end ("3 processes … BFS
 * -nosym 882 states, 2646 rules fired", "5 processes … BFS -nosym 628868 states, 3144340 rules fired"). A process that
 * waits tests again and again: an edge from a state to itself.
 */
import { describe, expect, it } from "vitest";
import {
  and,
  cell,
  constant,
  differs,
  equals,
  lessThan,
  local,
  not,
  or,
  plus,
  self,
} from "../../../src/ir/expression.ts";
import type { Program } from "../../../src/ir/program.ts";
import {
  at,
  buildProgram,
  localVariable,
  range,
  set,
  setLocal,
  threads,
  variable,
} from "../../semantics/build-program.ts";
import { measured, measuredByEngine, names, zeros } from "./measure.ts";

function peterson(count: number): Program {
  const round = local("round");
  const nextRound = plus(round, constant(1));
  const alone = and(
    ...names(count).map((_, index) => {
      const other = constant(index + 1);
      return or(equals(other, self), lessThan(cell("reached", other), round));
    }),
  );
  const through = or(alone, differs(cell("last", round), self));
  return buildProgram({
    variables: [
      variable("reached", range(0, count), { first: 1, initial: zeros(count) }),
      // Nobody has come last at first: 0.
      variable("last", range(0, count), { initial: zeros(count + 1) }),
    ],
    threads: [
      threads(
        names(count),
        [
          at("outside", { updates: [setLocal("round", 1)] }),
          at("arrive", { updates: [set("reached", round, self)] }),
          at("come last", { updates: [set("last", self, round)] }),
          at("wait", [
            {
              guards: [through, lessThan(nextRound, constant(count))],
              updates: [setLocal("round", nextRound)],
              to: "arrive",
            },
            {
              guards: [through, equals(nextRound, constant(count))],
              updates: [setLocal("round", nextRound)],
            },
            { guards: [not(through)], to: "wait" },
          ]),
          at("inside", { updates: [set("reached", 1, self)], to: "outside" }),
        ],
        { locals: [localVariable("round", range(0, count))] },
      ),
    ],
  });
}

describe("CMurphi, n_peterson.m", () => {
  it("3 processes: 882 states, 2,646 rules fired", () => {
    expect(measured(peterson(3))).toMatchObject({ states: 882, transitions: 2_646 });
  });

  it("5 processes: 628,868 states, 3,144,340 rules fired", () => {
    expect(measuredByEngine(peterson(5))).toMatchObject({
      states: 628_868,
      transitions: 3_144_340,
    });
  });
});
