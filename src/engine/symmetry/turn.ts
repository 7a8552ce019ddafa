/**
 * Permutations of members, as arrays: member m goes to the place of member `turn[m]`. And what they do to threads.
 */
import { type Family, permutation, type Symmetry } from "./automorphisms.ts";
import type { Renaming } from "./term.ts";

export type Turn = Int32Array;

export const membersOf = (families: readonly Family[]): readonly number[] =>
  families.flatMap(({ threads }) => threads);

export const noTurn = (members: number): Turn => Int32Array.from({ length: members }, (_, m) => m);

/** First `earlier`, then `later`. */
export const followed = (earlier: Turn, later: Turn): Turn =>
  earlier.map((place) => later[place] ?? place);

export function inverse(turn: Turn): Turn {
  const back = new Int32Array(turn.length);
  for (const [member, place] of turn.entries()) back[place] = member;
  return back;
}

/** Where each thread goes, by number; the element 0 is nobody. */
export function threadsAfter(families: readonly Family[], turn: Turn, threads: number): Int32Array {
  const members = membersOf(families);
  const after = Int32Array.from({ length: threads + 1 }, (_, number) => number);
  for (const [member, place] of turn.entries()) after[members[member] ?? 0] = members[place] ?? 0;
  return after;
}

/** The turn as a renaming of values. */
export function renamingOf({ families }: Symmetry, turn: Turn): Renaming {
  let first = 0;
  const places = families.map(({ threads }) => {
    const own = threads.map((_, index) => (turn[first + index] ?? 0) - first);
    first += threads.length;
    return own;
  });
  return permutation(families, places);
}
