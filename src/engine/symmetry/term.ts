/**
 * Expressions with the sort of every constant, so that they can be read under a renaming and compared.
 *
 * Two terms are the same if their texts are; the parts of a commutative operator are put in order, so that `or` over the
 * threads is the same text whichever threads change places.
 */
import type { Place, Sorts } from "./sorts.ts";

export type Term =
  | { readonly kind: "constant"; readonly value: number; readonly place: Place }
  /** What a renaming does not touch. */
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "node";
      readonly operator: string;
      readonly parts: readonly Term[];
      /** The order of the parts has no meaning. */
      readonly commutes: boolean;
    };

/** A bijection of values, sort by sort; what is not listed stays. */
export type Renaming = ReadonlyMap<Place, ReadonlyMap<number, number>>;

export const nothingRenamed: Renaming = new Map();

export const fixed = (text: string): Term => ({ kind: "text", text });
export const node = (operator: string, ...parts: readonly Term[]): Term => ({
  ...{ kind: "node", operator, parts, commutes: false },
});
export const together = (operator: string, parts: readonly Term[]): Term => ({
  ...{ kind: "node", operator, parts, commutes: true },
});

export function renamed(renaming: Renaming, sort: Place, value: number): number {
  return renaming.get(sort)?.get(value) ?? value;
}

/** The term after renaming, as text. */
export function textOf(term: Term, sorts: Sorts, renaming: Renaming): string {
  switch (term.kind) {
    case "constant":
      return String(renamed(renaming, sorts.of(term.place), term.value));
    case "text":
      return term.text;
    case "node": {
      const parts = term.parts.map((part) => textOf(part, sorts, renaming));
      return `${term.operator}(${(term.commutes ? parts.sort() : parts).join(", ")})`;
    }
  }
}
