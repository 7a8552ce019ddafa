/**
 * Critical and guarded regions: a thread keeps asynchronous procedure calls away from itself. No mutual exclusion.
 *
 * Pages: KeEnterCriticalRegion, KeLeaveCriticalRegion, KeEnterGuardedRegion, KeLeaveGuardedRegion, KeAreApcsDisabled,
 * KeAreAllApcsDisabled (wdm.h); kernel/disabling-apcs.
 *
 * | in Windows                                  | in the model                       |
 * | KernelApcDisable, as far as regions count   | thread.apcDisable                  |
 * | SpecialApcDisable                           | thread.specialApcDisable           |
 * | KernelApcDisable, as far as KMUTEXes count  | owner of any KMUTEX is the thread  |
 *
 * The two kinds nest and may overlap. They are the caller's own state, so entering and leaving costs no step.
 */
import {
  and,
  atLeast,
  conditional,
  constant,
  differs,
  type Expression,
  equals,
  lessThan,
  minus,
  not,
  or,
  plus,
} from "../ir/expression.ts";
import type { Update } from "../ir/program.ts";
import { LEVELS } from "./levels.ts";
import { type Sizes, set, type View } from "./object-kind.ts";
import { type Misuse, type Outcome, routine } from "./routine.ts";
import type { ThreadField } from "./thread.ts";

const none = constant(0);

/** Entering one more region: possible up to the model's bound on nesting. */
interface Entering {
  readonly possible: Expression;
  readonly effect: readonly Update[];
  readonly depth: number;
}

export function entered(count: Expression, { depth }: Pick<Sizes, "depth">): Entering {
  return {
    possible: lessThan(count, constant(depth)),
    effect: [set(count, plus(count, constant(1)))],
    depth,
  };
}

/** The outcome of entering a region too many for the model. */
export function regionLimit({ possible, depth }: Entering): Outcome {
  return { when: [not(possible)], effect: [], limit: `regions nested deeper than ${depth}` };
}

/** One region less; outside of all it stays so, where a free build would count on the other side of zero. */
export function left(count: Expression): Update {
  return set(count, conditional(equals(count, none), none, minus(count, constant(1))));
}

export function underflow(count: Expression, kind: "critical" | "guarded"): Misuse {
  return {
    rule: "region-underflow",
    when: equals(count, none),
    says: `leaves a ${kind} region that was not entered`,
    survives: true,
  };
}

/** The thread is in no region of either kind. */
export function outsideRegions(thread: View<ThreadField>): Expression {
  return and(equals(thread.apcDisable, none), equals(thread.specialApcDisable, none));
}

/**
 * Tells whether no APC of any kind can run in the caller.
 *
 * IRQL      at most DISPATCH_LEVEL.
 * Blocks    never; touches only the caller's own state.
 * Effect    none; TRUE in a guarded region, or at APC_LEVEL and above.
 * Misuse    none.
 * Left out  nothing.
 */
export const KeAreAllApcsDisabled = routine({
  name: "KeAreAllApcsDisabled",
  page: "wdm/nf-wdm-keareallapcsdisabled",
  takes: [],
  own: true,
  results: { disabled: { kind: "boolean" } },
  irql: () => ({ atMost: "DISPATCH_LEVEL" }),
  outcomes: ({ thread }) => {
    const disabled = or(
      differs(thread.specialApcDisable, none),
      atLeast(thread.irql, constant(LEVELS.APC_LEVEL)),
    );
    return [{ when: [], effect: [], results: { disabled } }];
  },
});

/**
 * Tells whether normal kernel APCs cannot run in the caller. The IRQL is not considered.
 *
 * IRQL      at most DISPATCH_LEVEL.
 * Blocks    never; touches only the caller's own state.
 * Effect    none; TRUE in a critical or guarded region, or if the caller owns a KMUTEX.
 * Misuse    none.
 * Left out  that a system thread starts inside a critical region, by its documentation.
 */
export const KeAreApcsDisabled = routine({
  name: "KeAreApcsDisabled",
  page: "wdm/nf-wdm-keareapcsdisabled",
  takes: [],
  own: true,
  results: { disabled: { kind: "boolean" } },
  irql: () => ({ atMost: "DISPATCH_LEVEL" }),
  outcomes: ({ thread, self, sizes }) => {
    const owns = sizes.mutexOwners.map((owner) => equals(owner, self));
    const disabled = or(not(outsideRegions(thread)), ...owns);
    return [{ when: [], effect: [], results: { disabled } }];
  },
});

/**
 * Keeps normal kernel APCs away until the matching leave.
 *
 * IRQL      at most APC_LEVEL.
 * Blocks    never; touches only the caller's own state.
 * Effect    the caller is in one more critical region.
 * Misuse    none beside the IRQL.
 * Left out  nothing.
 */
export const KeEnterCriticalRegion = routine({
  name: "KeEnterCriticalRegion",
  page: "wdm/nf-wdm-keentercriticalregion",
  takes: [],
  own: true,
  irql: () => ({ atMost: "APC_LEVEL" }),
  outcomes: ({ thread, sizes }): readonly Outcome[] => {
    const enters = entered(thread.apcDisable, sizes);
    return [{ when: [enters.possible], effect: enters.effect }, regionLimit(enters)];
  },
});

/**
 * Keeps all APCs away until the matching leave.
 *
 * IRQL      at most APC_LEVEL.
 * Blocks    never; touches only the caller's own state.
 * Effect    the caller is in one more guarded region.
 * Misuse    none beside the IRQL.
 * Left out  nothing.
 */
export const KeEnterGuardedRegion = routine({
  name: "KeEnterGuardedRegion",
  page: "wdm/nf-wdm-keenterguardedregion",
  takes: [],
  own: true,
  irql: () => ({ atMost: "APC_LEVEL" }),
  outcomes: ({ thread, sizes }): readonly Outcome[] => {
    const enters = entered(thread.specialApcDisable, sizes);
    return [{ when: [enters.possible], effect: enters.effect }, regionLimit(enters)];
  },
});

/**
 * Ends the latest critical region.
 *
 * IRQL      at most APC_LEVEL.
 * Blocks    never; touches only the caller's own state.
 * Effect    the caller is in one critical region less.
 * Misuse    the caller is in none.
 * Left out  the APCs that then run.
 */
export const KeLeaveCriticalRegion = routine({
  name: "KeLeaveCriticalRegion",
  page: "wdm/nf-wdm-keleavecriticalregion",
  takes: [],
  own: true,
  irql: () => ({ atMost: "APC_LEVEL" }),
  misuse: ({ thread }) => [underflow(thread.apcDisable, "critical")],
  outcomes: ({ thread }) => [{ when: [], effect: [left(thread.apcDisable)] }],
});

/**
 * Ends the latest guarded region.
 *
 * IRQL      at most APC_LEVEL.
 * Blocks    never; touches only the caller's own state.
 * Effect    the caller is in one guarded region less.
 * Misuse    the caller is in none.
 * Left out  the APCs that then run.
 */
export const KeLeaveGuardedRegion = routine({
  name: "KeLeaveGuardedRegion",
  page: "wdm/nf-wdm-keleaveguardedregion",
  takes: [],
  own: true,
  irql: () => ({ atMost: "APC_LEVEL" }),
  misuse: ({ thread }) => [underflow(thread.specialApcDisable, "guarded")],
  outcomes: ({ thread }) => [{ when: [], effect: [left(thread.specialApcDisable)] }],
});
