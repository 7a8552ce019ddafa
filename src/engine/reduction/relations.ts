/**
 * What holds of other clusters while one has a certain value: "while the outer lock is free, the inner lock is free".
 *
 * Pairs of cluster values over all reachable states, kept for *subjects* only: shared clusters of several cells, such as a
 * lock's owner and depth. A pair is noted in the initial state and after every step that writes one of the two, with what
 * the stepping thread then knows of the other; so the table over-approximates all reachable pairs. A thread that finds the
 * subject at a value learns what goes with it, although other threads had been changing it a moment before.
 */
import type { Fixed } from "./cases.ts";
import type { Clusters } from "./clusters.ts";
import { ANY, type ValueSet } from "./value-set.ts";

/** By cluster, what it may be while the subject has the value that the row stands for. */
type Row = (ValueSet | undefined)[];

export class Relations {
  private readonly clusters: Clusters;
  private readonly tuplesMax: readonly number[];
  /** Rows by subject and by the text of its value. A subject without rows relates to nothing. */
  private readonly rows = new Map<number, Map<string, Row>>();
  /** Grows with every change. */
  version = 0;

  constructor(clusters: Clusters, tuplesMax: readonly number[]) {
    this.clusters = clusters;
    this.tuplesMax = tuplesMax;
    for (let subject = 0; subject < clusters.shared; subject += 1) {
      if ((clusters.cells[subject]?.length ?? 0) < 2) continue;
      const initial = clusters.initial[subject]?.texts[0] ?? "";
      this.rows.set(subject, new Map([[initial, clusters.initial.slice(0, clusters.shared)]]));
    }
  }

  /** Whether one of the clusters is a subject. */
  speaksOf(fixed: Fixed): boolean {
    for (const cluster of fixed.keys()) if (this.rows.has(cluster)) return true;
    return false;
  }

  subjects(): Iterable<number> {
    return this.rows.keys();
  }

  /** Whether the values that a case has put in can be together with each subject's other known company. */
  isPossible(fixed: Fixed): boolean {
    for (const [subject, tuple] of fixed) {
      if (this.rows.get(subject)?.has(tuple.join()) === false) return false;
    }
    return true;
  }

  /** What is left of a set while the subjects among `fixed` have their values; the set itself if that says nothing. */
  narrowed(fixed: Fixed, cluster: number, set: ValueSet): ValueSet {
    let left = set;
    for (const [subject, tuple] of fixed) {
      if (subject === cluster) continue;
      const company = this.rows.get(subject)?.get(tuple.join())?.[cluster];
      if (company === undefined) continue;
      left = this.clusters.sets.met(left, company) ?? left;
    }
    return left;
  }

  /** While the subject is any of `values`, the cluster may be any of `set`. */
  note(subject: number, values: ValueSet, cluster: number, set: ValueSet): void {
    const rows = this.rows.get(subject);
    if (!rows || subject === cluster) return;
    if (values === ANY) {
      this.rows.delete(subject);
      this.version += 1;
      return;
    }
    for (const text of values.texts) {
      const row: Row = rows.get(text) ?? [];
      if (!rows.has(text)) this.version += 1;
      rows.set(text, row);
      const old = row[cluster];
      const now = this.clusters.sets.joined(old, set, this.tuplesMax[cluster] ?? 0);
      if (now === old) continue;
      row[cluster] = now;
      this.version += 1;
    }
  }
}
