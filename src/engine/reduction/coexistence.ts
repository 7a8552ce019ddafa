/**
 * Which locations of two threads can be occupied at the same time, and what holds there.
 *
 * The least fixed point of: a thread's own steps carry its knowledge along; a created thread knows what its creator
 * knew; and another thread's step changes what is known at a location, if both can stand where they stand at once, that
 * is, if what they know does not contradict. That one relation is lock sets, fork and join, and phases at the same time;
 * there is no word for any of them here (design after Flanagan and Qadeer, Thread-Modular Model Checking, 2003; the
 * abstract domain is sets of values of clusters, without relations between clusters).
 */
import type { Outcome } from "../../ir/compose.ts";
import { ENDED } from "../../ir/program.ts";
import { contains, stored } from "../../ir/type.ts";
import { type Case, CaseSplitter, type Fixed, type Knowledge, putIn } from "./cases.ts";
import { Clusters } from "./clusters.ts";
import { Relations } from "./relations.ts";
import type { SideConditions } from "./side-conditions.ts";
import { type Code, type CodeStep, type ThreadCode, Wild } from "./thread-code.ts";
import { type Touched, touchedBy } from "./touched.ts";
import { ANY, type ValueSet } from "./value-set.ts";

/** Rounds after which the analysis gives up; each adds at least one value somewhere. */
const ROUNDS_MAX = 200;

/** The same, of passes over own steps alone. */
const PASSES_MAX = 2000;

const UNSETTLED = "the analysis of values does not settle";

/** Splits into cases between two looks at interruption. */
const ASK_EVERY = 512;

/** Knowledge of one thread at one location, and when it last grew. */
interface Entry {
  readonly thread: number;
  readonly location: string;
  readonly number: number;
  /** What its steps do that others can see. */
  readonly visible: readonly Outcome[];
  /** By cluster. */
  readonly known: (ValueSet | undefined)[];
  version: number;
  /** By cluster: the version that last changed it. */
  readonly changed: Int32Array;
  /** Version whose own steps were taken. */
  stepped: number;
  /** For each other entry, by its number: the version of all when it last interfered; nothing while they contradict. */
  readonly met: (number | undefined)[];
}

/** A set made of each cluster that a step writes, by its number. */
type News = readonly { readonly cluster: number; readonly set: ValueSet }[];

export class Coexistence {
  readonly clusters: Clusters;
  private readonly code: Code;
  private readonly splitter: CaseSplitter;
  private readonly relations: Relations;
  private readonly entries: readonly Map<string, Entry>[];
  private readonly all: Entry[] = [];
  private readonly slims = new WeakMap<
    Outcome,
    { readonly own: Outcome; readonly visible: Outcome }
  >();
  private readonly splits = new WeakMap<Outcome, Map<string, readonly Case[]>>();
  private readonly touches = new WeakMap<Outcome, Touched>();
  private readonly pairs = new Map<number, Knowledge | undefined>();
  /** By cluster: enough for a lock's states by owner, and for a thread's; counters soon are anything. */
  private readonly tuplesMax: readonly number[];
  private version = 0;
  private readonly interrupted: () => string | undefined;
  private asked = 0;

