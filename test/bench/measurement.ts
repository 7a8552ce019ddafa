/** What one run of either side measures. */
export interface Time {
  /** User and system time; unknown of a search in several processes. */
  readonly cpuSeconds?: number;
  readonly wallSeconds: number;
}

export interface Measurement extends Time {
  readonly states: number;
  readonly transitions: number;
  /** All memory of the search, as each side counts it: states, table, stack. */
  readonly bytes: number;
  /** `finished`, or the limit that was hit. */
  readonly ended: string;
}

/** One search of ours, as its process prints it. */
export interface Search extends Omit<Measurement, keyof Time> {
  /** Until the last state was reached; up to the time of a few thousand states too early. */
  readonly explored: Time;
  /** With the judgement of the finished graph: partial deadlocks, lock orders, dead code. */
  readonly whole: Time;
  readonly reductions: readonly string[];
  readonly violations: readonly string[];
}

/** One column of results: a checker with its options, on one Program. */
export interface Contestant {
  /** Of what one run measures, in the order of its results. */
  readonly names: readonly string[];
  /** Stores each state of the same graph, so that counts can be compared. */
  readonly exact: boolean;
  readonly run: () => Promise<readonly Measurement[]>;
  readonly close: () => void;
}
