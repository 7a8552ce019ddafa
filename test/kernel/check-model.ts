/** What the oracle says of a small model, in the form that tests of the kernel state. */
import { type ModelBody, model, type Thread } from "kecheck";
import { expect } from "vitest";
import { withFaults } from "../../src/ir/faults.ts";
import type { Program } from "../../src/ir/program.ts";
import { ruleOf } from "../../src/ir/rules.ts";
import { explore } from "../../src/semantics/explore.ts";
import { hasEnded } from "../../src/semantics/interpreter.ts";
import type { State } from "../../src/semantics/state.ts";

/** The Program of a model that records without a complaint, with failures of these classes only. */
export function programOf(body: (m: ModelBody) => void, faults: readonly string[] = []): Program {
  const { result } = model("test", body).record({ parameters: {} });
  expect(result.diagnostics).toEqual([]);
  if (!result.ok) throw new Error("the model is not valid");
  return withFaults(result.program, faults);
}

/**
 * Rules of all findings but `dead-code` (sorted, one for each place), sizes, bounds reached, and the values that the
 * program's own variables have where an execution ends (distinct, sorted). A variable that never changes has none.
 */
export function outcomes(body: (m: ModelBody) => void, faults: readonly string[] = []) {
  const program = programOf(body, faults);
  const { complete, nodes, transitions, findings, limits } = explore(program, 50_000);
  expect(complete).toBe(true);
  const terminal = nodes.filter(({ edges, state }) => edges.length === 0 && hasEnded(state));
  const ends = new Set(terminal.map(({ state }) => dataText(program, state)));
  return {
    rules: [...findings.values()]
      .map(({ rule }) => rule as string)
      .filter((rule) => rule !== "dead-code")
      .sort(),
    states: nodes.length,
    transitions,
    limits,
    ends: [...ends].sort(),
  };
}

function dataText({ variables }: Program, { cells }: State): string {
  const data = variables.flatMap(({ name, tags }, index) =>
    tags.data ? [`${name}=${cells[index]?.join(",")}`] : [],
  );
  return data.join(" ");
}

/** A thread for each body, all active from the start. */
export function threads(m: ModelBody, ...bodies: readonly ((t: Thread) => void)[]): void {
  for (const [index, body] of bodies.entries()) m.start(m.thread(`t${index + 1}`, body));
}

/** As `threads`, all on one processor. */
export function onOneProcessor(m: ModelBody, ...bodies: readonly ((t: Thread) => void)[]): void {
  for (const [index, body] of bodies.entries()) {
    m.start(m.thread(`t${index + 1}`, body), { processor: 0 });
  }
}

/** Levels around every documented bound: PASSIVE, APC, DISPATCH, a device's, HIGH. */
export const LEVELS_TRIED = [0, 1, 2, 3, 15] as const;

/**
 * What one call commits at each of these levels, as text: rules about levels and waiting, but not that the thread ends
 * where it was raised to.
 */
export function atEachLevel(
  declare: (m: ModelBody) => (t: Thread) => void,
): Readonly<Record<string, string>> {
  const rulesAt = (level: number) =>
    outcomes((m) => {
      const call = declare(m);
      threads(m, (t) => {
        if (level > 0) t.KeRaiseIrql(level);
        call(t);
      });
    }).rules.filter(
      (rule) =>
        rule !== "exit-at-raised-irql" &&
        ["irql", "waiting"].includes(ruleOf(rule as "deadlock").group),
    );
  return Object.fromEntries(LEVELS_TRIED.map((level) => [level, rulesAt(level).join(" ")]));
}

/** What `atEachLevel` gives for a routine with these bounds. */
export function bounds(
  atLeast: number,
  atMost: number,
  tooHigh = "irql-too-high",
): Readonly<Record<string, string>> {
  const rule = (level: number) =>
    level < atLeast ? "irql-too-low" : level > atMost ? tooHigh : "";
  return Object.fromEntries(LEVELS_TRIED.map((level) => [level, rule(level)]));
}
