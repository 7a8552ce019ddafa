/**
 * Exhaustive search over few representatives of all runs: blocks instead of steps, persistent sets instead of all threads.
 *
 * Blocks are fired step by step by the compiled Program, which judges every state on the way as the full search does: what
 * is found is found in real states, with real schedules. Complete means that each rule at each place was met if any run
 * violates it. Why: let a run lead from a visited state to one that violates something. If it has a block of the
 * persistent set, that block can be put first (Godefroid 1996, chapter 4), and the rest of the run is shorter. If it has
 * none, a block of the set can be fired before the run without changing what is violated at its end (`watched.ts`), and
 * that cannot go on for ever: every cycle of the reduced graph has a state from which all threads are fired, and then the
 * run's own first block is. Blocks stand for their steps by Lipton's argument. Where a chosen block may stop the run, all
 * are fired, since nothing comes after it. Partial deadlocks are kept too: `hopes.ts`.
 *
 * Lock orders are noted as they are met, which may miss some: the caller says so.
 */
import type { Program } from "../../ir/program.ts";
import type { Schedule } from "../../ir/schedule.ts";
import { assert } from "../../support/assert.ts";
import { neverFired } from "../explicit/dead-code.ts";
import { plainViolation } from "../explicit/findings.ts";
import { allHope } from "../explicit/hope.ts";
import { hasSteps, hopeless, threadBit, threadsMax } from "../explicit/partial-deadlock.ts";
import { retraced, type Taken } from "../explicit/retrace.ts";
import { initialWords, isActive, locationIndex } from "../explicit/state-words.ts";
import { stepOfTag, threadOfTag } from "../explicit/tag.ts";
import { usualTuning } from "../explicit/visited.ts";
import { prepare, type SteppedWork } from "../explicit/work.ts";
import type { Finding, SearchOptions, SearchResult, Witness } from "../result.ts";
import { cycleBreakers } from "./cycle-breakers.ts";
import { spreadHopes } from "./hopes.ts";
import {
  type BlockTree,
  type ReducedSystem,
  type Reductions,
  reducedSystem,
} from "./reduced-system.ts";
import { noneDropped, type SideConditions } from "./side-conditions.ts";
import { Wild } from "./thread-code.ts";

export type Reduced =
  | { readonly applies: true; readonly result: SearchResult }
  /** Why the Program is not reduced; this says nothing about it. */
  | { readonly applies: false; readonly because: string };

/** Searches with the given reductions; tests drop side conditions. */
export function searchReduced(
  program: Program,
  options: SearchOptions,
  reductions: Reductions,
  dropped: SideConditions = noneDropped,
): Reduced {
  if (program.initialViolations.some(({ fatal }) => fatal))
    return { applies: false, because: "the run stops in the initial state" };
  const analyse = (ranges: boolean): ReducedSystem =>
    reducedSystem(program, { reductions, dropped, interrupted: options.interrupted, ranges });
  try {
    const first = new ReducedSearch(program, options, analyse(false), dropped).run();
    if (first !== leftRange) return { applies: true, result: first };
    const second = new ReducedSearch(program, options, analyse(true), dropped).run();
    assert(second !== leftRange, "leaving a range is an outcome");
    return { applies: true, result: second };
  } catch (error) {
    if (error instanceof Wild) return { applies: false, because: error.message };
    throw error;
  }
}

/** How a state was first reached: by a block of a thread from another state. */
interface Arrival {
  readonly from: number;
  readonly steps: readonly Taken[];
}

/** A state that some finding is about: on the way from a stored state. */
type Spot = Arrival;

/** Stored states between two looks at interruption and progress. */
const pollEvery = 512;

class ReducedSearch {
  private readonly work: SteppedWork;
  private readonly system: ReducedSystem;
  private readonly dropped: SideConditions;
  private readonly arrivals: Arrival[] = [];
  private readonly edges: number[][] = [];
  /** Of each state: the threads whose blocks were fired; nothing if nobody was left out. */
  private readonly fired: (readonly number[] | undefined)[] = [];
  /** Of each state, as bits: who can step (see `hopes.ts`), and who is active. */
  private readonly hopes: number[] = [];
  private readonly active: number[] = [];
  private readonly depths: number[] = [];
  private readonly spots: Spot[] = [];
  private readonly one: Int32Array;
  private readonly number = new Int32Array(1);
  private transitions = 0;

  constructor(
    program: Program,
    options: SearchOptions,
    system: ReducedSystem,
    dropped: SideConditions,
  ) {
    this.work = prepare(program, options, { ...usualTuning, batch: 1 });
    this.system = system;
    this.dropped = dropped;
    this.one = new Int32Array(this.work.machine.stride);
  }

  run(): SearchResult | typeof leftRange {
    const { program, findings } = this.work;
    for (const violation of program.initialViolations)
      findings.add({ violation: plainViolation(violation), threads: [violation.thread] });
    const stopReason = this.explore();
    if (stopReason === leftRange) return leftRange;
    if (stopReason === undefined) this.judgeWhole();
    return this.result(stopReason);
  }

