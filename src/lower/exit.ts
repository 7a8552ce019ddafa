/**
 * How a thread starts and ends, as steps.
 *
 * A created thread has a step in which it starts and one in which it exits; the exit signals the thread object, after
 * the driver's last instruction. A thread that is active from the start has neither: its end is local code.
 *
 * Pages: PsTerminateSystemThread (ntddk.h); bug checks 0x20 and 0x4000008A for what a thread must not take with it.
 */
import {
  and,
  constant,
  differs,
  type Expression,
  equals,
  greaterThan,
  not,
  or,
} from "../ir/expression.ts";
import type { Check, Violation } from "../ir/program.ts";
import type { RuleId } from "../ir/rules.ts";
import type { Span } from "../ir/span.ts";
import { LEVELS } from "../kernel/levels.ts";
import { set } from "../kernel/object-kind.ts";
import { callingThread, THREAD_STATE } from "../kernel/thread.ts";
import { type OutcomeDescription, PLAIN_OUTCOME, type StepDescription } from "./statement.ts";

/** A lock that a thread might still hold: its holder cells, and what that means. */
export interface HeldLock {
  readonly display: string;
  readonly holders: readonly Expression[];
  readonly fatal: boolean;
}

/** The first step of a created thread. */
export const startStep: StepDescription = { label: "thread starts", outcomes: [PLAIN_OUTCOME] };

/** The end of a thread of this routine. */
export function exitStep(
  graph: string,
  created: boolean,
  locks: readonly HeldLock[],
  source: Span | undefined,
): StepDescription {
  const violation = (rule: RuleId, message: string): Violation => ({
    rule,
    message: `${graph} ends ${message}`,
    place: `${graph} exit`,
    ...(source && { source }),
  });
  const self: Expression = { kind: "self" };
  const holds = (lock: HeldLock): Expression =>
    or(...lock.holders.map((holder) => equals(holder, self)));
  const inRegion = or(
    differs(callingThread.apcDisable, constant(0)),
    differs(callingThread.specialApcDisable, constant(0)),
  );
  const fatal = [
    ...locks
      .filter((lock) => lock.fatal)
      .map((lock) => ({
        when: holds(lock),
        rule: "lock-held-at-exit" as const,
        says: `while it owns ${lock.display}`,
      })),
    {
      when: inRegion,
      rule: "exit-in-region" as const,
      says: "inside a critical or guarded region",
    },
  ];
  const checks: readonly Check[] = [
    ...locks
      .filter((lock) => !lock.fatal)
      .map((lock) => ({
        ...violation("lock-held-at-exit", `while it holds ${lock.display}`),
        when: holds(lock),
      })),
    {
      ...violation("exit-at-raised-irql", "above PASSIVE_LEVEL"),
      when: greaterThan(callingThread.irql, constant(LEVELS.PASSIVE_LEVEL)),
    },
  ];
  return {
    label: created ? "thread exits" : "end",
    ...(!created && { local: true as const }),
    outcomes: [...fatalOutcomes(fatal, violation), normalOutcome(fatal, checks, created)],
  };
}

type Fatal = readonly { readonly when: Expression; readonly rule: RuleId; readonly says: string }[];

function fatalOutcomes(
  fatal: Fatal,
  violation: (rule: RuleId, says: string) => Violation,
): readonly OutcomeDescription[] {
  return fatal.map(({ when, rule, says }, index) => ({
    ...PLAIN_OUTCOME,
    guards: [...fatal.slice(0, index).map((earlier) => not(earlier.when)), when],
    fatal: violation(rule, says),
  }));
}

function normalOutcome(
  fatal: Fatal,
  checks: readonly Check[],
  created: boolean,
): OutcomeDescription {
  const signal = created ? [set(callingThread.state, constant(THREAD_STATE.signaled))] : [];
  return {
    ...PLAIN_OUTCOME,
    guards: [and(...fatal.map(({ when }) => not(when)))],
    updates: [...signal, set(callingThread.irql, constant(LEVELS.PASSIVE_LEVEL))],
    checks,
  };
}
