/** Runs the explicit engine on a small Program, after checking that the reference agrees with it in everything. */
import { expect } from "vitest";
import { search } from "../../../src/engine/explicit/search.ts";
import type { SearchOptions } from "../../../src/engine/result.ts";
import type { Program } from "../../../src/ir/program.ts";
import { compareWithReference } from "../../differential/compare.ts";

export const usual: SearchOptions = {
  maxStates: 1_000_000,
  maxBytes: 2 ** 28,
  first: false,
  count: true,
  interrupted: () => undefined,
};

export function run(program: Program, options: Partial<SearchOptions> = {}) {
  expect(compareWithReference(program).differences).toEqual([]);
  return search(program, { ...usual, ...options });
}

/** The facts that a litmus test states. */
export function facts(program: Program) {
  const { statistics, findings, limits, ends } = run(program);
  const { states, transitions, interleavings } = statistics;
  return { states, transitions, findings: findings.map(found), limits, ends, interleavings };
}

const found = ({ rule, place, depth }: { rule: string; place: string; depth: number }): string =>
  `${rule} @ ${place}, ${depth} steps`;

export const ended = (count: number) => ({ ended: BigInt(count), blocked: 0n, stopped: 0n });
