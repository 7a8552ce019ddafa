/**
 * Joins the halves: a model is recorded, searched, every finding confirmed by replay, and judged.
 *
 * The verdict is never softened: "holds" needs a finished search, no bound of the model reached, and that whatever the
 * model states of ends was seen at some end. Clock and memory of the machine are read here, never below.
 */
import { totalmem } from "node:os";
import { performance } from "node:perf_hooks";
import type { ModelDefinition } from "../dsl/model.ts";
import type { Progress, SearchOptions, SearchResult } from "../engine/result.ts";
import type { Diagnostic } from "../ir/diagnostic.ts";
import type { Program } from "../ir/program.ts";
import { propertyHolds } from "../semantics/observe.ts";
import { initialState } from "../semantics/state.ts";
import { assert } from "../support/assert.ts";
import type { Count, Finding, Result, Statistics, Witness } from "../trace/document.ts";
import { traceOf } from "../trace/trace.ts";
import { type FindingExtras, findingOf, verdictOf } from "../trace/verdict.ts";
import { type RecordOptions, recordModel } from "./record-model.ts";
import { type Reduce, type Searched, searchProgram } from "./search-program.ts";
import { shownPath } from "./source-path.ts";

export interface CheckOptions extends RecordOptions {
  /** `auto` takes the engine that fits; so far there is one. */
  readonly engine?: "auto" | "explicit";
  /** Which equivalent runs are left out: `none` explores every state as it is. */
  readonly reduce?: Reduce;
  readonly maxStates?: number;
  /** Memory for states, in bytes; half of the machine's unless told, at most 8 GB. */
  readonly maxBytes?: number;
  readonly maxSeconds?: number;
  /** Stop at the first finding of severity error. */
  readonly first?: boolean;
  /** Warnings violate. */
  readonly strict?: boolean;
  /** Count all interleavings. */
  readonly count?: boolean;
}

/** Who watches a search. */
export interface Watcher {
  /** An answer is the reason to stop. */
  readonly interrupted?: () => string | undefined;
  readonly onProgress?: (progress: Progress) => void;
  /** The Program is made, the search begins. */
  readonly onSearch?: (unfinished: Result) => void;
}

