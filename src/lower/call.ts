/**
 * A call of a kernel routine as a step: misuse first, then what can come of it.
 *
 * Fatal misuses are outcomes of their own, tested in order; what a free build survives is recorded by every outcome.
 * The normal outcomes are guarded by the absence of fatal misuse.
 */
import { and, constant, type Expression, lessThan, not } from "../ir/expression.ts";
import type { Check, Update, Violation } from "../ir/program.ts";
import type { RuleId } from "../ir/rules.ts";
import type { Span } from "../ir/span.ts";
import { LEVELS, levelText } from "../kernel/levels.ts";
import type { Sizes } from "../kernel/object-kind.ts";
import type {
  Call,
  IrqlContract,
  Misuse,
  ObjectArgument,
  Outcome,
  Routine,
} from "../kernel/routine.ts";
import { callingThread } from "../kernel/thread.ts";
import { enterSection, leaveSection } from "./section.ts";
import { type OutcomeDescription, PLAIN_OUTCOME, type StepDescription } from "./statement.ts";

/** A recorded call. */
export interface CallSite {
  readonly routine: Routine;
  readonly objects: readonly ObjectArgument[];
  readonly values: Readonly<Record<string, Expression>>;
  readonly options: Readonly<Record<string, string>>;
  /** Locals that take the results, by result name; a result that nobody uses has none. */
  readonly results: () => Readonly<Record<string, string>>;
  readonly acquires: () => boolean;
  /** False where a library object's own life is the section. */
  readonly sections: boolean;
  /** Text instead of `ROUTINE(objects)`, for operations that are no calls. */
  readonly label?: string;
  /** Name of the calling routine, for places. */
  readonly graph: string;
  readonly source?: Span;
}

/**
 * One of the two steps of a call: its arrival, which is nothing for most, and its completion, which then is the call.
 */
export function describeCall(
  site: CallSite,
  sizes: Sizes,
  part: "arrival" | "completion",
): StepDescription {
  const { routine } = site;
  const call = callOf(site, sizes);
  const arrival = routine.arrives?.(call);
  const label = site.label ?? `${routine.name}(${shownArguments(site).join(", ")})`;
  const requests = routine.requests?.(call);
  if (part === "arrival") {
    if (!arrival) return { label, local: true, outcomes: [PLAIN_OUTCOME] };
    const misuses = misusesOf(site, call);
    const effects = arrival.map((outcome) => ({ ...outcome, failed: true as const }));
    return {
      ...described(site, call, { misuses, effects, label }),
      label: `${label} begins`,
      ...(requests && { requests }),
    };
  }
  const misuses = arrival ? [] : misusesOf(site, call);
  const waits = routine.waits?.(call);
  return {
    ...described(site, call, { misuses, effects: routine.outcomes(call), label }),
    ...(routine.own && { local: true }),
    ...(waits && { waits }),
    ...(requests && { requests }),
    ...(routine.yields && { yields: true }),
  };
}

/** What one step of a call does. */
interface CallStep {
  readonly misuses: readonly Misuse[];
  readonly effects: readonly Outcome[];
  readonly label: string;
}

function callOf(site: CallSite, sizes: Sizes): Call {
  return {
    self: { kind: "self" },
    thread: callingThread,
    objects: site.objects,
    values: site.values,
    options: optionsOf(site),
    sizes,
    acquires: site.acquires(),
  };
}

function misusesOf(site: CallSite, call: Call): readonly Misuse[] {
  return [
    ...site.objects.flatMap(({ validity }) => validity),
    ...irqlMisuses(site.routine.irql(call), call),
    ...(site.routine.misuse?.(call) ?? []),
  ];
}

function described(site: CallSite, call: Call, step: CallStep): StepDescription {
  return {
    label: step.label,
    routine: site.routine.name,
    arguments: shownArguments(site),
    outcomes: outcomesOf(site, call, step),
  };
}

