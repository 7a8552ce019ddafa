/**
 * Every rule that a Program can violate: the one place for its identity, severity, meaning, page and bug checks.
 *
 * Ids are stable; `invariant`, `at-end` and `reachable` are followed by `:NAME`. Bug check codes and pages come from
 * Microsoft's public documentation (links are relative to learn.microsoft.com/windows-hardware/drivers/).
 */
export interface BugCheck {
  readonly code: string;
  readonly name: string;
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
  readonly documentation?: string;
  readonly bugChecks: readonly BugCheck[];
}

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
