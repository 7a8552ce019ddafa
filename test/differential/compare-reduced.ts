/** A reduced search against the reference interpreter, on one Program. */
import { type Reduced, searchReduced } from "../../src/engine/reduction/reduced-search.ts";
import type { Reductions } from "../../src/engine/reduction/reduced-system.ts";
import { noneDropped, type SideConditions } from "../../src/engine/reduction/side-conditions.ts";
import type { PlainState, SearchOptions } from "../../src/engine/result.ts";
import type { Program } from "../../src/ir/program.ts";
import { explore } from "../../src/semantics/explore.ts";
import { InternalError } from "../../src/support/assert.ts";
import { dataText } from "./compare.ts";

/** Warnings that a reduced search may miss. */
const UNJUDGED = ["lock-order"];

export const allReductions: Reductions = { blocks: true, persistentSets: true };

/** What both searches must agree on: lists are sorted, without repetitions. */
interface Answer {
  /** Rule and place. */
  readonly findings: readonly string[];
  readonly limits: readonly string[];
  readonly ends: boolean;
  /** What the Program has computed where nothing is enabled any more. */
  readonly terminals: readonly string[];
}

export interface ReducedComparison {
  readonly reduced: Reduced;
  /** Missing if the reduced search is not complete, or the Program too large for the reference. */
  readonly compared?: { readonly expected: Answer; readonly actual: Answer };
  /** Of the reference; 0 if nothing was compared. */
  readonly states: number;
}

interface Setting {
  readonly reductions?: Reductions;
  readonly dropped?: SideConditions;
  /** Larger Programs are not compared. */
  readonly statesMax?: number;
  /** What is compared with the reference, if it is not the reduced search as it stands. */
  readonly search?: typeof searchReduced;
}

export function compareReduced(program: Program, setting: Setting = {}): ReducedComparison {
  const { reductions = allReductions, dropped = noneDropped, statesMax = 600 } = setting;
  const { search = searchReduced } = setting;
  const terminals: PlainState[] = [];
  const options: SearchOptions = {
    maxStates: statesMax,
    maxBytes: 2 ** 28,
    first: false,
    count: false,
    interrupted: () => undefined,
    onTerminal: (state) => {
      terminals.push(state);
    },
  };
  const reduced = search(program, options, reductions, dropped);
  if (!reduced.applies || !reduced.result.complete) return { reduced, states: 0 };
  const reference = referenceOf(program, statesMax);
  if (!reference) return { reduced, states: 0 };
  const actual = answer(program, { ...reduced.result, terminals });
  return { reduced, compared: { expected: reference.answer, actual }, states: reference.states };
}

/**
 * What a reduced search makes of a Program: "right" and "wrong" against the reference, in findings, bounds and ends; an
 * assertion that fails is "wrong" too, since it is noticed. "undecided" claims nothing.
 */
export function judgement(
  program: Program,
  setting: Setting = {},
): "right" | "wrong" | "undecided" {
  const verdict = ({ findings, limits, ends }: Answer): string =>
    JSON.stringify([findings, limits, ends]);
  try {
    const { compared } = compareReduced(program, setting);
    if (!compared) return "undecided";
    return verdict(compared.expected) === verdict(compared.actual) ? "right" : "wrong";
  } catch (error) {
    if (error instanceof InternalError) return "wrong";
    throw error;
  }
}

interface Reference {
  readonly answer: Answer;
  readonly states: number;
}

const references = new WeakMap<Program, Reference>();

/** The reference's answer, computed once for each Program; nothing if it has too many states. */
function referenceOf(program: Program, statesMax: number): Reference | undefined {
  const old = references.get(program);
  if (old) return old;
  const { complete, findings, limits, ends, nodes } = explore(program, statesMax);
  if (!complete) return undefined;
  const terminals = nodes
    .filter(({ edges, stopped }) => edges.length === 0 && !stopped)
    .map(({ state }) => state);
  const made = {
    answer: answer(program, { findings: [...findings.values()], limits, ends, terminals }),
    states: nodes.length,
  };
  references.set(program, made);
  return made;
}

function answer(
  program: Program,
  found: {
    readonly findings: readonly { readonly rule: string; readonly place: string }[];
    readonly limits: readonly string[];
    readonly ends: boolean;
    readonly terminals: readonly Pick<PlainState, "cells">[];
  },
): Answer {
  const { limits, ends } = found;
  const judged = found.findings.filter(({ rule }) => !UNJUDGED.includes(rule));
  return {
    findings: judged.map(({ rule, place }) => `${rule} @ ${place}`).sort(),
    limits: [...limits].sort(),
    ends,
    terminals: [
      ...new Set(
        found.terminals.map(({ cells }) => dataText(program, { cells, locations: [], locals: [] })),
      ),
    ].sort(),
  };
}
