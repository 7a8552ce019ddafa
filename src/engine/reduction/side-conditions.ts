/**
 * The conditions without which the reduced search would be wrong, by name. The search holds all of them; tests drop one at
 * a time and count how often the answer changes, which shows that each is needed and that the tests would notice.
 */
export type SideCondition =
  /** What another thread does meanwhile changes what a thread knows. */
  | "interference"
  /** Guards are the same in both orders: neither step enables or disables the other. */
  | "same-guards"
  /** Recorded violations are judged the same in both orders. */
  | "same-checks"
  /** Both orders lead to the same values. */
  | "same-values"
  /** Known values are put in after two steps were composed, since the second reads what the first wrote. */
  | "values-last"
  /** Before the one step that is any step, a block has right movers only. */
  | "right-movers"
  /** After it, left movers only. */
  | "left-movers"
  /** A step that may stop the run or violate a rule is a block of its own. */
  | "alone"
  /** A block ends before a step that may block. */
  | "may-block"
  /** Threads stand visibly before accesses that may race. */
  | "race-boundary"
  /** Accesses that may race are dependent, even if they commute. */
  | "race-dependence"
  /** What writes a cell that a property reads is no mover. */
  | "visible-step"
  /** Two such steps are dependent. */
  | "visible-dependence"
  /** A persistent set looks at all that the others can still do, not only at their next blocks. */
  | "future"
  /** What a thread does once it is started is answered for by those that can start it. */
  | "starters"
  /** Where a chosen block may stop the run, all are taken. */
  | "stop-expansion"
  /** Where a variable may leave its range, either it only grows or leaving is an outcome of its own. */
  | "range"
  /** The reduced graph has no cycle. */
  | "acyclic";

export type SideConditions = ReadonlySet<SideCondition>;

/** Which conditions are dropped: none, but in tests. */
export const noneDropped: SideConditions = new Set();
