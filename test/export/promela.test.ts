/** Spin as a second judge: an exported Program has exactly our states and transitions, and violates the same rules. */
import { describe, expect, it } from "vitest";
import { toPromela } from "../../src/export/promela.ts";
import type { Program } from "../../src/ir/program.ts";
import { type Exploration, explore } from "../../src/semantics/explore.ts";
import { programs } from "./programs.ts";
import { hasSpin, runSpin } from "./run-spin.ts";

const STATES_MAX = 20_000;

/** Rules that need the whole graph, which no assertion sees. */
const unasserted = /^(?:reachable:|dead-code |lock-order |partial-deadlock )/;

/** Findings as the export names them: it does not say who waits for whom. */
function asserted({ findings }: Exploration): readonly string[] {
  const names = [...findings.values()]
    .map(({ rule, place }) => `${rule} at ${place}`)
    .filter((name) => !unasserted.test(name))
    .map((name) => name.replace(/^(?:deadlock|self-deadlock|join-self) at .*/, "deadlock at any"));
  return [...new Set(names)].sort();
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

function expectAgreement(program: Program): void {
  const ours = explore(program, STATES_MAX);
  expect(ours.complete).toBe(true);
  const { states, transitions } = runSpin(toPromela(program));
  expect({ states, transitions }).toEqual({
    states: ours.nodes.length,
    transitions: ours.transitions,
  });
}

describe.skipIf(!hasSpin)("Spin stores exactly our states", () => {
  it.each(Object.entries(programs))("of %s", (_, program) => expectAgreement(program));
});

describe.skipIf(!hasSpin)("Spin's assertions are our findings", () => {
  it.each(Object.entries(programs))("in %s", (_, program) => {
    const model = toPromela(program, { rules: "assert" });
    const { assertions } = runSpin(model, { run: ["-c0", "-e"] });
    expect(meanings(model, assertions)).toEqual(asserted(explore(program, STATES_MAX)));
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
