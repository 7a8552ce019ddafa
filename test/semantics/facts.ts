/** What the oracle says of a small Program, in the form that litmus tests state. */
import { expect } from "vitest";
import type { Program } from "../../src/ir/program.ts";
import { explore } from "../../src/semantics/explore.ts";
import { countInterleavings } from "../../src/semantics/state-graph.ts";
import { skip } from "./build-program.ts";

/** States, transitions, findings in order of discovery, and how executions finish. */
export function facts(program: Program) {
  const { complete, nodes, transitions, findings, limits, ends } = explore(program, 10_000);
  expect(complete).toBe(true);
  return {
    states: nodes.length,
    transitions,
    findings: [...findings.keys()],
    limits,
    ends,
    runs: countInterleavings(nodes),
  };
}

export const rules = (program: Program) =>
  [...explore(program, 10_000).findings.values()].map(({ rule }) => rule);
export const runs = (ended: number, blocked = 0, stopped = 0) => ({
  ended: BigInt(ended),
  blocked: BigInt(blocked),
  stopped: BigInt(stopped),
});
export const steps = (count: number, prefix = "s") =>
  Array.from({ length: count }, (_, index) => skip(`${prefix}${index}`));
