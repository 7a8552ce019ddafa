/**
 * Which search a Program gets. Small ones are searched in full, so that their counts are exact and their counterexamples
 * shortest. A larger one is searched by reduction. What that leaves open is hunted by random walks, then searched in full
 * as far as the limits allow. All of it is decided by counts, never by clocks.
 */
import { hunt } from "../engine/explicit/hunt.ts";
import { search } from "../engine/explicit/search.ts";
import { searchReduced } from "../engine/reduction/reduced-search.ts";
import type { Finding, SearchOptions, SearchResult, Witness } from "../engine/result.ts";
import type { Program } from "../ir/program.ts";
import { severityOf } from "../ir/rules.ts";

/** States up to which `auto` searches in full before it tries a reduction. */
const FULL_STATES = 20_000;

/** States of the reduced graph after which it is given up. */
const REDUCED_STATES = 150_000;

/** States of a full search after which it ends if a violation is known already, unless told otherwise. */
const VIOLATED_STATES = 3_000_000;

/** About a second. */
const HUNT = { seed: 1, steps: 300_000, stepsOfWalk: 100_000 };

/** Reductions that a search may use, by the names that users give. */
export const REDUCTIONS = ["blocks", "persistent-sets"] as const;
export type ReductionName = (typeof REDUCTIONS)[number];

/** `none`: every state as it is. `auto`: what pays. A list: these, wherever they are sound. */
export type Reduce = "auto" | "none" | readonly ReductionName[];

export interface Searched {
  readonly found: SearchResult;
  /** Reductions that the result rests on. */
  readonly reductions: readonly string[];
}

export function searchProgram(program: Program, options: SearchOptions, reduce: Reduce): Searched {
  if (reduce === "none" || options.count) return full(program, options);
  if (reduce !== "auto") return reduced(program, options, reduce) ?? full(program, options);
  const small = Math.min(options.maxStates, FULL_STATES);
  const { onProgress: _, ...quiet } = options;
  const first = search(program, { ...quiet, maxStates: small });
  // What memory, time or the user ended is over: another search would only spend more.
  const endedOtherwise = first.statistics.states <= small;
  const isDone = first.complete || endedOtherwise || small === options.maxStates;
  if (isDone || (options.first && first.findings.some(isError)))
    return { found: first, reductions: [] };
  const maxStates = Math.min(REDUCED_STATES, options.maxStates);
  const second = reduced(program, { ...quiet, maxStates }, REDUCTIONS);
  if (second?.found.complete) return joined(second, [first]);
  const begun = [first, ...(second ? [second.found] : [])];
  if (!begun.some(isViolated)) begun.push(hunt(program, quiet, HUNT));
  return joined(begun.some(isViolated) ? moreOf(program, options) : full(program, options), begun);
}

/** Goes on searching though a violation is known: for a simpler one, and for others. */
function moreOf(program: Program, options: SearchOptions): Searched {
  const maxStates = Math.min(options.maxStates, VIOLATED_STATES);
  const { found, reductions } = full(program, { ...options, maxStates });
  if (found.complete || maxStates === options.maxStates) return { found, reductions };
  const stopReason = `a violation is known, so the search was ended at ${maxStates} states: there may be more (--max-states)`;
  const isOwn = found.statistics.states > maxStates;
  return { found: isOwn ? { ...found, stopReason } : found, reductions };
}

const isViolated = ({ findings }: SearchResult): boolean => findings.some(isError);

const isError = ({ rule }: Finding): boolean => severityOf(rule) === "error";

const full = (program: Program, options: SearchOptions): Searched => ({
  found: search(program, options),
  reductions: [],
});

/** Nothing where no reduction applies. */
function reduced(
  program: Program,
  options: SearchOptions,
  names: readonly ReductionName[],
): Searched | undefined {
  const made = searchReduced(program, options, {
    blocks: names.includes("blocks"),
    persistentSets: names.includes("persistent-sets"),
  });
  return made.applies ? { found: made.result, reductions: names } : undefined;
}

/** With what other searches found, each with its shortest schedule. */
function joined({ found, reductions }: Searched, others: readonly SearchResult[]): Searched {
  const findings = new Map<string, Finding>();
  const witnesses = new Map<string, Witness>();
  for (const result of [...others, found]) {
    for (const finding of result.findings)
      keepShorter(findings, `${finding.rule} @ ${finding.place}`, finding);
    for (const witness of result.witnesses) keepShorter(witnesses, witness.property, witness);
  }
  return {
    found: { ...found, findings: [...findings.values()], witnesses: [...witnesses.values()] },
    reductions,
  };
}

function keepShorter<T extends Pick<Finding, "schedule">>(
  all: Map<string, T>,
  key: string,
  one: T,
): void {
  const other = all.get(key);
  if (!other || one.schedule.length < other.schedule.length) all.set(key, one);
}
