/** Code in which leaving the range of a variable is an outcome of its own, like any misuse. */
import type { Outcome } from "../../ir/compose.ts";
import { and, constant, lessThan, not } from "../../ir/expression.ts";
import type { Violation } from "../../ir/program.ts";
import { bounds } from "../../ir/type.ts";
import type { Code, CodeStep, ThreadCode } from "./thread-code.ts";

/** Splits each step that writes a variable in `ranged` into one that stays within and a fatal one. */
export function withRangeOutcomes(code: Code, ranged: ReadonlySet<string>): Code {
  if (ranged.size === 0) return code;
  const { threads, typeOf } = code;
  return { ...code, threads: threads.map((thread) => threadWithRanges(thread, ranged, typeOf)) };
}

function threadWithRanges(
  thread: ThreadCode,
  ranged: ReadonlySet<string>,
  typeOf: Code["typeOf"],
): ThreadCode {
  const locations = [...thread.locations].map(([id, location]) => {
    const steps = location.steps.flatMap((step) => splitByRange(step, ranged, typeOf));
    return [id, { ...location, steps }] as const;
  });
  return { ...thread, locations: new Map(locations) };
}

/** The step while all its values stay in their ranges, and what it is when one does not. */
function splitByRange(
  step: CodeStep,
  ranged: ReadonlySet<string>,
  typeOf: Code["typeOf"],
): readonly CodeStep[] {
  const { outcome } = step;
  if (outcome.fatal || outcome.limit !== undefined) return [step];
  const within = outcome.updates.flatMap(({ target, value }) => {
    if (target.kind !== "cell" || !ranged.has(target.variable)) return [];
    const { min, max } = bounds(typeOf(target.variable));
    return [not(lessThan(value, constant(min))), lessThan(value, constant(max + 1))];
  });
  if (within.length === 0) return [step];
  const inside = and(...within);
  const outside: Outcome = {
    ...outcome,
    guards: [...outcome.guards, not(inside)],
    updates: [],
    fatal: RANGE,
  };
  return [
    { ...step, outcome: { ...outcome, guards: [...outcome.guards, ...within] } },
    { ...step, starts: [], outcome: outside },
  ];
}

/** Stands for the violation; the search that fires the step words it. */
const RANGE: Violation = { rule: "range", message: "", place: "" };

/** Whether the outcome is that of a step which leaves a range: the step is taken, so it accesses what it would write. */
export const leavesRange = ({ fatal }: Outcome): boolean => fatal === RANGE;
