/**
 * What a search does differently if each of its states stands for others: the interface that `../symmetry` fills.
 *
 * The loop, the visited set and the judging of single steps stay as they are. Here is all that looks at more than one
 * state, or at the numbers of threads.
 */
import type { Schedule } from "../../ir/schedule.ts";
import type { Finding } from "../result.ts";
import type { Machine } from "./compile.ts";
import type { RecordedFinding } from "./findings.ts";
import type { LockOrderEdge } from "./lock-order.ts";
import type { Limits, PartialDeadlocks } from "./partial-deadlock.ts";
import type { RareCode } from "./rare-code.ts";
import type { StateGraph } from "./state-graph.ts";
import type { States } from "./states.ts";
import type { Glance, Terminal } from "./terminal.ts";
import type { TraceBack } from "./trace-back.ts";

/** Findings and states as runs of the Program. */
export interface Runs {
  readonly to: (state: number) => Schedule;
  readonly finding: (recorded: RecordedFinding) => Finding;
}

export interface Quotient {
  /** Puts the representative in place of each successor up to `end`. */
  readonly represent: (successors: Int32Array, end: number) => void;
  /** What is wrong in a terminal state or in one that it stands for. */
  readonly judgeTerminal: (glance: Glance) => Terminal;
  readonly partialDeadlocks: (graph: StateGraph, limits: Limits) => PartialDeadlocks;
  /** The edges, and those of all states that were stood for. */
  readonly lockOrders: (edges: readonly LockOrderEdge[]) => readonly LockOrderEdge[];
  readonly runs: (back: TraceBack) => Runs;
  /** How many states those of a finished search stand for, themselves included. */
  readonly statesStoodFor: (states: States) => bigint;
}

export type MakeQuotient = (machine: Machine, rare: RareCode) => Quotient;

/** A machine whose successors are representatives. */
export function representing(machine: Machine, { represent }: Quotient): Machine {
  return {
    ...machine,
    expand: (first, count) => {
      const end = machine.expand(first, count);
      represent(machine.successors, end);
      return end;
    },
  };
}