function optionsOf({ routine, options }: CallSite): Readonly<Record<string, string>> {
  const defaults = Object.entries(routine.options ?? {}).map(([name, values]) => [
    name,
    values[0] ?? "",
  ]);
  return { ...Object.fromEntries(defaults), ...options };
}

function shownArguments(site: CallSite): readonly string[] {
  const literals = Object.entries(site.options).map(([name, value]) => `${name}: ${value}`);
  const values = Object.entries(site.values).map(([name, value]) => shownValue(name, value));
  return [...site.objects.map(({ display }) => display), ...values, ...literals];
}

function shownValue(name: string, value: Expression): string {
  if (value.kind === "local") return value.name;
  if (value.kind !== "constant") return name;
  return name === "level" ? levelText(value.value) : String(value.value);
}

function irqlMisuses(contract: IrqlContract, { thread }: Call): readonly Misuse[] {
  const highest = LEVELS[contract.atMost];
  const tooHigh: Misuse = {
    rule: contract.rule ?? "irql-too-high",
    when: lessThan(constant(highest), thread.irql),
    says: `called above ${levelText(highest)}`,
    ...(!contract.fatal && { survives: true }),
  };
  if (contract.atLeast === undefined) return [tooHigh];
  const lowest = LEVELS[contract.atLeast];
  const says = `called below ${levelText(lowest)}`;
  return [
    tooHigh,
    { rule: "irql-too-low", when: lessThan(thread.irql, constant(lowest)), says, survives: true },
  ];
}

function outcomesOf(site: CallSite, call: Call, step: CallStep): readonly OutcomeDescription[] {
  const { misuses, effects, label } = step;
  const violation = (rule: RuleId, says: string): Violation => ({
    rule,
    message: `${label}: ${says}`,
    place: placeText(site, label),
    ...(site.source && { source: site.source }),
  });
  const absent: Expression[] = [];
  const fatal: OutcomeDescription[] = [];
  const checks: Check[] = [];
  // In order, since a later misuse may only be read where an earlier one is absent (a null pointer, then its block).
  for (const { rule, when, says, survives } of misuses) {
    if (survives) {
      checks.push({ ...violation(rule, says), when: and(...absent, when) });
    } else {
      fatal.push({ ...PLAIN_OUTCOME, guards: [...absent, when], fatal: violation(rule, says) });
      absent.push(not(when));
    }
  }
  const normal = effects.map((outcome) => ({
    ...PLAIN_OUTCOME,
    guards: [...absent, ...outcome.when],
    updates: [
      ...outcome.effect,
      ...resultUpdates(site, outcome),
      ...sectionUpdates(site, call, outcome),
    ],
    starts: outcome.starts ?? [],
    accesses: outcome.accesses ?? [],
    checks,
    ...(outcome.returns !== undefined && { outcome: outcome.returns }),
    ...(outcome.frees && { frees: outcome.frees }),
    ...(outcome.fault !== undefined && { fault: outcome.fault }),
    ...(outcome.limit !== undefined && { limit: outcome.limit }),
  }));
  return [...fatal, ...normal];
}

/** The stable name of a call: routine of the thread, line, routine called. */
function placeText(site: Pick<CallSite, "graph" | "source">, label: string): string {
  return `${site.graph}${site.source ? `:${site.source.line}` : ""} ${label}`;
}

function resultUpdates(site: CallSite, { results = {} }: Outcome): readonly Update[] {
  const targets = site.results();
  return Object.entries(results).flatMap(([name, value]) => {
    const target = targets[name];
    return target === undefined
      ? []
      : [{ target: { kind: "local", name: target } as const, value }];
  });
}

function sectionUpdates(site: CallSite, call: Call, outcome: Outcome): readonly Update[] {
  const [object] = site.objects;
  if (!site.sections || !object?.kind.holder) return [];
  if (outcome.failed || outcome.effect.length === 0) return [];
  if (site.routine.section === "enter") return enterSection(object, call.self, call.sizes);
  if (site.routine.section === "leave") return leaveSection(object, call.self, call.sizes);
  return [];
}
