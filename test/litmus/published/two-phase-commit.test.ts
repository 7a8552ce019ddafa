/**
 * Two-phase commit as in J. Gray and L. Lamport, "Consensus on Transaction Commit" (MSR-TR-2003-96): a transaction
 * manager and resource managers that speak through a set of messages, which only grows.
 *
 * Published: github.com/stateright/stateright, commit ab8c8be, examples/2pc.rs, `can_model_2pc`
 * (`unique_state_count` 288 and 8_832); github.com/tlaplus/Examples, commit 32a32c7, specifications/transaction_commit/
 * manifest.json (TwoPhase.cfg) and TwoPhase.tla, closing comment ("six RMs, a configuration with 50816 reachable states").
 */
import { describe, expect, it } from "vitest";
import { and, cell, constant, minus, self } from "../../../src/ir/expression.ts";
import type { Program } from "../../../src/ir/program.ts";
import {
  at,
  boolean,
  buildProgram,
  type StepSketch,
  set,
  thread,
  threads,
  variable,
} from "../../semantics/build-program.ts";
import { asTlc, measured, measuredByEngine, zeros } from "./measure.ts";

/** `managers` resource managers. A message may be received again and again, which changes nothing the second time. */
function twoPhaseCommit(managers: number): Program {
  const all = Array.from({ length: managers }, (_, index) => index);
  const mine = minus(self, constant(1));
  const receive: readonly StepSketch[] = [
    { outcome: "commit", guards: [cell("commit sent")], to: "committed" },
    { outcome: "abort", guards: [cell("abort sent")], to: "aborted" },
  ];
  const resourceManager = threads(
    all.map((index) => `manager ${index}`),
    [
      at("working", [
        { outcome: "prepare", updates: [set("prepared sent", 1, mine)], to: "prepared" },
        { outcome: "give up", to: "aborted" },
        ...receive,
      ]),
      at("prepared", receive),
      at("committed", receive),
      at("aborted", receive),
    ],
    {},
    "resource manager",
  );
  const transactionManager = thread("transaction manager", [
    at("deciding", [
      ...all.map((index) => ({
        outcome: `hear ${index}`,
        guards: [cell("prepared sent", index)],
        updates: [set("heard", 1, index)],
        to: "deciding",
      })),
      {
        outcome: "commit",
        guards: [and(...all.map((index) => cell("heard", index)))],
        updates: [set("commit sent", 1)],
      },
      { outcome: "abort", updates: [set("abort sent", 1)] },
    ]),
  ]);
  return buildProgram({
    variables: [
      variable("prepared sent", boolean, { initial: zeros(managers) }),
      variable("heard", boolean, { initial: zeros(managers) }),
      variable("commit sent", boolean),
      variable("abort sent", boolean),
    ],
    threads: [resourceManager, transactionManager],
  });
}

describe("two-phase commit", () => {
  it("stateright, 2pc.rs, 3 resource managers: 288 unique states", () => {
    expect(measured(twoPhaseCommit(3)).states).toBe(288);
  });

  it("stateright, 2pc.rs, 5 resource managers: 8,832 unique states", () => {
    expect(measured(twoPhaseCommit(5)).states).toBe(8_832);
  });

  it("TLC, TwoPhase.cfg, 3 resource managers: 288 distinct states, 1,146 generated, depth 11", () => {
    expect(asTlc(twoPhaseCommit(3))).toEqual({
      distinctStates: 288,
      totalStates: 1_146,
      stateDepth: 11,
    });
  });

  it("TLC, TwoPhase.tla, 6 resource managers: 50,816 reachable states", () => {
    expect(measuredByEngine(twoPhaseCommit(6)).states).toBe(50_816);
  });
});