  /** Explores everything; the reason why it could not. */
  private explore(): string | undefined {
    const { machine } = this.work;
    if (!this.insert(initialWords(machine.layout), { from: -1, steps: [] })) return memoryReason;
    for (let next = 0; ; ) {
      for (; next < this.work.visited.size(); next += 1) {
        const reason = this.expand(next, false) ?? this.limitAt(next);
        if (reason !== undefined) return reason;
      }
      const breakers = this.dropped.has("proviso") ? new Set<number>() : this.openCycles();
      if (breakers.size === 0) return this.judgeCycles();
      const interruption = this.work.options.interrupted();
      if (interruption !== undefined) return interruption;
      for (const state of breakers) {
        const reason = this.expand(state, true) ?? this.limitAt(state);
        if (reason !== undefined) return reason;
      }
    }
  }

  private limitAt(index: number): string | undefined {
    const { visited, watch, options, findings, machine } = this.work;
    const bytes = machine.bytes + visited.bytes() + visited.size() * bytesPerArrival;
    if (bytes > options.maxBytes) return memoryReason;
    if (visited.size() > options.maxStates) return "the limit of states was reached";
    if (findings.satisfied()) return "the search was asked to stop at the first finding";
    if (watch.leftRange && this.system.trustsRanges) return leftRange;
    return index % pollEvery === 0 ? options.interrupted() : undefined;
  }

  /** States of which each cycle without a fully expanded state has one. */
  private openCycles(): ReadonlySet<number> {
    return cycleBreakers(this.edges, (state) => this.fired[state] === undefined);
  }

  /** Judges who is blocked for ever while others go on, if anybody can go on for ever. */
  private judgeCycles(): string | undefined {
    const { machine, rare, visited, findings } = this.work;
    if (cycleBreakers(this.edges, () => false).size === 0) return undefined;
    if (machine.layout.threads.length > threadsMax) return "many threads go on for ever";
    const hopes = Int32Array.from(this.hopes);
    spreadHopes({ hopes, active: this.active, edges: this.edges });
    const graph = { load: (state: number) => visited.copy(state, 1, machine.source) };
    const open = this.edges.map((_, state) => ({ state, place: state }));
    for (const { state, ...judged } of hopeless({ graph, machine, rare, hopes, group: 0, open }))
      findings.add({ ...judged, state: this.spots.push({ from: state, steps: [] }) - 1 });
    return undefined;
  }

  /** Adds a state, and the edge to it; false if memory forbids it. */
  private insert(words: Int32Array, arrival: Arrival): boolean {
    const { visited, machine } = this.work;
    if (!visited.reserve(1)) return false;
    this.one.set(words);
    const before = visited.size();
    visited.insert(this.one, machine.stride, 0);
    if (visited.size() > before) {
      this.arrivals.push(arrival);
      this.edges.push([]);
      this.depths.push(arrival.from < 0 ? 0 : (this.depths[arrival.from] ?? 0) + 1);
    }
    visited.find(this.one, machine.stride, this.number);
    this.edges[arrival.from]?.push(this.number[0] ?? 0);
    return true;
  }

  /** Fires the blocks of a sufficient set of threads from a stored state, or of all that were left out before. */
  private expand(index: number, everything: boolean): string | undefined {
    const { machine, visited, watch } = this.work;
    visited.copy(index, 1, machine.source);
    const locations = this.locations();
    this.active[index] = this.activeBits();
    watch.stoppedThreads.clear();
    const moves = this.moves({ from: index, steps: [] });
    const stopped = new Set(watch.stoppedThreads);
    const able = new Set(moves.map(({ thread }) => thread));
    this.hopes[index] = stopped.size > 0 ? allHope : hopeOf(able);
    const before = this.fired[index] ?? [];
    const chosen = everything ? [...able] : this.chosen(locations, able, stopped);
    this.fired[index] = [...able].every((thread) => chosen.includes(thread)) ? undefined : chosen;
    const fits = moves.every((move) => {
      if (!chosen.includes(move.thread) || before.includes(move.thread)) return true;
      const tree = this.system.tree(move.thread, locations[move.thread - 1] ?? "");
      return this.follow(move, tree, { from: index, steps: [] });
    });
    return fits ? undefined : memoryReason;
  }

  private activeBits(): number {
    const { source, layout } = this.work.machine;
    return layout.threads.reduce(
      (bits, thread, index) => (isActive(source, 0, thread) ? bits | threadBit(index + 1) : bits),
      0,
    );
  }

  private locations(): readonly string[] {
    const { source, layout } = this.work.machine;
    return layout.threads.map((thread) => {
      const index = locationIndex(source, 0, thread);
      return this.idAt(thread, index);
    });
  }

