/**
 * Two processes that take and give back a lock for ever: an abstract lock, and the one by G. L. Peterson.
 *
 * Published: github.com/tlaplus/Examples, commit 32a32c7, specifications/locks_auxiliary_vars/manifest.json.
 */
import { describe, expect, it } from "vitest";
import { cell, constant, equals, minus, not, or, self } from "../../../src/ir/expression.ts";
import type { Program } from "../../../src/ir/program.ts";
import {
  at,
  boolean,
  buildProgram,
  range,
  set,
  threads,
  variable,
} from "../../semantics/build-program.ts";
import { asTlc, names, zeros } from "./measure.ts";

/** `locks_auxiliary_vars/Lock.tla`: two processes take and give back one lock for ever. */
function abstractLock(): Program {
  return buildProgram({
    variables: [variable("lock", boolean, { initial: [1] })],
    threads: [
      threads(names(2), [
        at("outside", {}),
        at("take", { guards: [equals(cell("lock"), constant(1))], updates: [set("lock", 0)] }),
        at("inside", {}),
        at("give back", { updates: [set("lock", 1)], to: "outside" }),
      ]),
    ],
  });
}

/** `locks_auxiliary_vars/Peterson.tla`: Peterson's lock, where a process gives the turn away and then waits for it. */
function peterson(): Program {
  const mine = minus(self, constant(1));
  const other = minus(constant(2), self);
  return buildProgram({
    variables: [
      variable("wants", boolean, { initial: zeros(2) }),
      variable("turn", range(1, 2), { initial: [1] }),
    ],
    threads: [
      threads(names(2), [
        at("outside", {}),
        at("want", { updates: [set("wants", 1, mine)] }),
        at("yield", { updates: [set("turn", minus(constant(3), self))] }),
        at("wait", { guards: [or(not(cell("wants", other)), equals(cell("turn"), self))] }),
        at("inside", {}),
        at("leave", { updates: [set("wants", 0, mine)], to: "outside" }),
      ]),
    ],
  });
}

describe("TLC, locks_auxiliary_vars", () => {
  it("Lock.cfg: 12 distinct states, 21 generated, depth 5", () => {
    expect(asTlc(abstractLock())).toEqual({ distinctStates: 12, totalStates: 21, stateDepth: 5 });
  });

  it("Peterson.cfg: 42 distinct states, 77 generated, depth 11", () => {
    expect(asTlc(peterson())).toEqual({ distinctStates: 42, totalStates: 77, stateDepth: 11 });
  });
});
