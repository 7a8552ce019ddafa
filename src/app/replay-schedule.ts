/**
 * Replays a schedule on a model and judges the run: whether it still violates a rule, and if not, where it ends or
 * where the model goes another way.
 *
 * What a run alone cannot show, since it is about all runs (a partial deadlock), is searched for again.
 */
import type { ModelDefinition } from "../dsl/model.ts";
import { type Diagnostic, errorDiagnostic } from "../ir/diagnostic.ts";
import type { Program } from "../ir/program.ts";
import { parseSchedule, type ScheduleItem } from "../ir/schedule.ts";
import { findingKey } from "../semantics/explore.ts";
import type { Found } from "../semantics/interpreter.ts";
import { selfCycles } from "../semantics/observe.ts";
import { replay } from "../semantics/replay.ts";
import { threadOf } from "../semantics/state.ts";
import { assert } from "../support/assert.ts";
import type { Finding, Result, Trace } from "../trace/document.ts";
import { blockedThreads, runOf } from "../trace/run.ts";
import { traceOf } from "../trace/trace.ts";
import { findingOf } from "../trace/verdict.ts";
import { checkProgram, unfinishedResult } from "./check-model.ts";
import { type RecordOptions, recordModel } from "./record-model.ts";

/** A counterexample to run again. */
export interface ReplayRequest extends RecordOptions {
  readonly schedule: string;
  /** The rule that it violated, where that is known. */
  readonly rule?: string;
  /** The steps that it had, where they are known. */
  readonly steps?: Trace["steps"];
}

/** What came of it. */
export interface Replayed {
  /** Model, file, parameters and options; its findings are those of this run. */
  readonly result: Result;
  /** The first step that is not the one that was recorded, or that cannot happen. */
  readonly divergence?: { readonly step: number; readonly message: string };
  /** The run as far as it goes. */
  readonly trace: Trace;
}

export type ReplayAnswer =
  | { readonly ok: true; readonly replayed: Replayed }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export function replaySchedule(model: ModelDefinition, request: ReplayRequest): ReplayAnswer {
  const recorded = recordModel(model, request);
  if (!recorded.ok) return recorded;
  const { program, faults } = recorded;
  const parsed = parseSchedule(request.schedule);
  if (!parsed.ok) return badSchedule(`\`${parsed.word}\` is no step of a schedule`, SYNTAX);
  const { length } = program.threads;
  const stranger = parsed.items.find(({ thread }) => thread > length);
  if (stranger) {
    const has = length === 1 ? "1 thread" : `${length} threads`;
    return badSchedule(`the schedule names thread ${stranger.thread}, the model has ${has}`);
  }
  const { items, failure } = runnable(program, parsed.items);
  if (failure && request.steps === undefined && violations(program, items).length === 0) {
    const { name } = program.threads[(parsed.items[items.length]?.thread ?? 1) - 1] ?? {};
    return badSchedule(
      `the schedule does not fit the model: step ${items.length + 1} (${name}): ${failure}`,
    );
  }
  return { ok: true, replayed: judgedRun(program, items, { ...request, failure, faults }) };
}

const SYNTAX =
  "write threads by number, separated by dots: 1.2.2/1.3x4 (see the `replay` line of a finding)";

function badSchedule(message: string, fix?: string): ReplayAnswer & { ok: false } {
  const diagnostic = errorDiagnostic("bad-schedule", message, fix === undefined ? {} : { fix });
  return { ok: false, diagnostics: [diagnostic] };
}

/** The part of a schedule that the model can run, and why not more. */
function runnable(
  program: Program,
  items: readonly ScheduleItem[],
): { readonly items: readonly ScheduleItem[]; readonly failure?: string } {
  const result = replay(program, items);
  if (result.ok) return { items };
  return { items: items.slice(0, result.failure.index), failure: result.failure.message };
}

interface Attempt extends ReplayRequest {
  readonly failure: string | undefined;
  readonly faults: readonly string[];
}