  private idAt(
    { graph, indices }: SteppedWork["machine"]["layout"]["threads"][number],
    index: number,
  ): string {
    const known = graph.locations[index]?.id;
    return known ?? [...indices].find(([, number]) => number === index)?.[0] ?? "";
  }

  /** The first set that can go on and cannot stop the run; without one, all threads. */
  private chosen(
    locations: readonly string[],
    able: ReadonlySet<number>,
    stopped: ReadonlySet<number>,
  ): readonly number[] {
    const suffices = (threads: readonly number[]): boolean =>
      this.dropped.has("stop-expansion")
        ? threads.some((one) => able.has(one) || stopped.has(one))
        : threads.some((one) => able.has(one)) && !threads.some((one) => stopped.has(one));
    const set = this.system.candidates(locations).find(suffices);
    return set ?? [...able];
  }

  /** Takes a move that is part of a block, and the block's further steps in all ways. */
  private follow(move: Move, tree: BlockTree, before: Arrival): boolean {
    const rest = tree.children.get(move.step);
    assert(rest !== undefined, "the analysis foresees every step that fires");
    const { thread, step, words } = move;
    const arrival = { from: before.from, steps: [...before.steps, { thread, step }] };
    if (rest.children.size === 0) {
      this.transitions += 1;
      return this.insert(words, arrival);
    }
    this.work.machine.source.set(words);
    return this.moves(arrival).every(
      (next) => next.thread !== thread || this.follow(next, rest, arrival),
    );
  }

  /** All steps from the state in the machine's source, which is judged on the way. */
  private moves(at: Spot): readonly Move[] {
    const { machine, watch, findings } = this.work;
    const { successors, stride, layout } = machine;
    watch.firstState = this.spots.length;
    const known = findings.size() + watch.witnesses.size;
    const end = machine.expand(0, 1);
    if (findings.size() + watch.witnesses.size > known) this.spots.push(at);
    const moves: Move[] = [];
    for (let o = 0; o < end; o += stride) {
      const tag = successors[o + layout.words] ?? 0;
      const words = successors.slice(o, o + layout.words);
      moves.push({ thread: threadOfTag(tag), step: stepOfTag(tag), words });
    }
    return moves;
  }

  /** What the whole of the reduced graph tells: what never happens in it, never happens. */
  private judgeWhole(): void {
    const { program, machine, watch, findings } = this.work;
    const all = findings.all().map(({ violation }) => violation);
    for (const judged of watch.lockOrder.violations(all, (edges) => edges)) findings.add(judged);
    if (watch.limits.size > 0) return;
    for (const judged of neverFired(program, machine)) findings.add(judged);
    for (const [index, { kind, violation }] of program.properties.entries()) {
      if (kind === "reachable" && !watch.witnesses.has(index))
        findings.add({ violation: plainViolation(violation), threads: [] });
    }
  }

  private result(stopReason: string | undefined): SearchResult {
    const { program, machine, visited, watch, findings } = this.work;
    watch.mute();
    const states = visited.size();
    const bytesPeak = machine.bytes + visited.bytesPeak() + states * bytesPerArrival;
    return {
      complete: stopReason === undefined,
      ...(stopReason !== undefined && { stopReason }),
      limits: [...watch.limits].sort(),
      statistics: {
        states,
        transitions: this.transitions,
        depth: this.depths.reduce((most, depth) => Math.max(most, depth), 0),
        bytesPeak,
        bytesPerState: bytesPeak / states,
      },
      findings: findings.all().map(({ violation, threads, state, step }): Finding => {
        const last = step === undefined ? [] : [{ thread: threads[0] ?? 0, step }];
        const schedule = state === undefined ? [] : this.schedule(state, last);
        return { ...violation, threads, schedule, depth: schedule.length };
      }),
      witnesses: [...watch.witnesses].map(([index, state]): Witness => {
        return {
          property: program.properties[index]?.name ?? "",
          schedule: this.schedule(state, []),
        };
      }),
      ends: watch.ends,
    };
  }

  /** The steps to a spot and from there. */
  private schedule(spot: number, last: readonly Taken[]): Schedule {
    const arrivals: Arrival[] = [];
    for (let at = this.spots[spot]; at && at.from >= 0; at = this.arrivals[at.from])
      arrivals.push(at);
    const { machine, rare } = this.work;
    return retraced(machine, rare, [...arrivals.reverse().flatMap(({ steps }) => steps), ...last]);
  }
}

/** One step from a state, and where it leads. */
interface Move extends Taken {
  readonly words: Int32Array;
}

/** An estimate: how a state was reached, and its edges. */
const bytesPerArrival = 600;

/** In place of a reason: a variable that was trusted to stay within its range did not. */
const leftRange = "left a range";

const hopeOf = (able: ReadonlySet<number>): number =>
  [...able].reduce((bits, thread) => bits | threadBit(thread), able.size > 0 ? hasSteps : 0);

const memoryReason = "the limit of memory was reached";
