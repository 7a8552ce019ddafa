/**
 * Which locations of two threads can be occupied at the same time, and what holds there.
 *
 * The least fixed point of: a thread's own steps carry its knowledge along; a created thread knows what its creator
 * knew; and another thread's step changes what is known at a location, if both can stand where they stand at once, that
 * is, if what they know does not contradict. That one relation is lock sets, fork and join, and phases at the same time;
 * there is no word for any of them here (design after Flanagan and Qadeer, Thread-Modular Model Checking, 2003).
 */
import type { Outcome } from "../../ir/compose.ts";
import { ENDED } from "../../ir/program.ts";
import { type Code, type CodeStep, type ThreadCode, Wild } from "./thread-code.ts";
import type { ValueSet } from "./value-set.ts";
import {
  afterCase,
  type Case,
  Clusters,
  casesOf,
  type Knowledge,
  putIn,
  type Touched,
  touchedBy,
} from "./values.ts";

/** Rounds after which the analysis gives up; each adds at least one value somewhere. */
const ROUNDS_MAX = 200;

/** Splits into cases between two looks at interruption. */
const ASK_EVERY = 512;

/** Knowledge of one thread at one location, and when it last grew. */
interface Entry {
  readonly known: Map<string, ValueSet>;
  version: number;
}

export class Coexistence {
  readonly clusters: Clusters;
  private readonly code: Code;
  private readonly entries: readonly Map<string, Entry>[];
  private readonly seen = new Map<string, string>();
  private readonly slims = new WeakMap<
    Outcome,
    { readonly own: Outcome; readonly visible: Outcome }
  >();
  private readonly news = new WeakMap<
    Outcome,
    Map<string, ReadonlyMap<string, ValueSet> | undefined>
  >();
  private readonly touches = new WeakMap<Outcome, Touched>();
  /** Enough for a lock's states by owner, and for a thread's; counters soon are anything. */
  private readonly tuplesMax: number;
  private version = 0;
  private readonly interrupted: () => string | undefined;
  private asked = 0;

  /** `interrupted` is asked now and then; an answer ends the analysis. */
  constructor(code: Code, interrupted: () => string | undefined) {
    this.code = code;
    this.interrupted = interrupted;
    this.clusters = new Clusters(code.program);
    this.tuplesMax = 3 * code.threads.length + 4;
    this.entries = code.threads.map(() => new Map());
    for (const thread of code.threads) {
      const locals = new Map(
        [...thread.locals].map(([variable, value]) => [
          `${variable}[0]`,
          this.clusters.sets.of([[value]]),
        ]),
      );
      this.learn(thread.number, thread.start, new Map([...this.clusters.initial, ...locals]));
    }
    for (let round = 0, before = -1; this.version !== before; round += 1) {
      if (round > ROUNDS_MAX) throw new Wild("the analysis of values does not settle");
      before = this.version;
      for (const thread of code.threads) this.ownSteps(thread);
      for (const thread of code.threads) this.interference(thread);
    }
  }

  /** What a thread knows at a location; nothing if it never gets there. */
  at(thread: number, location: string): Knowledge | undefined {
    return this.entries[thread - 1]?.get(location)?.known;
  }

  /** The locations that a thread may stand at, UNBORN and ENDED included. */
  locations(thread: number): readonly string[] {
    return [...(this.entries[thread - 1]?.keys() ?? [])];
  }

  /** What holds when both stand there; nothing if they never do. Both threads' locals are in it. */
  together(one: number, here: string, other: number, there: string): Knowledge | undefined {
    const mine = this.at(one, here);
    const theirs = this.at(other, there);
    if (!mine || !theirs) return undefined;
    const both = new Map(mine);
    for (const [cluster, set] of theirs) {
      const own = mine.get(cluster);
      const common = own === undefined ? set : this.clusters.sets.met(own, set);
      if (common === undefined) return undefined;
      both.set(cluster, common);
    }
    return both;
  }

  /** The cases of an outcome; a Program with one that cannot be split into cases is wild. */
  cases(outcome: Outcome, known: Knowledge): readonly Case[] {
    const cases = this.casesIfFew(outcome, known);
    if (!cases) throw new Wild("a step has too many cases");
    return cases;
  }

  /** The cases of an outcome; nothing if they are too many, or an index is not known. */
  casesIfFew(outcome: Outcome, known: Knowledge): readonly Case[] | undefined {
    // Everything that takes time here, and in the passes that follow, splits steps into cases.
    this.asked += 1;
    const reason = this.asked % ASK_EVERY === 0 ? this.interrupted() : undefined;
    if (reason !== undefined) throw new Wild(reason);
    return casesOf(outcome, known, this.clusters);
  }

  /** The outcome in one of its cases. */
  putIn(outcome: Outcome, fixed: Case["fixed"]): Outcome {
    return putIn(outcome, fixed, this.clusters);
  }

  /** Clusters that an outcome writes, and all that it reads or writes. */
  touched(outcome: Outcome): Touched {
    const known = this.touches.get(outcome);
    if (known) return known;
    const made = touchedBy(outcome, this.clusters);
    this.touches.set(outcome, made);
    return made;
  }

  private learn(thread: number, location: string, news: ReadonlyMap<string, ValueSet>): void {
    const entries = this.entries[thread - 1];
    if (!entries) return;
    const entry = entries.get(location) ?? { known: new Map<string, ValueSet>(), version: 0 };
    let grown = !entries.has(location);
    for (const [cluster, set] of news) {
      const old = entry.known.get(cluster);
      const now = this.clusters.sets.joined(old, set, this.tuplesMax);
      if (now === old) continue;
      entry.known.set(cluster, now);
      grown = true;
    }
    entries.set(location, entry);
    if (!grown) return;
    this.version += 1;
    entry.version = this.version;
  }

