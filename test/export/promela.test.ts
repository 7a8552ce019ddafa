/**
 * Spin as a second judge: an exported Program has exactly our states and transitions, and violates the same rules.
 *
 * `KECHECK_SPIN_PROGRAMS=300` in the environment tries more random Programs, `KECHECK_SEED` others.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toPromela } from "../../src/export/promela.ts";
import type { Program } from "../../src/ir/program.ts";
import { type Exploration, explore } from "../../src/semantics/explore.ts";
import { judgeTerminal } from "../../src/semantics/observe.ts";
import { arbitraryProgram } from "../differential/arbitrary-program.ts";
import { expectSameCounts, expectSameFindings, type Judged } from "./agreement.ts";
import { programs } from "./programs.ts";
import { hasSpin } from "./run-spin.ts";

const STATES_MAX = 20_000;

const blocked: readonly string[] = ["deadlock", "self-deadlock", "join-self"];

/** What the reference says. */
function judged(program: Program, { complete, findings, nodes, transitions }: Exploration): Judged {
  expect(complete).toBe(true);
  const stopped = program.initialViolations.some(({ fatal }) => fatal);
  const terminals = stopped ? [] : nodes.filter(({ edges }) => edges.length === 0);
  const invalidEnd = terminals.some(({ state }) =>
    judgeTerminal(program, state).some(({ rule }) => blocked.includes(rule)),
  );
  return { states: nodes.length, transitions, findings: [...findings.values()], invalidEnd };
}

const explored = (program: Program): Judged => judged(program, explore(program, STATES_MAX));

describe.skipIf(!hasSpin)("Spin stores exactly our states", () => {
  it.each(Object.entries(programs))("of %s", (_, program) =>
    expectSameCounts(program, explored(program)),
  );
});

describe.skipIf(!hasSpin)("Spin's assertions are our findings", () => {
  it.each(Object.entries(programs))("in %s", (_, program) =>
    expectSameFindings(program, explored(program)),
  );
});

describe.skipIf(!hasSpin)("Spin agrees on random Programs", () => {
  const count = Number(process.env.KECHECK_SPIN_PROGRAMS ?? 60);
  const seed = Number(process.env.KECHECK_SEED ?? 20);
  // Many random Programs are too small to tell much, or too large to explore here.
  const drawn = hasSpin ? fc.sample(arbitraryProgram, { numRuns: 10 * count, seed }) : [];
  const fitting = drawn
    .map(({ program }) => ({ program, ours: explore(program, 1000) }))
    .filter(({ ours }) => ours.complete && ours.nodes.length >= 20)
    .slice(0, count);

  it("draws enough of them", () => expect(fitting.length).toBe(count));

  it.each(fitting.map((one, index) => ({ ...one, index })))("$index", ({ program, ours }) => {
    expectSameCounts(program, judged(program, ours));
    expectSameFindings(program, judged(program, ours));
  });
});

describe("the text", () => {
  it("is the same each time", () => {
    for (const program of Object.values(programs)) {
      expect(toPromela(program)).toBe(toPromela(program));
    }
  });

  it("keeps texts of the Program in comments of one line and in plain identifiers", () => {
    const { hostile } = programs;
    const model = hostile ? toPromela(hostile) : "";
    const bare = model.replaceAll(/\/\*.*?\*\//g, "");
    expect(bare).not.toMatch(/evil|#error|\*\/|\/\*/);
  });

  it("has no assertions where rules are ignored", () => {
    const { racing, stopping } = programs;
    for (const program of [racing, stopping]) {
      expect(program && toPromela(program)).not.toContain("assert");
    }
  });
});
