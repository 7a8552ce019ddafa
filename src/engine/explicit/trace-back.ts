/**
 * Schedules to states, without parent pointers.
 *
 * In first-in, first-out order the successors of successive states are contiguous in the log: the number of a state's
 * parent never falls as its own number grows. So it is enough to note now and then which state was expanded when the log
 * had which length; a parent lies in the window between two notes, and is the first state there that leads to its child.
 */
import type { Choice, Schedule } from "../../ir/schedule.ts";
import type { Machine } from "./compile.ts";
import type { RareCode } from "./rare-code.ts";
import type { States } from "./states.ts";
import { stepOfTag, threadOfTag } from "./tag.ts";

/** Notes of the search: when state `head` was about to be expanded, the log had `tail` states. */
export interface Windows {
  readonly note: (head: number, tail: number) => void;
  /** The last noted state that was expanded before `state` was found. */
  readonly before: (state: number) => number;
  readonly bytes: () => number;
}

/** States between notes: a trace expands about half as many per step again. */
const windowMin = 64;

export function createWindows(): Windows {
  const heads: number[] = [];
  const tails: number[] = [];
  return {
    note: (head, tail) => {
      if (heads.length > 0 && head < (heads.at(-1) ?? 0) + windowMin) return;
      heads.push(head);
      tails.push(tail);
    },
    before: (state) => {
      let low = 0;
      let high = tails.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((tails[middle] ?? 0) <= state) low = middle + 1;
        else high = middle;
      }
      return heads[low - 1] ?? 0;
    },
    bytes: () => 16 * heads.length,
  };
}

export interface TraceBack {
  /** A shortest schedule to a state. */
  readonly to: (state: number) => Schedule;
  /** The choice of a step in a state. */
  readonly choice: (state: number, thread: number, step: number) => Choice;
}

export function createTraceBack(
  machine: Machine,
  visited: Pick<States, "copy">,
  { rare, windows }: { readonly rare: RareCode; readonly windows: Windows },
): TraceBack {
  const { source, successors, stride, layout } = machine;
  const { words } = layout;
  const target = new Int32Array(words);
  const known = new Map<number, { readonly parent: number; readonly choice: Choice }>();
  const choiceAt = (p: number, thread: number, step: number): Choice => ({
    thread,
    step,
    only: rare.enabled(thread, p).length === 1,
  });
  const isTarget = (o: number): boolean => {
    for (let word = 0; word < words; word += 1)
      if (successors[o + word] !== target[word]) return false;
    return true;
  };
  const parentOf = (state: number): { readonly parent: number; readonly choice: Choice } => {
    visited.copy(state, 1, target);
    for (let parent = windows.before(state); parent < state; parent += 1) {
      visited.copy(parent, 1, source);
      const end = machine.expand(0, 1);
      for (let o = 0; o < end; o += stride) {
        if (!isTarget(o)) continue;
        const tag = successors[o + words] ?? 0;
        return { parent, choice: choiceAt(0, threadOfTag(tag), stepOfTag(tag)) };
      }
    }
    throw new RangeError(`state ${state} has no parent`);
  };
  return {
    to: (state) => {
      const choices: Choice[] = [];
      for (let at = state; at > 0; ) {
        const edge = known.get(at) ?? parentOf(at);
        known.set(at, edge);
        choices.push(edge.choice);
        at = edge.parent;
      }
      return choices.reverse();
    },
    choice: (state, thread, step) => {
      visited.copy(state, 1, source);
      return choiceAt(0, thread, step);
    },
  };
}
