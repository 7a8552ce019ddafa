/**
 * Readers and writers served in the order in which they asked; one may ask for both, and again while it is served.
 *
 * Published: github.com/tlaplus/Examples, commit 32a32c7, specifications/ReadersWriters/manifest.json (MC.cfg).
 */
import { describe, expect, it } from "vitest";
import {
  and,
  atMost,
  cell,
  constant,
  differs,
  type Expression,
  greaterThan,
  minus,
  not,
  or,
  plus,
  self,
} from "../../../src/ir/expression.ts";
import type { Program } from "../../../src/ir/program.ts";
import {
  at,
  boolean,
  buildProgram,
  range,
  type StepSketch,
  set,
  thread,
  threads,
  variable,
} from "../../semantics/build-program.ts";
import { engineAsTlc, names, zeros } from "./measure.ts";

/** A request is the number of who wants to read, or that number plus `count` of who wants to write. */
function readersWriters(count: number): Program {
  const places = zeros(2 * count).map((_, place) => place);
  const waiting = cell("waiting");
  const head = cell("queue", 0);
  const writer = minus(head, constant(count));
  const nobody = (what: string): Expression =>
    and(...names(count).map((_, index) => not(cell(what, index + 1))));
  const ask = (outcome: string, request: Expression): StepSketch => ({
    outcome,
    guards: places.map((place) => differs(cell("queue", place), request)),
    updates: [set("queue", request, waiting), set("waiting", plus(waiting, constant(1)))],
    to: "actor",
  });
  const served = [
    ...places.map((place) =>
      set("queue", place + 1 < places.length ? cell("queue", place + 1) : 0, place),
    ),
    set("waiting", minus(waiting, constant(1))),
  ];
  return buildProgram({
    variables: [
      variable("reads", boolean, { first: 1, initial: zeros(count) }),
      variable("writes", boolean, { first: 1, initial: zeros(count) }),
      variable("queue", range(0, 2 * count), { initial: zeros(2 * count) }),
      variable("waiting", range(0, 2 * count)),
    ],
    threads: [
      threads(names(count), [
        at("actor", [
          ask("ask to read", self),
          ask("ask to write", plus(self, constant(count))),
          {
            outcome: "stop",
            guards: [or(cell("reads", self), cell("writes", self))],
            updates: [set("reads", 0, self), set("writes", 0, self)],
            to: "actor",
          },
        ]),
      ]),
      thread("server", [
        at("serve", [
          {
            outcome: "read",
            guards: [differs(head, constant(0)), nobody("writes"), atMost(head, constant(count))],
            updates: [set("reads", 1, head), ...served],
            to: "serve",
          },
          {
            outcome: "write",
            guards: [greaterThan(head, constant(count)), nobody("writes"), nobody("reads")],
            updates: [set("writes", 1, writer), ...served],
            to: "serve",
          },
        ]),
      ]),
    ],
  });
}

describe("TLC, ReadersWriters", () => {
  it("MC.cfg, 3 actors: 21,527 distinct states, 59,674 generated, depth 13", () => {
    expect(engineAsTlc(readersWriters(3))).toEqual({
      distinctStates: 21_527,
      totalStates: 59_674,
      stateDepth: 13,
    });
  });
});
