/**
 * Which search a Program gets. Small ones are searched in full, so that their counts are exact and their counterexamples
 * shortest. A larger one is searched by reduction. What that leaves open is hunted by random walks, then searched in full
 * as far as the limits allow. All of it is decided by counts, never by clocks.
 */
import { searchFused } from "../engine/explicit/fused-search.ts";
import { hunt } from "../engine/explicit/hunt.ts";
import { search } from "../engine/explicit/search.ts";
import { searchReduced } from "../engine/reduction/reduced-search.ts";
import type { Finding, SearchOptions, SearchResult, Witness } from "../engine/result.ts";
import { symmetryOf } from "../engine/symmetry/automorphisms.ts";
import { orbitsOf } from "../engine/symmetry/search.ts";
import type { Program } from "../ir/program.ts";
import { severityOf } from "../ir/rules.ts";

/** States up to which `auto` searches in full before it tries a reduction. */
const FULL_STATES = 20_000;

/** States of the reduced graph after which it is given up. */
const REDUCED_STATES = 150_000;

/** States of a full search after which it ends if a violation is known already, unless told otherwise. */
const VIOLATED_STATES = 3_000_000;

/** States from which on WebAssembly is worth its start. */
const FUSED_STATES = 100_000;

/** Orders of interchangeable threads from which on one state of each orbit is worth its choice. */
const ORDERS = 6;

/** About a second. */
const HUNT = { seed: 1, steps: 300_000, stepsOfWalk: 100_000 };

/** Reductions that a search may use, by the names that users give. */
export const REDUCTIONS = ["blocks", "persistent-sets", "symmetry"] as const;
type ReductionName = (typeof REDUCTIONS)[number];

/** `none`: every state as it is. `auto`: what pays. A list: these, wherever they are sound. */
export type Reduce = "auto" | "none" | readonly ReductionName[];

export interface Searched {
  readonly found: SearchResult;
  /** Reductions that the result rests on. */
  readonly reductions: readonly string[];
  /** Findings of breadth-first searches that left nothing out: no run to them is shorter. */
  readonly shortest: ReadonlySet<Finding>;
}

export function searchProgram(program: Program, options: SearchOptions, reduce: Reduce): Searched {
  if (reduce === "none" || options.count) return full(program, options);
  if (reduce !== "auto") return reduced(program, options, reduce) ?? full(program, options);
  const small = Math.min(options.maxStates, FULL_STATES);
  const { onProgress: _, ...quiet } = options;
  const first = unreduced(search(program, { ...quiet, maxStates: small }));
  // What memory, time or the user ended is over: another search would only spend more.
  const endedOtherwise = first.found.statistics.states <= small;
  const isDone = first.found.complete || endedOtherwise || small === options.maxStates;
  if (isDone || (options.first && first.found.findings.some(isError))) return first;
  const maxStates = Math.min(REDUCED_STATES, options.maxStates);
  const second = reduced(program, { ...quiet, maxStates }, ["blocks", "persistent-sets"]);
  if (second?.found.complete) return joined(second, [first]);
  const begun = [first, ...(second ? [second] : [])];
  if (!begun.some(isViolated)) begun.push(unproved(hunt(program, quiet, HUNT), []));
  const rest = begun.some(isViolated)
    ? moreOf(program, options)
    : (orbits(program, options, ORDERS) ?? full(program, options));
  return joined(rest, begun);
}

/** Goes on searching though a violation is known: for a simpler one, and for others. */
function moreOf(program: Program, options: SearchOptions): Searched {
  const maxStates = Math.min(options.maxStates, VIOLATED_STATES);
  const searched = full(program, { ...options, maxStates });
  const { found } = searched;
  const isOwn = found.statistics.states > maxStates;
  if (found.complete || maxStates === options.maxStates || !isOwn) return searched;
  const stopReason = `a violation is known, so the search was ended at ${maxStates} states: there may be more (--max-states)`;
  return { ...searched, found: { ...found, stopReason } };
}

const isViolated = ({ found }: Searched): boolean => found.findings.some(isError);

const isError = ({ rule }: Finding): boolean => severityOf(rule) === "error";

/** Every state; counting interleavings is left to the engine in JavaScript. */
function full(program: Program, options: SearchOptions): Searched {
  const isLarge = !options.count && options.maxStates > FUSED_STATES;
  const found = isLarge ? searchFused(program, options) : search(program, options);
  return unreduced(found);
}

const unreduced = (found: SearchResult): Searched => ({
  found,
  reductions: [],
  shortest: new Set(found.findings),
});

const unproved = (found: SearchResult, reductions: readonly string[]): Searched => ({
  found,
  reductions,
  shortest: new Set(),
});

/** One state of each orbit; nothing where no threads are interchangeable, in at least so many orders. */
function orbits(program: Program, options: SearchOptions, ordersMin: number): Searched | undefined {
  const orders = symmetryOf(program).families.reduce(
    (product, { threads }) => threads.reduce((all, _, index) => all * (index + 1), product),
    1,
  );
  if (orders < ordersMin) return undefined;
  return unproved(orbitsOf(program, options).found, ["symmetry"]);
}

/** By the reductions named, of which blocks and persistent sets go before symmetry; nothing where none applies. */
function reduced(
  program: Program,
  options: SearchOptions,
  names: readonly ReductionName[],
): Searched | undefined {
  const [blocks, persistentSets] = (["blocks", "persistent-sets"] as const).map((name) =>
    names.includes(name),
  );
  if (blocks || persistentSets) {
    const made = searchReduced(program, options, {
      blocks: blocks ?? false,
      persistentSets: persistentSets ?? false,
    });
    if (made.applies)
      return unproved(
        made.result,
        names.filter((name) => name !== "symmetry"),
      );
  }
  return names.includes("symmetry") ? orbits(program, options, 2) : undefined;
}

/** With what other searches found, each with its shortest schedule. */
function joined(last: Searched, others: readonly Searched[]): Searched {
  const all = [...others, last];
  const findings = new Map<string, Finding>();
  const witnesses = new Map<string, Witness>();
  for (const { found: result } of all) {
    for (const finding of result.findings)
      keepShorter(findings, `${finding.rule} @ ${finding.place}`, finding);
    for (const witness of result.witnesses) keepShorter(witnesses, witness.property, witness);
  }
  return {
    ...last,
    found: { ...last.found, findings: [...findings.values()], witnesses: [...witnesses.values()] },
    shortest: new Set(all.flatMap(({ shortest }) => [...shortest])),
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
