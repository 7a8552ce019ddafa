/**
 * Which search a Program gets. Small ones are searched in full, so that their counts are exact. A larger one is first
 * tried by reduction; what that leaves open, the full search decides as far as the limits allow.
 */
import { search } from "../engine/explicit/search.ts";
import { searchReduced } from "../engine/reduction/reduced-search.ts";
import type { Finding, SearchOptions, SearchResult } from "../engine/result.ts";
import type { Program } from "../ir/program.ts";
import { severityOf } from "../ir/rules.ts";

/** States up to which `auto` searches in full before it tries a reduction; counted, never timed. */
const FULL_STATES = 50_000;

/** States of the reduced graph after which it is given up. */
const REDUCED_STATES = 300_000;

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
  if (second?.found.complete) return withFindings(second, first.findings);
  return withFindings(full(program, options), second?.found.findings ?? []);
}

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

/** With what another search found, whose schedule is taken where it is the shorter one. */
function withFindings({ found, reductions }: Searched, others: readonly Finding[]): Searched {
  const keyOf = ({ rule, place }: Finding): string => `${rule} @ ${place}`;
  const best = new Map(others.map((finding) => [keyOf(finding), finding]));
  for (const finding of found.findings) {
    const other = best.get(keyOf(finding));
    if (!other || finding.schedule.length < other.schedule.length)
      best.set(keyOf(finding), finding);
  }
  return { found: { ...found, findings: [...best.values()] }, reductions };
}