export type Checked =
  | {
      readonly ok: true;
      readonly result: Result;
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Checks a model: the result, or what is wrong with the model. Blocks until the search is over. */
export function check(
  model: ModelDefinition,
  options: CheckOptions = {},
  watcher: Watcher = {},
): Checked {
  const recorded = recordModel(model, options);
  if (!recorded.ok) return recorded;
  const { program, faults, faultsLeftOut, diagnostics } = recorded;
  const chosen = { ...options, faults, faultsLeftOut };
  return { ok: true, result: checkProgram(program, chosen, watcher), diagnostics };
}

type ProgramOptions = CheckOptions & {
  readonly faults: readonly string[];
  readonly faultsLeftOut?: readonly string[];
};

/** Searches a Program from which failures were pruned already: those of `faultsLeftOut`, not those of `faults`. */
export function checkProgram(
  program: Program,
  options: ProgramOptions,
  watcher: Watcher = {},
): Result {
  const unfinished = unfinishedResult(program, options);
  watcher.onSearch?.(unfinished);
  const begun = performance.now();
  const { reduce = "auto" } = options;
  const searched = searchProgram(program, searchOptions(options, watcher), reduce);
  const { found, reductions } = searched;
  const findings = confirmed(program, searched);
  return {
    ...unfinished,
    ...judged(program, { found, findings, strict: options.strict ?? false, reductions }),
    engine: { ...unfinished.engine, reductions },
    statistics: statisticsOf(found, (performance.now() - begun) / 1000),
    findings,
    witnesses: found.witnesses.map((witness) => witnessOf(program, witness)),
  };
}

/** What is known before the search. */
export function unfinishedResult(program: Program, options: ProgramOptions): Result {
  const { faults, faultsLeftOut, strict, first, maxStates } = options;
  const { file = program.source?.file ?? "" } = options;
  return {
    model: program.name,
    file: file === "" ? "" : shownPath(file),
    params: program.parameters,
    verdict: "inconclusive",
    options: {
      faults: faults.length === 0 ? "none" : faults,
      ...program.choices,
      ...(strict && { strict }),
      ...(first && { first }),
      ...(maxStates !== undefined && { "max-states": maxStates }),
    },
    engine: { name: "explicit", reductions: [], workers: 1 },
    statistics: { states: 0, transitions: 0, depth: 0, seconds: 0, peakBytes: 0 },
    findings: [],
    witnesses: [],
    abstractions: [],
    ...(faultsLeftOut && { faultsLeftOut }),
  };
}

const maxBytesDefault = (): number => Math.min(totalmem() / 2, 8 * 2 ** 30);

function searchOptions(options: CheckOptions, watcher: Watcher): SearchOptions {
  const { maxStates, maxBytes, maxSeconds, first = false, count = false } = options;
  const deadline = maxSeconds === undefined ? undefined : performance.now() + maxSeconds * 1000;
  const overdue = () => deadline !== undefined && performance.now() >= deadline;
  return {
    maxStates: maxStates ?? Number.MAX_SAFE_INTEGER,
    maxBytes: maxBytes ?? maxBytesDefault(),
    first,
    count,
    interrupted: () =>
      watcher.interrupted?.() ??
      (overdue() ? `the time limit of ${maxSeconds} s was reached` : undefined),
    ...(watcher.onProgress && { onProgress: watcher.onProgress }),
  };
}

/** All findings, replayed by the reference interpreter; errors first, otherwise in the order of the search. */
function confirmed(program: Program, { found, shortest }: Searched): readonly Finding[] {
  const none = { threads: [], schedule: [], depth: 0 };
  const textual = program.warnings.map((warning) => ({ ...warning, ...none }));
  const findings = [...found.findings, ...textual].map((one) => {
    const made = findingOf(program, one, shortestOf(one, shortest));
    assert(made.ok, `a finding of the search is not confirmed: ${made.ok ? "" : made.message}`);
    return made.finding;
  });
  const of = (wanted: Finding["severity"]) =>
    findings.filter(({ severity }) => severity === wanted);
  return [...of("error"), ...of("warning")];
}

/** Rules that the search may tell of a later state than the first that breaks them: it judges them in two passes. */
const JUDGED_TWICE: readonly string[] = ["partial-deadlock", "self-deadlock", "join-self"];

/**
 * A breadth-first search that leaves nothing out comes to each state, and to each step, by a shortest run; even if a
 * limit cuts it later. Random walks, and a search that leaves equivalent runs out, prove nothing of the kind.
 */
const shortestOf = (
  finding: SearchResult["findings"][number],
  shortest: Searched["shortest"],
): FindingExtras =>
  !shortest.has(finding) || JUDGED_TWICE.includes(finding.rule) ? {} : { shortest: true };

function witnessOf(
  program: Program,
  { property: name, schedule }: SearchResult["witnesses"][number],
): Witness {
  const made = traceOf(program, schedule);
  const last = made.ok ? (made.replay.steps.at(-1)?.after ?? initialState(program)) : undefined;
  const property = program.properties.find((one) => one.name === name);
  const shown = last !== undefined && property && propertyHolds(program, last, property);
  assert(made.ok && shown === true, `the run to "${name}" is not confirmed`);
  return { property: name, trace: made.trace };
}

/** The verdict, and the reason for all that it leaves open. */
function judged(
  program: Program,
  {
    found,
    findings,
    strict,
    reductions,
  }: {
    readonly found: SearchResult;
    readonly findings: readonly Finding[];
    readonly strict: boolean;
    readonly reductions: readonly string[];
  },
): Pick<Result, "verdict" | "reason"> {
  const open = openQuestions(program, found);
  const verdict = verdictOf(findings, { complete: open.length === 0, strict });
  if (open.length > 0) return { verdict, reason: open.join("; ") };
  const limits = [
    ...(reductions.some((name) => name !== "symmetry")
      ? ["searched by reduction, which does not judge the warning lock-order"]
      : []),
    ...(verdict === "holds" && !found.ends
      ? ["no execution ends: leaks, joins, at-end not exercised"]
      : []),
  ];
  return limits.length === 0 ? { verdict } : { verdict, reason: limits.join("; ") };
}

/** Why "holds" cannot be said, even if nothing was found. */
function openQuestions(program: Program, found: SearchResult): readonly string[] {
  const stop = found.stopReason ?? (found.complete ? undefined : "the search did not finish");
  const bounds = found.limits.map((limit) => `a bound of the model was reached: ${limit}`);
  const atEnd = program.properties.filter(
    ({ kind, violation }) => kind === "atEnd" && violation.rule.startsWith("at-end:"),
  );
  const names = atEnd.map(({ name }) => `"${name}"`).join(", ");
  const finished = stop === undefined && bounds.length === 0;
  return [
    ...(stop === undefined ? [] : [stop]),
    ...bounds,
    ...(finished && atEnd.length > 0 && !found.ends
      ? [`no execution ends, so what the model states of its end was never judged: ${names}`]
      : []),
  ];
}

function statisticsOf({ statistics }: SearchResult, seconds: number): Statistics {
  const { states, transitions, depth, bytesPeak, bytesPerState, interleavings, statesStoodFor } =
    statistics;
  return {
    states,
    transitions,
    depth,
    seconds,
    peakBytes: Math.round(bytesPeak),
    bytesPerState,
    ...(statesStoodFor !== undefined && { orbits: states }),
    ...(interleavings !== undefined && interleavingsOf(interleavings)),
  };
}

function interleavingsOf(
  counted: NonNullable<SearchResult["statistics"]["interleavings"]>,
): Pick<Statistics, "interleavings" | "ended" | "blocked" | "stopped"> {
  if (counted === "infinite") return { interleavings: counted };
  const { ended, blocked, stopped } = counted;
  return {
    interleavings: countOf(ended + blocked + stopped),
    ended: countOf(ended),
    blocked: countOf(blocked),
    stopped: countOf(stopped),
  };
}

const countOf = (count: bigint): Count =>
  count <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(count) : String(count);