  /** `interrupted` is asked now and then; an answer ends the analysis. */
  constructor(code: Code, interrupted: () => string | undefined, dropped: SideConditions) {
    this.code = code;
    this.interrupted = interrupted;
    this.clusters = new Clusters(code);
    this.splitter = new CaseSplitter(this.clusters);
    const threads = code.threads.length;
    this.tuplesMax = this.clusters.cells.map(({ length }) =>
      length === 1 ? threads + 2 : 3 * threads + 4,
    );
    this.entries = code.threads.map(() => new Map());
    this.relations = new Relations(this.clusters, this.tuplesMax);
    for (const thread of code.threads)
      this.learnAll(thread.number, thread.start, this.clusters.initial);
    for (let round = 0, before = -1; this.version + this.relations.version !== before; round += 1) {
      if (round > ROUNDS_MAX) throw new Wild(UNSETTLED);
      before = this.version + this.relations.version;
      this.allOwnSteps();
      if (dropped.has("interference")) continue;
      for (const entry of [...this.all]) this.interference(entry);
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
    const mine = this.entries[one - 1]?.get(here);
    const theirs = this.entries[other - 1]?.get(there);
    if (!mine || !theirs) return undefined;
    const key = mine.number * this.all.length + theirs.number;
    if (this.pairs.has(key)) return this.pairs.get(key);
    const made = this.both(mine.known, theirs.known);
    this.pairs.set(key, made);
    return made;
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
    return this.splitter.cases(outcome, known);
  }

  /** The outcome in one of its cases. */
  putIn(outcome: Outcome, fixed: Fixed): Outcome {
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

  private both(mine: Knowledge, theirs: Knowledge): Knowledge | undefined {
    const both: (ValueSet | undefined)[] = [];
    for (let cluster = 0; cluster < this.clusters.count; cluster += 1) {
      const own = mine[cluster];
      const set = theirs[cluster];
      if (own === undefined || set === undefined) {
        both.push(own ?? set);
        continue;
      }
      const common = this.clusters.sets.met(own, set);
      if (common === undefined) return undefined;
      both.push(common);
    }
    return both;
  }

  private entry(thread: number, location: string): Entry {
    const old = this.entries[thread - 1]?.get(location);
    if (old) return old;
    const known = new Array<ValueSet | undefined>(this.clusters.count).fill(undefined);
    const steps = this.code.threads[thread - 1]?.locations.get(location)?.steps ?? [];
    const visible = steps
      .map(({ outcome }) => this.slim(outcome).visible)
      .filter(({ updates }) => updates.length > 0);
    const number = this.all.length;
    const changed = new Int32Array(this.clusters.count);
    const base = { thread, location, number, visible, known, changed };
    const made: Entry = { ...base, version: 0, stepped: -1, met: [] };
    this.entries[thread - 1]?.set(location, made);
    this.all.push(made);
    this.grow(made);
    return made;
  }

  /** Every change has a version of its own, counted over all entries. */
  private grow(entry: Entry): void {
    this.version += 1;
    entry.version = this.version;
  }

  /** Adds all that is known, but for the locals of other threads. */
  private learnAll(thread: number, location: string, known: Knowledge): void {
    const entry = this.entry(thread, location);
    for (let cluster = 0; cluster < this.clusters.count; cluster += 1) {
      const owner = this.clusters.thread[cluster];
      const set = known[cluster];
      if (set !== undefined && (owner === 0 || owner === thread)) this.join(entry, cluster, set);
    }
  }

  private join(entry: Entry, cluster: number, set: ValueSet): void {
    const old = entry.known[cluster];
    const now = this.clusters.sets.joined(old, set, this.tuplesMax[cluster] ?? 0);
    if (now === old) return;
    entry.known[cluster] = now;
    this.grow(entry);
    entry.changed[cluster] = this.version;
  }

  /** Own steps alone, until nothing changes: entries that they add are gone through too. */
  private allOwnSteps(): void {
    for (let pass = 0, before = -1; this.version + this.relations.version !== before; pass += 1) {
      if (pass > PASSES_MAX) throw new Wild(UNSETTLED);
      before = this.version + this.relations.version;
      for (let number = 0; number < this.all.length; number += 1)
        this.ownSteps(this.all[number] as Entry);
    }
  }

  private ownSteps(entry: Entry): void {
    const seen = entry.version + this.relations.version;
    if (entry.stepped === seen) return;
    entry.stepped = seen;
    const thread = this.code.threads[entry.thread - 1] as ThreadCode;
    for (const step of thread.locations.get(entry.location)?.steps ?? []) {
      if (!step.outcome.fatal && step.outcome.limit === undefined) this.ownStep(entry, step);
    }
  }

  private ownStep({ thread, known }: Entry, step: CodeStep): void {
    const { own } = this.slim(step.outcome);
    const cases = this.casesOf(own, known).filter(({ fixed }) => this.relations.isPossible(fixed));
    if (cases.length === 0) return;
    for (const each of cases) this.relate(each, known);
    const { all } = this.touched(own);
    // What the step does not touch stays as it is, but for what goes with a subject's value.
    const relates = cases.some(({ fixed }) => this.relations.speaksOf(fixed));
    const after = known.map((set, cluster) =>
      set === undefined || (!relates && !all.has(cluster))
        ? set
        : this.joinedOver(cases, cluster, (each) => this.afterOne(each, cluster, set)),
    );
    // The locals of a thread that is started have no set here before.
    for (const { cell } of cases[0]?.writes ?? []) {
      const cluster = this.clusters.clusterOf[cell] ?? 0;
      after[cluster] ??= this.joinedOver(cases, cluster, (each) => this.afterCase(each, cluster));
    }
    this.learnAll(thread, step.to, after);
    for (const child of step.starts) this.learnAll(child, this.entryOf(child), after);
  }

  /** What a cluster may be after the step, in all its cases together. */
  private joinedOver(
    cases: readonly Case[],
    cluster: number,
    after: (each: Case) => ValueSet | undefined,
  ): ValueSet {
    let all: ValueSet | undefined;
    for (const each of cases)
      all = this.clusters.sets.joined(all, after(each) ?? ANY, this.tuplesMax[cluster] ?? 0);
    return all ?? ANY;
  }

  /** What a case leaves in a cluster, of which it found `before`. */
  private afterOne(each: Case, cluster: number, before: ValueSet): ValueSet {
    return this.afterCase(each, cluster) ?? this.relations.narrowed(each.fixed, cluster, before);
  }

  /** Notes what a case makes of pairs of a subject and another cluster, of which it writes one at least. */
  private relate(each: Case, known: Knowledge): void {
    const written = new Set(each.writes.map(({ cell }) => this.clusters.clusterOf[cell] ?? 0));
    if (![...written].some((cluster) => cluster < this.clusters.shared)) return;
    const after = (cluster: number): ValueSet =>
      this.afterOne(each, cluster, known[cluster] ?? ANY);
    for (const subject of [...this.relations.subjects()]) {
      const values = after(subject);
      for (let cluster = 0; cluster < this.clusters.shared; cluster += 1) {
        if (written.has(subject) || written.has(cluster))
          this.relations.note(subject, values, cluster, after(cluster));
      }
    }
  }

  private interference(entry: Entry): void {
    for (const other of this.all) {
      if (other.thread === entry.thread || other.visible.length === 0) continue;
      const before = entry.met[other.number];
      if (before !== undefined && entry.version <= before && other.version <= before) continue;
      this.interferes(entry, other, before);
    }
  }

  /** What the other thread's steps change here, if they touch anything that is new on either side since `before`. */
  private interferes(entry: Entry, other: Entry, before: number | undefined): void {
    if (before === undefined && !this.agree(entry.known, other.known)) return;
    entry.met[other.number] = this.version;
    for (const outcome of other.visible) {
      if (before !== undefined && !this.isNew(outcome, entry, other, before)) continue;
      const both = this.both(other.known, entry.known);
      for (const { cluster, set } of both ? this.newsOf(outcome, both) : [])
        this.join(entry, cluster, set);
    }
  }

  private isNew(outcome: Outcome, one: Entry, other: Entry, since: number): boolean {
    for (const cluster of this.touched(outcome).all) {
      if ((one.changed[cluster] ?? 0) > since || (other.changed[cluster] ?? 0) > since) return true;
    }
    return false;
  }

  /** Whether no cluster contradicts: then none ever will, since sets only grow. */
  private agree(mine: Knowledge, theirs: Knowledge): boolean {
    for (let cluster = 0; cluster < this.clusters.shared; cluster += 1) {
      const one = mine[cluster];
      const other = theirs[cluster];
      if (one === other || one === ANY || other === ANY) continue;
      if (one === undefined || other === undefined) continue;
      if (this.clusters.sets.met(one, other) === undefined) return false;
    }
    return true;
  }

  /** The cases of an outcome; they depend on the clusters that it touches only, and are remembered by what is known of them. */
  private casesOf(outcome: Outcome, known: Knowledge): readonly Case[] {
    let key = "";
    for (const cluster of this.touched(outcome).all) key += `${known[cluster]?.id ?? -1} `;
    const memory = this.splits.get(outcome) ?? new Map<string, readonly Case[]>();
    this.splits.set(outcome, memory);
    const made = memory.get(key) ?? this.cases(outcome, known);
    memory.set(key, made);
    return made;
  }

  /** The sets that a step leaves in the clusters that it writes; nothing, if it cannot happen. */
  private newsOf(outcome: Outcome, known: Knowledge): News {
    const cases = this.casesOf(outcome, known);
    const written = new Set(
      cases.flatMap(({ writes }) => writes.map(({ cell }) => this.clusters.clusterOf[cell] ?? 0)),
    );
    return [...written].map((cluster) => ({
      cluster,
      set: this.joinedOver(
        cases,
        cluster,
        (each) => this.afterCase(each, cluster) ?? known[cluster],
      ),
    }));
  }

  /** What a case leaves in a cluster; nothing if it neither reads nor writes it. */
  private afterCase({ fixed, writes }: Case, cluster: number): ValueSet | undefined {
    const { clusterOf, positionOf, typeOf, cells, sets } = this.clusters;
    const before = fixed.get(cluster);
    const own = writes.filter(({ cell }) => clusterOf[cell] === cluster);
    if (own.length === 0) return before && sets.of([before]);
    const tuple = [...(before ?? [])];
    for (const { cell, value } of own) {
      const type = typeOf[cell];
      const result = value === undefined || !type ? undefined : stored(type, value);
      // What leaves its range is no state; the search sees it if it happens.
      if (result === undefined || !type || !contains(type, result)) return ANY;
      tuple[positionOf[cell] ?? 0] = result;
    }
    const isWhole = before !== undefined || own.length >= (cells[cluster]?.length ?? 0);
    return isWhole ? sets.of([tuple]) : ANY;
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

  private entryOf(thread: number): string {
    const code = this.code.threads[thread - 1];
    return [...(code?.locations.keys() ?? [])][0] ?? ENDED;
  }
}
