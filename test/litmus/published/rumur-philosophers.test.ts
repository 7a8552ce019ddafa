/**
 * Five dining philosophers. Each takes the lower fork first and puts the higher one down first; all start hungry.
 *
 * Published: github.com/Smattr/rumur, commit d1f894d, doc/intro-to-murphi.rst, section "Fixing the Model" ("No error
 * found. … 3216 states, 16160 rules fired").
 */
import { describe, expect, it } from "vitest";
import {
  and,
  cell,
  conditional,
  constant,
  type Expression,
  equals,
  lessThan,
  local,
  minus,
  not,
  or,
  self,
} from "../../../src/ir/expression.ts";
import type { Program } from "../../../src/ir/program.ts";
import { explore } from "../../../src/semantics/explore.ts";
import {
  at,
  boolean,
  buildProgram,
  localVariable,
  type StepSketch,
  set,
  setLocal,
  threads,
  variable,
} from "../../semantics/build-program.ts";
import { measured, names, zeros } from "./measure.ts";

function philosophers(count: number): Program {
  const left = minus(self, constant(1));
  const right = conditional(equals(self, constant(count)), constant(0), self);
  const [hasLeft, hasRight] = [local("left"), local("right")];
  const leftIsLower = lessThan(left, right);
  const take = (
    side: string,
    has: Expression,
    first: Expression,
    fork: Expression,
  ): StepSketch => ({
    outcome: `take ${side}`,
    guards: [not(has), first, not(cell("taken", fork))],
    updates: [set("taken", 1, fork), setLocal(side, 1)],
    to: "hungry",
  });
  const putDown = (
    side: string,
    has: Expression,
    first: Expression,
    fork: Expression,
  ): StepSketch => ({
    outcome: `put down ${side}`,
    guards: [has, first],
    updates: [set("taken", 0, fork), setLocal(side, 0)],
    to: "thinking",
  });
  return buildProgram({
    variables: [variable("taken", boolean, { initial: zeros(count) })],
    threads: [
      threads(
        names(count),
        [
          at("hungry", [
            take("left", hasLeft, or(hasRight, leftIsLower), left),
            take("right", hasRight, or(hasLeft, not(leftIsLower)), right),
            { outcome: "eat", guards: [and(hasLeft, hasRight)], to: "eating" },
          ]),
          at("eating", { to: "thinking" }),
          at("thinking", [
            { outcome: "get hungry", to: "hungry" },
            putDown("left", hasLeft, or(not(hasRight), not(leftIsLower)), left),
            putDown("right", hasRight, or(not(hasLeft), leftIsLower), right),
          ]),
        ],
        { locals: [localVariable("left", boolean), localVariable("right", boolean)] },
      ),
    ],
  });
}

describe("Rumur, Introduction to Murphi", () => {
  it("5 philosophers who order their forks: 3,216 states, 16,160 rules fired, no error", () => {
    const program = philosophers(5);
    expect(measured(program)).toMatchObject({ states: 3_216, transitions: 16_160 });
    expect([...explore(program, 4_000).findings.keys()]).toEqual([]);
  });
});
