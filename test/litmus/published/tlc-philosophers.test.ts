/**
 * Dining philosophers who clean forks and hand them over (K. M. Chandy and J. Misra).
 *
 * Published: github.com/tlaplus/Examples, commit 32a32c7, specifications/DiningPhilosophers/manifest.json.
 */
import { describe, expect, it } from "vitest";
import {
  and,
  cell,
  conditional,
  constant,
  type Expression,
  equals,
  local,
  minus,
  not,
  plus,
  self,
  truth,
} from "../../../src/ir/expression.ts";
import type { Program } from "../../../src/ir/program.ts";
import {
  at,
  boolean,
  buildProgram,
  localVariable,
  range,
  type StepSketch,
  set,
  setLocal,
  threads,
  variable,
} from "../../semantics/build-program.ts";
import { asTlc, names, zeros } from "./measure.ts";

/**
 * `DiningPhilosophers/DiningPhilosophers.tla`: a philosopher hands dirty forks to the neighbour, cleaned, and eats with
 * two clean ones. Handing over one fork and looking whether one can eat is one step; who hands a dirty one over cannot.
 */
function philosophers(count: number): Program {
  const left = minus(self, constant(1));
  const last = equals(self, constant(count));
  const right = conditional(last, constant(0), self);
  const neighbour = {
    left: conditional(equals(self, constant(1)), constant(count), minus(self, constant(1))),
    right: conditional(last, constant(1), plus(self, constant(1))),
  };
  const holds = (fork: Expression) => equals(cell("holder", fork), self);
  const clean = (fork: Expression) => cell("clean", fork);
  const dirty = (fork: Expression) => and(holds(fork), not(clean(fork)));
  const handOver = (fork: Expression, to: Expression) => [
    set("holder", to, fork),
    set("clean", 1, fork),
  ];
  const hungry = local("hungry");
  const keeps = and(not(dirty(left)), not(dirty(right)));
  const canEat = and(holds(left), holds(right), clean(left), clean(right));
  const hands: readonly StepSketch[] = [
    { guards: [dirty(left)], updates: handOver(left, neighbour.left) },
    { guards: [not(dirty(left)), dirty(right)], updates: handOver(right, neighbour.right) },
  ];
  return buildProgram({
    variables: [
      variable("holder", range(1, count), {
        initial: Array.from({ length: count }, (_, fork) => (fork === 1 ? 1 : fork + 1)),
      }),
      variable("clean", boolean, { initial: zeros(count) }),
    ],
    threads: [
      threads(
        names(count),
        [
          at("look", [
            ...hands.map((step) => ({
              ...step,
              guards: [...(step.guards ?? []), hungry],
              to: "look",
            })),
            ...hands.map((step) => ({
              ...step,
              guards: [...(step.guards ?? []), not(hungry)],
              to: "think",
            })),
            { guards: [keeps, hungry, canEat], to: "eat" },
            { guards: [keeps, hungry, not(canEat)], to: "look" },
            { guards: [keeps, not(hungry)], to: "think" },
          ]),
          at("eat", {
            updates: [setLocal("hungry", 0), set("clean", 0, left), set("clean", 0, right)],
            to: "look",
          }),
          at("think", { updates: [setLocal("hungry", truth)], to: "look" }),
        ],
        { locals: [localVariable("hungry", boolean, 1)] },
      ),
    ],
  });
}

describe("TLC, DiningPhilosophers", () => {
  it("DiningPhilosophers.cfg, 5 philosophers: 67 distinct states, 336 generated, depth 29", () => {
    expect(asTlc(philosophers(5))).toEqual({
      distinctStates: 67,
      totalStates: 336,
      stateDepth: 29,
    });
  });
});
