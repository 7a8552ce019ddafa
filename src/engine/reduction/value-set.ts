/** Sets of values, each made once: equal sets are the same object, so that joining, meeting and comparing are look-ups. */

/** Tuples of a cluster's cells. `ANY`, the one set without tuples, stands for all of them. */
export interface ValueSet {
  /** 0 for `ANY`, else a number that no other set has. */
  readonly id: number;
  readonly tuples: readonly (readonly number[])[];
  /** The tuples' texts, in order. */
  readonly texts: readonly string[];
}

export const ANY: ValueSet = { id: 0, tuples: [], texts: [] };

/** Larger than any number of sets that an analysis makes. */
const IDS = 2 ** 24;

export class ValueSets {
  private readonly known = new Map<string, ValueSet>();
  private readonly joins = new Map<number, ValueSet>();
  private readonly meets = new Map<number, ValueSet | undefined>();

  /** The set of these tuples; there must be one. */
  of(tuples: Iterable<readonly number[]>): ValueSet {
    const byText = new Map([...tuples].map((tuple) => [tuple.join(), tuple]));
    const texts = [...byText.keys()].sort();
    const key = texts.join("|");
    const old = this.known.get(key);
    if (old) return old;
    const made = {
      id: this.known.size + 1,
      tuples: texts.map((text) => byText.get(text) ?? []),
      texts,
    };
    this.known.set(key, made);
    return made;
  }

  /** Both sets together, or everything if they are more than `most`. */
  joined(one: ValueSet | undefined, other: ValueSet, most: number): ValueSet {
    if (one === undefined || one === other) return other;
    if (one === ANY || other === ANY) return ANY;
    const key = one.id * IDS + other.id;
    const old = this.joins.get(key);
    if (old) return old;
    const all = this.of([...one.tuples, ...other.tuples]);
    const made = all.tuples.length > most ? ANY : all;
    this.joins.set(key, made);
    return made;
  }

  /** What both sets allow; nothing if that is nothing. */
  met(one: ValueSet, other: ValueSet): ValueSet | undefined {
    if (one === other || other === ANY) return one;
    if (one === ANY) return other;
    const key = one.id * IDS + other.id;
    if (this.meets.has(key)) return this.meets.get(key);
    const theirs = new Set(other.texts);
    const common = one.tuples.filter((_, index) => theirs.has(one.texts[index] ?? ""));
    const made = common.length === 0 ? undefined : this.of(common);
    this.meets.set(key, made);
    return made;
  }
}
