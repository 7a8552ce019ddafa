/** The shape of a rule, and the list of all ids. A new id does not compile until a table of this folder has it. */
export interface BugCheck {
  /** Eight digits, as a debugger shows it: `0x0000007E`. */
  readonly code: string;
  readonly name: string;
  /** What tells this cause from others of the same code: `parameter 1 = 0x1007`. */
  readonly parameters?: string;
  /** `kernel`: a release kernel stops. `verifier`: Driver Verifier stops. */
  readonly when: "kernel" | "verifier";
}

export interface Rule {
  readonly id: string;
  readonly group: "locks" | "waiting" | "irql" | "memory" | "objects" | "program";
  readonly severity: "error" | "warning";
  /** What must not happen, in one sentence. */
  readonly summary: string;
  /** What to do about it. */
  readonly advice: string;
  /** Microsoft's page on it. */
  readonly documentation?: string;
  readonly bugChecks: readonly BugCheck[];
}

/** Rules of which a Program may have several, told apart by a name after a colon. */
export type NamedRule = "invariant" | "at-end" | "reachable";
export type RuleId = PlainRuleId | `${NamedRule}:${string}`;
export type PlainRuleId =
  | "mutual-exclusion"
  | "guard-aliasing"
  | "mutex-not-owned"
  | "double-release"
  | "mutex-recursion-limit"
  | "lock-held-at-exit"
  | "spin-lock-not-held"
  | "fast-mutex-not-owned"
  | "lock-order"
  | "deadlock"
  | "partial-deadlock"
  | "self-deadlock"
  | "join-self"
  | "wait-status-ignored"
  | "irql-too-high"
  | "irql-too-low"
  | "wait-at-dispatch"
  | "release-above-dispatch"
  | "irql-not-restored"
  | "irql-raise-lowers"
  | "irql-lower-raises"
  | "paged-at-dispatch"
  | "exit-at-raised-irql"
  | "pool-leak"
  | "double-free"
  | "use-after-free"
  | "free-while-owned"
  | "free-while-waited"
  | "null-dereference"
  | "range"
  | "data-race"
  | "handle-leak"
  | "invalid-handle"
  | "object-leak"
  | "over-dereference"
  | "thread-outlives-driver"
  | "thread-not-joined"
  | "exit-in-region"
  | "region-underflow"
  | "semaphore-limit"
  | "panic"
  | "dead-code"
  | "fault-ignored";

/** A rule as its table states it; the table knows its group, the key its id. */
type RuleText = Omit<Rule, "id" | "group">;

/** The rules of one group, in the order of the table. */
export function rulesOf<Id extends PlainRuleId | NamedRule>(
  group: Rule["group"],
  texts: Readonly<Record<Id, RuleText>>,
): Readonly<Record<Id, Rule>> {
  const entries = Object.entries<RuleText>(texts).map(([id, text]) => [id, { id, group, ...text }]);
  return Object.fromEntries(entries) as Record<Id, Rule>;
}
