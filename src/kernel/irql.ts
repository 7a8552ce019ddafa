/**
 * Raising and lowering the IRQL.
 *
 * Pages: KeRaiseIrql, KeLowerIrql, KeRaiseIrqlToDpcLevel, KeGetCurrentIrql (wdm.h); managing-hardware-priorities.
 *
 * | in Windows                        | in the model                                    |
 * | the processor's IRQL              | thread.irql of the thread that runs there       |
 * | OldIrql, kept by the caller       | a local, and a stack per thread for the rule    |
 */
import {
  conditional,
  constant,
  differs,
  type Expression,
  equals,
  greaterThan,
  lessThan,
  minus,
  or,
  plus,
} from "../ir/expression.ts";
import type { Update } from "../ir/program.ts";
import { LEVELS } from "./levels.ts";
import { set, type View } from "./object-kind.ts";
import { type Call, type Misuse, type Outcome, routine } from "./routine.ts";
import { RAISES_MAX, type ThreadField } from "./thread.ts";

/** A level as a value. */
export const levelType = { kind: "range", min: 0, max: 15 } as const;

const SAVED = ["raised1", "raised2", "raised3", "raised4"] as const;

/** Where the raises of a thread are remembered, the latest last. */
function remembered(thread: View<ThreadField>, level: Expression): readonly Update[] {
  return SAVED.map((field, depth) =>
    set(thread[field], conditional(equals(thread.raises, constant(depth)), level, thread[field])),
  );
}

/** The level that the latest raise saved. */
export function latest(thread: View<ThreadField>): Expression {
  return SAVED.reduceRight<Expression>(
    (other, field, depth) =>
      conditional(equals(thread.raises, constant(depth + 1)), thread[field], other),
    constant(0),
  );
}

/** Raises the caller's IRQL and remembers the old one. */
export function raised({ thread }: Pick<Call, "thread">, level: Expression): readonly Outcome[] {
  return [
    {
      when: [lessThan(thread.raises, constant(RAISES_MAX))],
      effect: [
        ...remembered(thread, thread.irql),
        set(thread.raises, plus(thread.raises, constant(1))),
        set(thread.irql, level),
      ],
      results: { old: thread.irql },
    },
    {
      when: [equals(thread.raises, constant(RAISES_MAX))],
      effect: [],
      limit: `more than ${RAISES_MAX} nested raises of the IRQL`,
    },
  ];
}

/** Undoes the latest raise: the caller's IRQL becomes `level`. */
export function lowered({ thread }: Pick<Call, "thread">, level: Expression): readonly Update[] {
  const fewer = minus(thread.raises, constant(1));
  return [
    set(thread.raises, conditional(equals(thread.raises, constant(0)), constant(0), fewer)),
    set(thread.irql, level),
  ];
}

/** Lowering to another level than the latest raise saved. */
export function notRestored({ thread }: Pick<Call, "thread">, level: Expression): Misuse {
  return {
    rule: "irql-not-restored",
    when: or(equals(thread.raises, constant(0)), differs(level, latest(thread))),
    says: "the new IRQL is not the one that the latest raise returned",
    survives: true,
  };
}

const newLevel = (call: Call): Expression => call.values.level ?? constant(LEVELS.DISPATCH_LEVEL);

function lowers(call: Call): readonly Misuse[] {
  return [
    {
      rule: "irql-raise-lowers",
      when: lessThan(newLevel(call), call.thread.irql),
      says: "the new IRQL is below the current one",
    },
  ];
}

/**
 * Reads the caller's IRQL.
 *
 * IRQL      any.
 * Blocks    never; touches only the caller's own state.
 * Effect    none.
 * Misuse    none.
 * Left out  nothing.
 */
export const KeGetCurrentIrql = routine({
  name: "KeGetCurrentIrql",
  page: "wdm/nf-wdm-kegetcurrentirql",
  takes: [],
  own: true,
  results: { irql: levelType },
  irql: () => ({ atMost: "HIGH_LEVEL" }),
  outcomes: ({ thread }) => [{ when: [], effect: [], results: { irql: thread.irql } }],
});

/**
 * Gives the IRQL back that the latest raise saved.
 *
 * IRQL      any.
 * Blocks    never.
 * Effect    the caller's IRQL becomes the given one.
 * Misuse    a level above the current one; another one than the latest raise saved.
 * Left out  delivery of what the old level held off.
 */
export const KeLowerIrql = routine({
  name: "KeLowerIrql",
  page: "wdm/nf-wdm-kelowerirql",
  takes: [],
  values: ["level"],
  irql: () => ({ atMost: "HIGH_LEVEL" }),
  misuse: (call) => [
    {
      rule: "irql-lower-raises",
      when: greaterThan(newLevel(call), call.thread.irql),
      says: "the new IRQL is above the current one",
    },
    notRestored(call, newLevel(call)),
  ],
  outcomes: (call) => [{ when: [], effect: lowered(call, newLevel(call)) }],
});

/**
 * Raises the caller's IRQL.
 *
 * IRQL      any.
 * Blocks    never.
 * Effect    the caller's IRQL becomes the given one; the old one is returned.
 * Misuse    a level below the current one.
 * Left out  nothing.
 */
export const KeRaiseIrql = routine({
  name: "KeRaiseIrql",
  page: "wdm/nf-wdm-keraiseirql",
  takes: [],
  values: ["level"],
  results: { old: levelType },
  irql: () => ({ atMost: "HIGH_LEVEL" }),
  misuse: lowers,
  outcomes: (call) => raised(call, newLevel(call)),
});

/**
 * Raises the caller's IRQL to DISPATCH_LEVEL.
 *
 * IRQL      at most DISPATCH_LEVEL.
 * Blocks    never.
 * Effect    as KeRaiseIrql.
 * Misuse    as KeRaiseIrql.
 * Left out  nothing.
 */
export const KeRaiseIrqlToDpcLevel = routine({
  name: "KeRaiseIrqlToDpcLevel",
  page: "wdm/nf-wdm-keraiseirqltodpclevel",
  takes: [],
  results: { old: levelType },
  irql: () => ({ atMost: "DISPATCH_LEVEL", rule: "irql-raise-lowers", fatal: true }),
  outcomes: (call) => raised(call, constant(LEVELS.DISPATCH_LEVEL)),
});
