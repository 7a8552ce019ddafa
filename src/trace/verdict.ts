/**
 * The judge between engines and readers: an engine's finding is replayed by the reference interpreter, and only what is
 * really found there becomes a finding of the document, with its trace and its explanation.
 */
import type { Program } from "../ir/program.ts";
import { isRuleId, ruleOf } from "../ir/rules.ts";
import { type ScheduleItem, scheduleText } from "../ir/schedule.ts";
import type { Span } from "../ir/span.ts";
import { selfCycles } from "../semantics/observe.ts";
import { type Replay, replay } from "../semantics/replay.ts";
import { threadOf } from "../semantics/state.ts";
import type { Explanation, Finding, Minimality, VerdictKind } from "./document.ts";
import { blockedThreads, type Run, runOf } from "./run.ts";
import type { ViolationName } from "./scene.ts";
import { explanationOf } from "./sentence.ts";
import { traceOfRun } from "./trace.ts";

/** What an engine reports: names and a schedule, nothing that a reader sees unchecked. */
export interface EngineFinding extends ViolationName {
  readonly source?: Span;
  readonly schedule: readonly ScheduleItem[];
}

export type Confirmation =
  | { readonly ok: true; readonly replay: Replay }
  | { readonly ok: false; readonly message: string };

/** Rules about the whole state graph or the text: their schedule leads to a state at most, and must replay. */
const GRAPH_RULES: readonly string[] = [
  "partial-deadlock",
  "lock-order",
  "dead-code",
  "wait-status-ignored",
  "fault-ignored",
  "thread-not-joined",
];

const isAboutGraph = (rule: string): boolean =>
  GRAPH_RULES.includes(rule) || rule.startsWith("reachable:");

/** Replays the schedule and checks that this rule is violated at this place. Anything else is a defect of the engine. */
export function confirm(
  program: Program,
  finding: ViolationName,
  schedule: readonly ScheduleItem[],
): Confirmation {
  const replayed = replay(program, schedule);
  if (!replayed.ok) {
    const { index, message } = replayed.failure;
    return { ok: false, message: `the schedule does not replay: step ${index + 1}: ${message}` };
  }
  const run = replayed.replay;
  if (isFound(program, finding, run)) return { ok: true, replay: run };
  return {
    ok: false,
    message: `${finding.rule} at ${finding.place} is not found when the schedule ${scheduleText(run.steps.map(({ choice }) => choice))} is replayed`,
  };
}

function isFound(program: Program, { rule, place }: ViolationName, run: Replay): boolean {
  const found = [
    ...run.initialFound,
    ...run.steps.flatMap((step) => step.found),
    ...run.terminalFound,
    ...program.warnings,
  ];
  const isThis = (other: { readonly rule: string; readonly place: string }) =>
    other.rule === rule && other.place === place;
  if (found.some(isThis) || isAboutGraph(rule)) return true;
  // A thread that waits for itself while others go on is in no terminal state.
  const { last } = runOf(program, run);
  return selfCycles(program, last, blockedThreads(program, last)).some(isThis);
}

/** What the search knows of how simple a schedule is, and whether the finding rests on an assumption. */
export interface FindingExtras {
  readonly minimal?: Minimality;
  readonly shortest?: true;
  readonly assumed?: true;
}

/** Confirms an engine's finding and makes the one that readers see. */
export function findingOf(
  program: Program,
  found: EngineFinding,
  extras: FindingExtras = {},
):
  | { readonly ok: true; readonly finding: Finding }
  | { readonly ok: false; readonly message: string } {
  const confirmation = confirm(program, found, found.schedule);
  if (!confirmation.ok) return confirmation;
  return { ok: true, finding: document(runOf(program, confirmation.replay), found, extras) };
}

function document(run: Run, found: EngineFinding, extras: FindingExtras): Finding {
  const { rule, message, threads, source } = found;
  const known = isRuleId(rule) ? ruleOf(rule) : undefined;
  const explanation = explanationOf(run, found);
  const roles = new Map(explanation.steps.map(({ index, role }) => [index, role]));
  // Without steps there is a run to show only if the initial state itself is to blame.
  const hasRun = run.steps.length > 0 || !isTextual(run, found);
  const involved = threads.length > 0 ? threads : culprits(run, explanation);
  const spot = source ?? (hasRun ? run.steps.at(-1)?.location.source : undefined);
  return {
    rule,
    severity: known?.severity ?? "error",
    message,
    threads: involved.map((number) => threadOf(run.program, number).name),
    ...(spot && { source: spot }),
    ...(known?.documentation !== undefined && { documentation: known.documentation }),
    ...(extras.assumed && { assumed: extras.assumed }),
    bugChecks: known?.bugChecks ?? [],
    ...(extras.minimal && { minimal: extras.minimal }),
    ...(hasRun && extras.shortest && { shortest: extras.shortest }),
    ...(hasRun && { trace: traceOfRun(run, roles) }),
    explanation,
  };
}

/** Where a state is to blame and no one step: the threads whose steps explain it, else the one that led there. */
function culprits(run: Run, { steps }: Explanation): readonly number[] {
  const telling = steps.flatMap(({ index }) => run.steps[index - 1]?.thread ?? []);
  const last = run.steps.at(-1)?.thread;
  return [...new Set(telling.length > 0 || last === undefined ? telling : [last])].sort(
    (a, b) => a - b,
  );
}

function isTextual(run: Run, { rule, place }: ViolationName): boolean {
  if (["lock-order", "dead-code"].includes(rule) || rule.startsWith("reachable:")) return true;
  return run.program.warnings.some((other) => other.rule === rule && other.place === place);
}

/** The verdict: errors violate, warnings only under `strict`; anything left unexplored is inconclusive, never "holds". */
export function verdictOf(
  findings: readonly Finding[],
  { complete, strict }: { readonly complete: boolean; readonly strict: boolean },
): VerdictKind {
  if (findings.some(({ severity }) => strict || severity === "error")) return "violated";
  return complete ? "holds" : "inconclusive";
}
