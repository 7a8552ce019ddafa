/** What an engine is asked and what it answers; the same for every engine. */
import type { Violation } from "../ir/program.ts";
import type { Schedule } from "../ir/schedule.ts";

export interface SearchOptions {
  /** Largest number of states; one more makes the search incomplete. */
  readonly maxStates: number;
  /** Largest number of bytes that states, table and passes may take together. */
  readonly maxBytes: number;
  /** Stop at the first finding of severity error. */
  readonly first: boolean;
  /** Count all interleavings, exactly. */
  readonly count: boolean;
  /** Asked every few thousand states; an answer is the reason why the search stops. Engines read no clock. */
  readonly interrupted: () => string | undefined;
  readonly onProgress?: (progress: Progress) => void;
  /** Given every state in which nothing is enabled: a hook for tests and statistics. */
  readonly onTerminal?: (state: PlainState) => void;
}

export interface Progress {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly bytes: number;
}

/** A state spelled out, in the order of the Program's own lists. */
export interface PlainState {
  readonly cells: readonly (readonly number[])[];
  readonly locations: readonly string[];
  readonly locals: readonly (readonly number[])[];
}

export interface SearchResult {
  /** Everything was explored and judged. If not, `stopReason` says which limit was hit. */
  readonly complete: boolean;
  readonly stopReason?: string;
  /** Bounds of the model that some run reached. */
  readonly limits: readonly string[];
  readonly statistics: Statistics;
  /** One per rule and place, each with a shortest run. */
  readonly findings: readonly Finding[];
  readonly witnesses: readonly Witness[];
  /** Some execution ends. */
  readonly ends: boolean;
}

interface Statistics {
  readonly states: number;
  readonly transitions: number;
  /** Steps from the initial state to the farthest one. */
  readonly depth: number;
  readonly bytesPeak: number;
  readonly bytesPerState: number;
  readonly interleavings?: Interleavings | "infinite";
  /** Where a search kept one state of each orbit, so that `states` counts orbits: the states that these hold. */
  readonly statesStoodFor?: bigint;
}

/** Complete executions by how they finish. */
export interface Interleavings {
  readonly ended: bigint;
  readonly blocked: bigint;
  readonly stopped: bigint;
}

export interface Finding extends Violation {
  /** Numbers of the threads involved, the acting one first. */
  readonly threads: readonly number[];
  /** The violating step included. Empty for findings about the whole graph. */
  readonly schedule: Schedule;
  readonly depth: number;
}

/** A shortest run to a state in which a `reachable` property holds. */
export interface Witness {
  readonly property: string;
  readonly schedule: Schedule;
}