  private ownSteps(thread: ThreadCode): void {
    for (const location of this.locations(thread.number)) {
      const known = this.at(thread.number, location);
      const version = this.versionOf(thread.number, location);
      const key = `${thread.number} ${location}`;
      if (!known || this.seen.get(key) === String(version)) continue;
      this.seen.set(key, String(version));
      for (const step of thread.locations.get(location)?.steps ?? []) {
        if (!step.outcome.fatal && step.outcome.limit === undefined)
          this.ownStep(thread.number, known, step);
      }
    }
  }

  private ownStep(thread: number, known: Knowledge, step: CodeStep): void {
    const { own } = this.slim(step.outcome);
    const news = this.newsOf(
      own,
      (cluster) => known.get(cluster),
      () => known,
    );
    if (!news) return;
    const after = new Map([...known, ...news]);
    this.learn(thread, step.to, onlyOf(thread, after));
    for (const child of step.starts) this.learn(child, this.entryOf(child), onlyOf(child, after));
  }

  private interference(thread: ThreadCode): void {
    for (const here of this.locations(thread.number)) {
      for (const other of this.code.threads) {
        if (other.number === thread.number) continue;
        for (const there of this.locations(other.number))
          this.interferes(thread.number, here, other, there);
      }
    }
  }

  private interferes(thread: number, here: string, other: ThreadCode, there: string): void {
    const steps = other.locations.get(there)?.steps ?? [];
    if (steps.length === 0) return;
    const key = `${thread} ${here} ${other.number} ${there}`;
    const versions = `${this.versionOf(thread, here)} ${this.versionOf(other.number, there)}`;
    if (this.seen.get(key) === versions) return;
    this.seen.set(key, versions);
    const mine = this.at(thread, here);
    const theirs = this.at(other.number, there);
    if (!mine || !theirs || !this.agree(mine, theirs)) return;
    const met = (cluster: string): ValueSet | undefined => {
      const set = theirs.get(cluster);
      const own = mine.get(cluster);
      return set === undefined || own === undefined
        ? (set ?? own)
        : this.clusters.sets.met(own, set);
    };
    const both = (): Knowledge => this.together(other.number, there, thread, here) ?? theirs;
    for (const { outcome } of steps) {
      const { visible } = this.slim(outcome);
      if (visible.updates.length === 0) continue;
      const news = this.newsOf(visible, met, both);
      if (news) this.learn(thread, here, this.onlyWritten(visible, news));
    }
  }

  /** Whether no cluster contradicts. */
  private agree(mine: Knowledge, theirs: Knowledge): boolean {
    for (const cluster of this.clusters.shared()) {
      const one = mine.get(cluster);
      const other = theirs.get(cluster);
      if (one === other || one === undefined || other === undefined) continue;
      if (this.clusters.sets.met(one, other) === undefined) return false;
    }
    return true;
  }

  /**
   * What a step makes of the clusters that it touches; nothing, if it cannot happen. That depends on what is known of
   * these clusters only, and is remembered by it.
   */
  private newsOf(
    outcome: Outcome,
    of: (cluster: string) => ValueSet | undefined,
    known: () => Knowledge,
  ): ReadonlyMap<string, ValueSet> | undefined {
    const { sets } = this.clusters;
    const key = [...this.touched(outcome).all].map((cluster) => sets.id(of(cluster))).join();
    const memory =
      this.news.get(outcome) ?? new Map<string, ReadonlyMap<string, ValueSet> | undefined>();
    this.news.set(outcome, memory);
    if (memory.has(key)) return memory.get(key);
    let news: Map<string, ValueSet> | undefined;
    for (const one of this.cases(outcome, known())) {
      news ??= new Map();
      for (const [cluster, set] of afterCase(one, this.clusters, this.code.typeOf)) {
        news.set(cluster, sets.joined(news.get(cluster), set, this.tuplesMax));
      }
    }
    memory.set(key, news);
    return news;
  }

  /** Of what a step makes of clusters, those that it writes. */
  private onlyWritten(
    outcome: Outcome,
    news: ReadonlyMap<string, ValueSet>,
  ): ReadonlyMap<string, ValueSet> {
    const { written } = this.touched(outcome);
    return new Map([...news].filter(([cluster]) => written.has(cluster)));
  }

  /** The outcome without what does not matter to values: all of its writes, and only those that others can see. */
  private slim(outcome: Outcome): { readonly own: Outcome; readonly visible: Outcome } {
    const known = this.slims.get(outcome);
    if (known) return known;
    const stops = outcome.fatal !== undefined || outcome.limit !== undefined;
    const { guards } = outcome;
    const updates = stops ? [] : outcome.updates;
    const shared = updates.filter(
      ({ target }) => target.kind === "cell" && !target.variable.startsWith("@"),
    );
    const base = { starts: [], accesses: [], checks: [] };
    const made = {
      own: { ...base, guards, updates },
      visible: { ...base, guards, updates: shared },
    };
    this.slims.set(outcome, made);
    return made;
  }

  private versionOf(thread: number, location: string): number {
    return this.entries[thread - 1]?.get(location)?.version ?? 0;
  }

  private entryOf(thread: number): string {
    const code = this.code.threads[thread - 1];
    return [...(code?.locations.keys() ?? [])][0] ?? ENDED;
  }
}

/** Without the locals of other threads. */
function onlyOf(thread: number, known: Knowledge): Knowledge {
  return new Map(
    [...known].filter(([cluster]) => !cluster.startsWith("@") || cluster.startsWith(`@${thread}.`)),
  );
}
