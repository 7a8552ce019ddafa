/**
 * Exhaustive search that keeps one state of each orbit: states that differ only in which of several interchangeable
 * threads is where, and in what is theirs.
 *
 * Everything that the explicit engine answers, it answers too, of the Program and not of its representatives: the same
 * rules at the same places, the same depths, shortest runs that replay, and exact counts of interleavings. Which thread of
 * a family a finding names may differ, and `onTerminal` is given representatives.
 */
import type { Program } from "../../ir/program.ts";
import { search } from "../explicit/search.ts";
import { type Tuning, usualTuning } from "../explicit/visited.ts";
import type { SearchOptions, SearchResult } from "../result.ts";
import { type Symmetry, symmetryOf } from "./automorphisms.ts";
import { orbitQuotient } from "./quotient.ts";

export interface Orbits {
  /** Its `statistics.states` counts orbits. */
  readonly found: SearchResult;
  /** Without families, every state was its own orbit, and the search was the explicit engine's own. */
  readonly symmetry: Symmetry;
}

export function orbitsOf(
  program: Program,
  options: SearchOptions,
  tuning: Tuning = usualTuning,
): Orbits {
  const symmetry = symmetryOf(program);
  if (symmetry.families.length === 0) return { found: search(program, options, tuning), symmetry };
  const found = search(program, options, tuning, (machine, rare) =>
    orbitQuotient(program, symmetry, machine, rare),
  );
  return { found, symmetry };
}
