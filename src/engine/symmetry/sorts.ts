/**
 * Sorts: which places of a Program hold values of one kind, so that a renaming must treat them alike.
 *
 * Two places are of one sort if a value goes from one to the other or the two are compared. The discipline is that of
 * scalarsets (Ip and Dill, "Better verification through symmetry", 1996): a value that is added, or compared by `<`, is a
 * number, and numbers are never renamed. Ours is inferred where theirs is declared.
 */

/** Name of a place whose sort is asked for. */
export type Place = string;

/** Values that may be calculated with. */
export const numbers: Place = "number";
/** Thread numbers, and 0 for nobody. */
export const threadNumbers: Place = "thread";
/** What the cells of a variable hold, and what they are found by. */
export const valuesOf = (variable: string): Place => `values of ${variable}`;
export const indicesOf = (variable: string): Place => `indices of ${variable}`;
export const localOf = (graph: string, local: string): Place =>
  `local ${JSON.stringify([graph, local])}`;
/** References to blocks whose waiters are looked for when one is freed. */
export const blocksOf = (block: string): Place => `blocks of ${block}`;
/** References of one kind, where the Program asks whether one is held. */
export const referencesTo = (kind: string): Place => `references to ${kind}`;

/** A partition of places that only grows coarser (union by path halving). */
export class Sorts {
  private readonly parents = new Map<Place, Place>();
  private named = 0;

  /** A place of which nothing is known. */
  fresh(): Place {
    this.named += 1;
    return `expression ${this.named}`;
  }

  unite(one: Place, other: Place): void {
    const [left, right] = [this.of(one), this.of(other)];
    if (left === right) return;
    // The sort of numbers keeps its name.
    if (left === numbers) this.parents.set(right, left);
    else this.parents.set(left, right);
  }

  /** The place that stands for the sort. */
  of(place: Place): Place {
    let at = place;
    for (let parent = this.parents.get(at); parent !== undefined; parent = this.parents.get(at)) {
      const above = this.parents.get(parent);
      if (above !== undefined) this.parents.set(at, above);
      at = parent;
    }
    return at;
  }
}
