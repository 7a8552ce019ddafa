/** What Spin must agree on: counts of an exported Program, and what it violates. */
import { expect } from "vitest";
import { toPromela } from "../../src/export/promela.ts";
import type { Program } from "../../src/ir/program.ts";
import { runSpin } from "./run-spin.ts";

/** What we say of a Program, by whichever engine. */
export interface Judged {
  readonly states: number;
  readonly transitions: number;
  readonly findings: readonly { readonly rule: string; readonly place: string }[];
  /** In some state nothing is enabled, and a thread has not ended that may not wait for ever. */
  readonly invalidEnd: boolean;
}

/** Rules that need the whole graph, which no assertion sees; blocked threads are told by the states where runs end. */
const unasserted =
  /^(?:reachable:|(?:dead-code|lock-order|deadlock|partial-deadlock|self-deadlock|join-self) )/;

export function expectSameCounts(program: Program, { states, transitions }: Judged): void {
  expect(runSpin(toPromela(program))).toMatchObject({ states, transitions });
}

/** Where nothing is violated, the model with assertions has exactly our states too. */
export function expectSameFindings(program: Program, ours: Judged): void {
  const model = toPromela(program, { rules: "assert" });
  const { states, assertions, invalidEnd } = runSpin(model, { run: ["-c0", "-e"] });
  const expected = assertedOf(ours);
  expect({ assertions: meanings(model, assertions), invalidEnd }).toEqual(expected);
  if (expected.assertions.length === 0) expect(states).toBe(ours.states);
}

function assertedOf({ findings, invalidEnd }: Judged) {
  const names = findings.map(({ rule, place }) => `${rule} at ${place}`);
  const asserted = new Set(names.filter((name) => !unasserted.test(name)));
  return { assertions: [...asserted].sort(), invalidEnd };
}

/** What Spin's failed assertions stand for, by the declarations of their names. */
function meanings(model: string, assertions: readonly string[]): readonly string[] {
  const declared = new Map(
    [...model.matchAll(/^hidden byte (\w+); \/\* (.*) \*\/$/gm)].map(([, name, text]) => [
      name,
      text,
    ]),
  );
  return assertions.map((name) => declared.get(name) ?? name).sort();
}
