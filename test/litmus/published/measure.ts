/**
 * What published counts are compared with: the state graph of a Program, unreduced, and how tools report it.
 *
 * TLC publishes, in tlaplus/Examples, `distinctStates` (the initial one included), `totalStates` (states generated: the
 * initial one and one for each edge) and `stateDepth` (breadth-first levels).
 */
import type { ModelDefinition } from "kecheck";
import { expect } from "vitest";
import { search } from "../../../src/engine/explicit/search.ts";
import { diagnosticText } from "../../../src/ir/diagnostic.ts";
import type { Program } from "../../../src/ir/program.ts";
import { explore } from "../../../src/semantics/explore.ts";

interface Measured {
  readonly states: number;
  readonly transitions: number;
  /** Steps from the initial state to the farthest one. */
  readonly depth: number;
}

/** By the reference interpreter and by the compiled engine, which must agree. */
export function measured(program: Program): Measured {
  const { complete, nodes, transitions } = explore(program, 20_000);
  expect(complete).toBe(true);
  const depth = nodes.reduce((deepest, node) => Math.max(deepest, node.depth), 0);
  const found = { states: nodes.length, transitions, depth };
  expect(measuredByEngine(program)).toEqual(found);
  return found;
}

/** By the compiled engine, alone: for what takes the interpreter too long. */
export function measuredByEngine(program: Program): Measured {
  const { complete, statistics } = search(program, {
    maxStates: 1_000_000,
    maxBytes: 2 ** 29,
    first: false,
    count: false,
    interrupted: () => undefined,
  });
  expect(complete).toBe(true);
  const { states, transitions, depth } = statistics;
  return { states, transitions, depth };
}

const inWordsOfTlc = ({ states, transitions, depth }: Measured) => ({
  distinctStates: states,
  totalStates: 1 + transitions,
  stateDepth: 1 + depth,
});

export const asTlc = (program: Program) => inWordsOfTlc(measured(program));
export const engineAsTlc = (program: Program) => inWordsOfTlc(measuredByEngine(program));

/** The Program of a model without parameters. */
export function programOf(definition: ModelDefinition): Program {
  const { result } = definition.record({ parameters: {} });
  if (!result.ok) throw new Error(result.diagnostics.map(diagnosticText).join("\n"));
  return result.program;
}

/** Names of threads, and initial values, of which a model has `count`. */
export const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `process ${index + 1}`);
export const zeros = (count: number): readonly number[] => Array.from({ length: count }, () => 0);
