/**
 * Random walks: a hunt for violations that lie too deep for a breadth-first search.
 *
 * Walks differ in how they choose the next step, since no way is good at everything: any step alike; one thread for long,
 * which is how real schedulers run (few preemptions, as in Burckhardt et al., A Randomized Scheduler with Probabilistic
 * Guarantees of Finding Bugs, 2010); and with threads held back before accesses that may conflict, until another thread
 * comes to meet them (after Sen, Race Directed Random Testing of Concurrent Programs, 2008). Every state on the way is judged
 * like a state of the full search. The seed and a number of steps decide everything; no clock does.
 */
import type { Program } from "../../ir/program.ts";
import { createRandom, type Random } from "../../support/random.ts";
import type { Finding, SearchOptions, SearchResult, Witness } from "../result.ts";
import { type RaceMasks, raceMasks } from "./race-pairs.ts";
import { retraced, type Taken } from "./retrace.ts";
import { initialWords, locationIndex } from "./state-words.ts";
import { stepOfTag, threadOfTag } from "./tag.ts";
import { usualTuning } from "./visited.ts";
import { prepare, type SteppedWork } from "./work.ts";

export interface HuntOptions {
  readonly seed: number;
  /** Steps of all walks together. */
  readonly steps: number;
  /** Steps of one walk at most: a program may run for ever. */
  readonly stepsOfWalk: number;
}

/** What walks came across. Never complete: that nothing was found says nothing. */
export function hunt(program: Program, options: SearchOptions, bounds: HuntOptions): SearchResult {
  return new Hunt(program, options, bounds).run();
}

/** How a walk chooses: one of these in turn. */
const MANNERS = ["any", "stay", "meet"] as const;
type Manner = (typeof MANNERS)[number];

/** One in so many choices breaks a manner's habit. */
const ODDS = 16;

/** Steps between two looks at interruption. */
const pollEvery = 4096;

class Hunt {
  private readonly work: SteppedWork;
  private readonly random: Random;
  private readonly bounds: HuntOptions;
  private readonly masks: RaceMasks;
  private readonly taken: Taken[][] = [];
  private steps = 0;
  private longest = 0;

  constructor(program: Program, options: SearchOptions, bounds: HuntOptions) {
    this.work = prepare(program, options, { ...usualTuning, batch: 1 });
    this.random = createRandom(bounds.seed);
    this.bounds = bounds;
    this.masks = raceMasks(this.work.machine.layout);
  }

  run(): SearchResult {
    const { options, findings } = this.work;
    let reason: string | undefined;
    for (let walk = 0; reason === undefined && this.steps < this.bounds.steps; walk += 1) {
      this.walk(MANNERS[walk % MANNERS.length] ?? "any");
      reason = findings.satisfied() ? firstReason : options.interrupted();
    }
    return this.result(reason ?? `${this.steps} steps of random walks were taken`);
  }

  private walk(manner: Manner): void {
    const { machine, watch, findings, options } = this.work;
    const { source, successors, stride, layout } = machine;
    const path: Taken[] = [];
    source.set(initialWords(layout));
    let last = 0;
    while (path.length < this.bounds.stepsOfWalk && this.steps < this.bounds.steps) {
      const known = findings.size() + watch.witnesses.size;
      watch.firstState = this.taken.length;
      const end = machine.expand(0, 1);
      if (findings.size() + watch.witnesses.size > known) this.taken.push([...path]);
      if (end === 0 || findings.satisfied()) break;
      const o = this.choice(manner, end, last) * stride;
      const tag = successors[o + layout.words] ?? 0;
      last = threadOfTag(tag);
      path.push({ thread: last, step: stepOfTag(tag) });
      source.set(successors.subarray(o, o + layout.words));
      // A walk has at least one step, so that walks come to an end.
      this.steps += 1;
      if (this.steps % pollEvery === 0 && options.interrupted() !== undefined) break;
    }
    this.steps += 1;
    this.longest = Math.max(this.longest, path.length);
  }

  /** Which of the successors up to `end` is taken. */
  private choice(manner: Manner, end: number, last: number): number {
    const { stride, successors, layout } = this.work.machine;
    const count = end / stride;
    if (count === 1) return 0;
    const any = this.random.next(count);
    if (manner === "any" || this.random.next(ODDS) === 0) return any;
    for (let tried = 0; tried < count; tried += 1) {
      const index = (any + tried) % count;
      const thread = threadOfTag(successors[index * stride + layout.words] ?? 0);
      if (manner === "stay" ? thread === last : !this.isHeldBack(thread)) return index;
    }
    return any;
  }

  /** Whether the thread stands before an access that may conflict. */
  private isHeldBack(thread: number): boolean {
    const { source, layout } = this.work.machine;
    const own = layout.threads[thread - 1];
    if (!own) return false;
    return this.masks[thread - 1]?.[locationIndex(source, 0, own)] !== undefined;
  }

  private result(stopReason: string): SearchResult {
    const { program, machine, rare, watch, findings, visited } = this.work;
    watch.mute();
    const schedule = (walk: number, last: readonly Taken[] = []) =>
      retraced(machine, rare, [...(this.taken[walk] ?? []), ...last]);
    return {
      complete: false,
      stopReason,
      limits: [...watch.limits].sort(),
      statistics: {
        states: this.steps,
        transitions: this.steps,
        depth: this.longest,
        bytesPeak: machine.bytes + visited.bytesPeak(),
        bytesPerState: 0,
      },
      findings: findings.all().map(({ violation, threads, state, step }): Finding => {
        const last = step === undefined ? [] : [{ thread: threads[0] ?? 0, step }];
        const made = state === undefined ? [] : schedule(state, last);
        return { ...violation, threads, schedule: made, depth: made.length };
      }),
      witnesses: [...watch.witnesses].map(([index, state]): Witness => {
        return { property: program.properties[index]?.name ?? "", schedule: schedule(state) };
      }),
      ends: watch.ends,
    };
  }
}

const firstReason = "the search was asked to stop at the first finding";
