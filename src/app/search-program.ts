/**
 * Which search a Program gets. Small ones are searched in full, so that their counts are exact. A larger one is first
 * tried by reduction: a proof settles it; otherwise the full search goes on as far as the limits allow.
 */
import { search } from "../engine/explicit/search.ts";
import { prove } from "../engine/reduction/prove.ts";
import type { SearchOptions, SearchResult } from "../engine/result.ts";
import type { Program } from "../ir/program.ts";
import { severityOf } from "../ir/rules.ts";

/** States up to which `auto` searches in full before it tries a proof; counted, never timed. */
const FULL_STATES = 50_000;

/** States of the reduced graph after which a proof is given up. */
const PROOF_STATES = 1_000_000;

/** What a state of the reduced graph takes, with its key and its edges: about a kilobyte. */
const PROOF_STATE_BYTES = 1024;

export interface Searched {
  readonly found: SearchResult;
  /** Reductions that the result rests on. */
  readonly reductions: readonly string[];
}

export function searchProgram(
  program: Program,
  options: SearchOptions,
  reduce: "auto" | "none",
): Searched {
  const small = Math.min(options.maxStates, FULL_STATES);
  if (reduce === "none" || options.count || options.maxStates <= small) {
    return { found: search(program, options), reductions: [] };
  }
  const { onProgress: _, ...quiet } = options;
  const first = search(program, { ...quiet, maxStates: small });
  // What memory, time or the user ended is over: a proof would only spend more.
  const endedOtherwise = first.statistics.states <= small;
  const isWrong = first.findings.some(({ rule }) => severityOf(rule) === "error");
  if (first.complete || endedOtherwise || (options.first && isWrong))
    return { found: first, reductions: [] };
  // What violates a rule has no proof.
  if (isWrong) return { found: search(program, options), reductions: [] };
  const proof = prove(program, {
    maxStates: Math.min(PROOF_STATES, options.maxStates, options.maxBytes / PROOF_STATE_BYTES),
    interrupted: options.interrupted,
  });
  if (!proof.proved) return { found: search(program, options), reductions: [] };
  const { states, transitions, depth, bytes, ends } = proof;
  return {
    found: {
      complete: true,
      limits: [],
      statistics: { states, transitions, depth, bytesPeak: bytes, bytesPerState: bytes / states },
      // Warnings that the beginning of the full search saw are true, whatever is proved.
      findings: first.findings,
      witnesses: [],
      ends,
    },
    reductions: ["blocks", "persistent-sets"],
  };
}