function judgedRun(program: Program, items: readonly ScheduleItem[], attempt: Attempt): Replayed {
  const { rule, failure, steps } = attempt;
  const made = traceOf(program, items);
  assert(made.ok, "the part of a schedule that runs is replayed");
  const { trace } = made;
  const found = violations(program, items).filter((one) => rule === undefined || one.rule === rule);
  const findings = found.flatMap((one): readonly Finding[] => {
    const confirmed = findingOf(program, { ...one, schedule: items });
    return confirmed.ok ? [confirmed.finding] : [];
  });
  const divergence = divergenceOf(trace, steps, failure);
  const known = unfinishedResult(program, attempt);
  // A warning alone does not violate, unless it is what the run is replayed for.
  const violates = findings.some(({ severity }) => rule !== undefined || severity === "error");
  const result: Result =
    violates || divergence
      ? { ...known, verdict: violates ? "violated" : "holds", findings }
      : waitingForEver(program, items, { known, attempt });
  return { result, ...(divergence && { divergence }), trace };
}

/** What the run violates at each step, in its states and at its end; each rule and place once. */
function violations(program: Program, items: readonly ScheduleItem[]): readonly Found[] {
  const result = replay(program, items);
  assert(result.ok, "the part of a schedule that runs is replayed");
  const { initialFound, steps, terminalFound } = result.replay;
  const { last } = runOf(program, result.replay);
  const stopped = steps.at(-1)?.after === undefined && steps.length > 0;
  const all = [
    ...initialFound,
    ...steps.flatMap(({ found }) => found),
    ...terminalFound,
    ...(stopped ? [] : selfCycles(program, last, blockedThreads(program, last))),
  ];
  return [...new Map(all.map((one) => [findingKey(one), one])).values()];
}

/**
 * A run that violates nothing itself but leaves threads waiting: whether they wait for ever, only all runs from there
 * can tell. So the model is searched, and what is found is compared with who waits here.
 */
function waitingForEver(
  program: Program,
  items: readonly ScheduleItem[],
  { known, attempt }: { readonly known: Result; readonly attempt: Attempt },
): Result {
  const result = replay(program, items);
  assert(result.ok, "the part of a schedule that runs is replayed");
  const { last } = runOf(program, result.replay);
  const waiting = blockedThreads(program, last).map((number) => threadOf(program, number).name);
  const { rule = PARTIAL } = attempt;
  if (waiting.length === 0 || rule !== PARTIAL) return { ...known, verdict: "holds" };
  const searched = checkProgram(program, attempt);
  const findings = searched.findings.filter(
    (one) => one.rule === PARTIAL && one.threads.every((thread) => waiting.includes(thread)),
  );
  if (findings.length > 0) return { ...known, verdict: "violated", findings };
  const { verdict, reason } = searched;
  return verdict === "inconclusive" && reason !== undefined
    ? { ...known, verdict, reason }
    : { ...known, verdict: "holds" };
}

const PARTIAL = "partial-deadlock";

/** Where the run leaves the one that was recorded. */
function divergenceOf(
  trace: Trace,
  recorded: Trace["steps"] | undefined,
  failure: string | undefined,
): Replayed["divergence"] {
  const changed = recorded?.findIndex((step, index) => {
    const now = trace.steps[index];
    return now !== undefined && (now.thread !== step.thread || now.label !== step.label);
  });
  const was = changed === undefined ? undefined : recorded?.[changed];
  const now = changed === undefined ? undefined : trace.steps[changed];
  if (changed !== undefined && was && now) {
    const message = `it was ${stepText(was)}, now it is ${stepText(now)}`;
    return { step: changed + 1, message };
  }
  if (failure === undefined) return undefined;
  const missing = recorded?.[trace.steps.length];
  const message = missing ? `it was ${stepText(missing)}, but now ${failure}` : failure;
  return { step: trace.steps.length + 1, message };
}

const stepText = ({ thread, label }: Trace["steps"][number]): string => `${thread}: ${label}`;
