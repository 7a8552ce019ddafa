/**
 * Exhaustive search over few representatives of all runs: blocks instead of steps, persistent sets instead of all threads.
 *
 * Blocks are fired step by step by the compiled Program, which judges every state on the way as the full search does: what
 * is found is found in real states, with real schedules. Complete means that each rule at each place was met if any run
 * violates it. Why: persistent sets over an acyclic graph keep, for every maximal run, one that differs in the order of
 * independent blocks only (Godefroid 1996, theorem 4.3 and 6.? for violations seen on the way: `watched.ts`); blocks keep
 * them by Lipton's argument; and an acyclic reduced graph has an acyclic full one, so that nobody is put off for ever, no
 * proviso is needed, and partial deadlock is deadlock. Where a chosen block may stop the run, all are fired, since
 * nothing comes after it. A reduced graph with a cycle decides nothing: what was found stands, the rest is open.
 *
 * Lock orders are noted as they are met, which may miss some: the caller says so.
 */
import type { Program } from "../../ir/program.ts";
import type { Choice } from "../../ir/schedule.ts";
import { assert } from "../../support/assert.ts";
import { neverFired } from "../explicit/dead-code.ts";
import { plainViolation } from "../explicit/findings.ts";
import { initialWords, locationIndex } from "../explicit/state-words.ts";
import { stepOfTag, threadOfTag } from "../explicit/step-code.ts";
import { usualTuning } from "../explicit/visited.ts";
import { prepare, type Work } from "../explicit/work.ts";
import type { Finding, SearchOptions, SearchResult, Witness } from "../result.ts";
import { longestPath } from "./longest-path.ts";
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
    if (first !== "left a range") return { applies: true, result: first };
    const second = new ReducedSearch(program, options, analyse(true), dropped).run();
    assert(second !== "left a range", "leaving a range is an outcome");
    return { applies: true, result: second };
  } catch (error) {
    if (error instanceof Wild) return { applies: false, because: error.message };
    throw error;
  }
}

/** A step of a schedule before it is known whether the thread had another one. */
type Taken = Omit<Choice, "only">;

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
  private readonly work: Work;
  private readonly system: ReducedSystem;
  private readonly dropped: SideConditions;
  private readonly arrivals: Arrival[] = [];
  private readonly edges: number[][] = [];
  private readonly spots: Spot[] = [];
  private readonly one: Int32Array;
  private readonly number = new Int32Array(1);
  private transitions = 0;
  private depth = 0;

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

  run(): SearchResult | "left a range" {
    const { program, findings } = this.work;
    for (const violation of program.initialViolations)
      findings.add({ violation: plainViolation(violation), threads: [violation.thread] });
    const stopReason = this.explore();
    if (stopReason === "left a range") return stopReason;
    if (stopReason === undefined) this.judgeWhole();
    return this.result(stopReason);
  }

  /** Explores everything; the reason why it could not. */
  private explore(): string | undefined {
    const { machine, visited, watch, options, findings } = this.work;
    if (!this.insert(initialWords(machine.layout), { from: -1, steps: [] })) return memoryReason;
    for (let index = 0; index < visited.size(); index += 1) {
      if (visited.size() > options.maxStates) return "the limit of states was reached";
      if (findings.satisfied()) return "the search was asked to stop at the first finding";
      if (!this.expand(index)) return memoryReason;
      if (watch.leftRange && this.system.trustsRanges) return "left a range";
      if (index % pollEvery !== 0) continue;
      const reason = options.interrupted();
      if (reason !== undefined) return reason;
    }
    const longest = longestPath(this.edges);
    this.depth = longest ?? 0;
    if (longest === undefined && !this.dropped.has("acyclic")) return "some run goes on for ever";
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
    }
    visited.find(this.one, machine.stride, this.number);
    this.edges[arrival.from]?.push(this.number[0] ?? 0);
    return true;
  }

  /** Fires the blocks of a sufficient set of threads from a stored state. */
  private expand(index: number): boolean {
    const { machine, visited, watch } = this.work;
    visited.copy(index, 1, machine.source);
    const locations = this.locations();
    watch.stoppedThreads.clear();
    const moves = this.moves({ from: index, steps: [] });
    const stopped = new Set(watch.stoppedThreads);
    const chosen = this.chosen(locations, new Set(moves.map(({ thread }) => thread)), stopped);
    return moves.every(
      (move) =>
        !chosen.includes(move.thread) ||
        this.follow(move, this.system.tree(move.thread, locations[move.thread - 1] ?? ""), {
          from: index,
          steps: [],
        }),
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
    { graph, indices }: Work["machine"]["layout"]["threads"][number],
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
    const end = machine.expand(1);
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
    for (const judged of watch.lockOrder.violations(all)) findings.add(judged);
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
        depth: this.depth,
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

  /** The steps to a spot and from there, each with whether its thread could have done something else. */
  private schedule(spot: number, last: readonly Taken[]): readonly Choice[] {
    const { machine, rare } = this.work;
    const { source, successors, stride, layout } = machine;
    const arrivals: Arrival[] = [];
    for (let at = this.spots[spot]; at && at.from >= 0; at = this.arrivals[at.from])
      arrivals.push(at);
    const taken = [...arrivals.reverse().flatMap(({ steps }) => steps), ...last];
    source.set(initialWords(layout));
    return taken.map(({ thread, step }, index) => {
      const only = rare.enabled(thread, 0).length === 1;
      const end = machine.expand(1);
      const isTaken = (o: number): boolean => {
        const tag = successors[o + layout.words] ?? 0;
        return threadOfTag(tag) === thread && stepOfTag(tag) === step;
      };
      let o = 0;
      while (o < end && !isTaken(o)) o += stride;
      assert(o < end || index === taken.length - 1, "a step that was taken can be taken again");
      if (o < end) source.set(successors.subarray(o, o + layout.words));
      return { thread, step, only };
    });
  }
}

/** One step from a state, and where it leads. */
interface Move extends Taken {
  readonly words: Int32Array;
}

/** An estimate: how a state was reached, and its edges. */
const bytesPerArrival = 160;

const memoryReason = "the limit of memory was reached";
