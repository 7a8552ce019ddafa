/**
 * Sets of values, each made once: equal sets are the same object, so that joining, meeting and comparing are look-ups.
 */

export const ANY = "any";

/** Tuples of a cluster's cells, by their text; or everything. */
export type ValueSet = ReadonlyMap<string, readonly number[]> | typeof ANY;

/** Larger than any number of sets that an analysis makes. */
const IDS = 2 ** 24;

export class ValueSets {
  private readonly known = new Map<string, ValueSet>();
  private readonly ids = new Map<ValueSet, number>([[ANY, 0]]);
  private readonly joins = new Map<number, ValueSet>();
  private readonly meets = new Map<number, ValueSet | undefined>();

  /** The set of these tuples. */
  of(tuples: Iterable<readonly number[]>): ValueSet {
    const map = new Map([...tuples].map((tuple) => [tuple.join(), tuple]));
    const key = [...map.keys()].sort().join("|");
    const old = this.known.get(key);
    if (old) return old;
    this.known.set(key, map);
    this.ids.set(map, this.ids.size);
    return map;
  }

  /** A number that two sets share only if they are equal. */
  id(set: ValueSet | undefined): number {
    return set === undefined ? -1 : (this.ids.get(set) ?? -1);
  }

  /** Both sets together, or everything if they are more than `most`. */
  joined(one: ValueSet | undefined, other: ValueSet, most: number): ValueSet {
    if (one === undefined || one === other) return other;
    if (one === ANY || other === ANY) return ANY;
    const key = this.id(one) * IDS + this.id(other);
    const old = this.joins.get(key);
    if (old) return old;
    const all = this.of([...one.values(), ...other.values()]);
    const made = all !== ANY && all.size > most ? ANY : all;
    this.joins.set(key, made);
    return made;
  }

  /** What both sets allow; nothing if that is nothing. */
  met(one: ValueSet, other: ValueSet): ValueSet | undefined {
    if (one === other || other === ANY) return one;
    if (one === ANY) return other;
    const key = this.id(one) * IDS + this.id(other);
    if (this.meets.has(key)) return this.meets.get(key);
    const common = [...one].filter(([text]) => other.has(text)).map(([, tuple]) => tuple);
    const made = common.length === 0 ? undefined : this.of(common);
    this.meets.set(key, made);
    return made;
  }
}
