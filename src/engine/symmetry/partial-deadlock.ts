/**
 * `partial-deadlock` where a state stands for its orbit: a thread that no continuation ever enables again.
 *
 * As in `../explicit/partial-deadlock.ts`, hope grows backwards along the edges. But an edge leads to a representative, in
 * which threads have changed places, so each edge carries the turn that was made. Hope is a byte for each state and thread,
 * and edges are kept: this concerns graphs with cycles only, and they are smaller than without symmetry.
 */
import type { Machine } from "../explicit/compile.ts";
import type { JudgedAt, Limits, PartialDeadlocks } from "../explicit/partial-deadlock.ts";
import type { RareCode } from "../explicit/rare-code.ts";
import type { StateGraph } from "../explicit/state-graph.ts";
import { locationIndex } from "../explicit/state-words.ts";
import { threadOfTag } from "../explicit/tag.ts";
import { activeThreads, blockedFound, type Glance, selfCycles } from "../explicit/terminal.ts";
import type { Family } from "./automorphisms.ts";

/** The turns that representing the last successors took. */
interface TurnNotes {
  /** By successor, the number of its turn. */
  readonly numbers: Int32Array;
  /** By turn, where each thread goes. */
  readonly threadsAfter: readonly Int32Array[];
}

export interface Judging {
  readonly graph: StateGraph;
  readonly machine: Machine;
  readonly rare: RareCode;
  readonly families: readonly Family[];
  readonly notes: TurnNotes;
  readonly limits: Limits;
}

export function partialDeadlocks(judging: Judging): PartialDeadlocks {
  const { graph, limits } = judging;
  if (graph.ordered) return { ok: true, found: [] };
  const hope = new Hope(judging);
  const reason = hope.begin();
  if (reason !== undefined) return { ok: false, reason };
  while (hope.sweep()) {
    const interruption = limits.interrupted();
    if (interruption !== undefined) return { ok: false, reason: interruption };
  }
  return { ok: true, found: hopeless(judging, hope) };
}

const memoryReason = "the limit of memory was reached while looking for partial deadlocks";
/** Of a state, an edge and a thread's hope, as they are kept here. */
const bytesPerState = 5;
const bytesPerEdge = 16;

/** Which threads can still step from each state. */
class Hope {
  /** Whether anything can happen in a state at all. */
  readonly steps: Uint8Array;
  private readonly judging: Judging;
  private readonly threads: number;
  private readonly hopes: Uint8Array;
  private readonly ends: Int32Array;
  private readonly to: number[] = [];
  private readonly turns: number[] = [];

  constructor(judging: Judging) {
    const { size } = judging.graph;
    this.judging = judging;
    this.threads = judging.machine.layout.threads.length;
    this.steps = new Uint8Array(size);
    this.hopes = new Uint8Array(this.isTooLarge(0) ? 0 : size * this.threads);
    this.ends = new Int32Array(size);
  }

  has(state: number, thread: number): boolean {
    return this.hopes[state * this.threads + thread - 1] === 1;
  }

  /** Collects the edges, and gives hope to all that step in the state itself; why that cannot be finished. */
  begin(): string | undefined {
    const { graph, limits } = this.judging;
    if (this.isTooLarge(0)) return memoryReason;
    for (let from = 0; from < graph.size; from += graph.batch) {
      this.beginBatch(from, Math.min(graph.batch, graph.size - from));
      if (this.isTooLarge(this.to.length)) return memoryReason;
      const reason = limits.interrupted();
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  /** Hands hope on, from the last state to the first; whether anything changed. */
  sweep(): boolean {
    let changed = false;
    for (let state = this.ends.length - 1; state >= 0; state -= 1) {
      const end = this.ends[state] ?? 0;
      for (let edge = this.ends[state - 1] ?? 0; edge < end; edge += 1)
        changed = this.handOn(state, edge) || changed;
    }
    return changed;
  }

  private isTooLarge(edges: number): boolean {
    const { graph, limits } = this.judging;
    return graph.size * (this.threads + bytesPerState) + edges * bytesPerEdge > limits.bytes;
  }

  private beginBatch(from: number, count: number): void {
    const { graph, machine, notes } = this.judging;
    const edges = graph.expand(from, count);
    for (let i = 0, edge = 0; i < count; i += 1) {
      const state = from + i;
      const start = state * this.threads;
      for (; edge < (edges.ends[i] ?? 0); edge += 1) {
        const tag = machine.successors[edge * machine.stride + machine.layout.words] ?? 0;
        this.hopes[start + threadOfTag(tag) - 1] = 1;
        this.steps[state] = 1;
        this.to.push(edges.to[edge] ?? 0);
        this.turns.push(notes.numbers[edge] ?? 0);
      }
      // A stopped continuation is no proof that anybody is blocked for ever.
      if ((edges.stops[i] ?? 0) > 0) this.hopes.fill(1, start, start + this.threads);
      this.ends[state] = this.to.length;
    }
  }

  private handOn(state: number, edge: number): boolean {
    const after = this.judging.notes.threadsAfter[this.turns[edge] ?? 0];
    let changed = false;
    for (let thread = 1; thread <= this.threads; thread += 1) {
      const at = state * this.threads + thread - 1;
      if (this.hopes[at] === 1 || !this.has(this.to[edge] ?? 0, after?.[thread] ?? thread))
        continue;
      this.hopes[at] = 1;
      changed = true;
    }
    return changed;
  }
}

/** Threads without hope, but for those that some deadlock shows at the same location already. */
function hopeless(judging: Judging, hope: Hope): readonly JudgedAt[] {
  const { graph, machine, rare, families } = judging;
  const { layout, source } = machine;
  const glance: Glance = { layout, rare, source, p: 0 };
  const spotOf = (thread: number): string => {
    const family = families.findIndex(({ threads }) => threads.includes(thread));
    const own = layout.threads[thread - 1];
    const who = family < 0 ? `thread ${thread}` : `family ${family}`;
    return `${who} at ${own ? locationIndex(source, 0, own) : 0}`;
  };
  const threads = [...layout.threads.keys()].map((index) => index + 1);
  const doubtful = [...hope.steps.keys()].filter((state) =>
    threads.some((thread) => !hope.has(state, thread)),
  );
  const inDeadlock = new Set<string>();
  for (const state of doubtful) {
    if (hope.steps[state] === 1) continue;
    graph.load(state);
    for (const thread of activeThreads(glance)) inDeadlock.add(spotOf(thread));
  }
  const found = new Map<string, JudgedAt>();
  for (const state of doubtful) {
    if (hope.steps[state] === 0) continue;
    graph.load(state);
    for (const thread of activeThreads(glance)) {
      if (hope.has(state, thread) || inDeadlock.has(spotOf(thread))) continue;
      if (layout.threads[thread - 1]?.thread.mayWaitForEver) continue;
      const [judged = blockedFound(glance, "partial-deadlock", [thread])] = selfCycles(glance, [
        thread,
      ]);
      const key = `${judged.violation.rule} ${judged.violation.place}`;
      if (!found.has(key)) found.set(key, { ...judged, state });
    }
  }
  return [...found.values()];
}
