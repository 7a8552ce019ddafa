/**
 * The document that every report shows and `--json` prints: results, findings, traces.
 *
 * Apart from what makes them, since the command line, the package's users and all reports share these types. They are
 * plain JSON: no bigint, no undefined, no function. The published schema is in `report/json/schema.ts`.
 */
import type { Diagnostic } from "../ir/diagnostic.ts";
import type { BugCheck, Rule } from "../ir/rules.ts";
import type { Span } from "../ir/span.ts";

/** The version of the document; a reader refuses one that it does not know. */
export const DOCUMENT_SCHEMA = "kecheck/1";

export type VerdictKind = "holds" | "violated" | "inconclusive";

/** A number; where it is beyond 2^53, its decimal digits; "infinite" where runs can go on for ever. */
export type Count = number | string;

/** What `check` prints. */
export interface CheckDocument {
  readonly schema: typeof DOCUMENT_SCHEMA;
  readonly results: readonly Result[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What `test` prints: each result beside what its model expected. */
export interface TestDocument {
  readonly schema: typeof DOCUMENT_SCHEMA;
  readonly results: readonly TestResult[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What `rules` prints; `rows` maps a row of the catalogue to its rules and the models that prove them. */
export interface RulesDocument {
  readonly schema: typeof DOCUMENT_SCHEMA;
  readonly rules: readonly Rule[];
  readonly rows: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** The answer for one model with one set of parameters. */
export interface Result {
  readonly model: string;
  readonly file: string;
  readonly params: Readonly<Record<string, number>>;
  readonly verdict: VerdictKind;
  /** Why nothing more can be said; for `holds`, what was not exercised. */
  readonly reason?: string;
  /** Every choice that the verdict depends on. */
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly engine: Engine;
  readonly statistics: Statistics;
  readonly findings: readonly Finding[];
  readonly witnesses: readonly Witness[];
  readonly abstractions: readonly Abstraction[];
  /** Classes of environment failures that the model can meet and that were not explored. */
  readonly faultsLeftOut?: readonly string[];
}

type OptionValue = string | number | boolean | readonly string[];

export interface TestResult extends Result {
  readonly expected: string;
  readonly met: boolean;
}

interface Engine {
  readonly name: string;
  readonly reductions: readonly string[];
  readonly workers: number;
}

export interface Statistics {
  readonly states: Count;
  readonly transitions: Count;
  readonly depth: number;
  readonly executions?: Count;
  readonly seconds: number;
  readonly peakBytes: number;
  readonly bytesPerState?: number;
  readonly interleavings?: Count;
  /** How many of the interleavings end, are blocked, are stopped; absent where these are infinite. */
  readonly ended?: Count;
  readonly blocked?: Count;
  readonly stopped?: Count;
  readonly traces?: Count;
  readonly lazyTraces?: Count;
  readonly orbits?: Count;
}

/** What a front end replaced, and whether the model then does more (`over`) or less (`under`) than the source. */
interface Abstraction {
  readonly source?: Span;
  readonly construct: string;
  readonly treatment: string;
  readonly direction: "over" | "under";
}

/** A run that shows that a `reachable` property holds. */
export interface Witness {
  readonly property: string;
  readonly trace: Trace;
}

/** One rule violated at one place. */
export interface Finding {
  readonly rule: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly threads: readonly string[];
  readonly source?: Span;
  readonly documentation?: string;
  /** A branch that the front end could not follow was assumed. */
  readonly assumed?: true;
  readonly bugChecks: readonly BugCheck[];
  readonly minimal?: Minimality;
  /** No run to this violation has fewer steps: the search went through all shorter ones. Says nothing of preemptions. */
  readonly shortest?: true;
  /** Missing where no run is to blame (dead code, what the text alone tells). */
  readonly trace?: Trace;
  readonly explanation?: Explanation;
}

/** How simple the trace is; `proved` that no simpler one exists. */
export interface Minimality {
  readonly preemptions: number;
  readonly threads: number;
  readonly steps: number;
  readonly proved: boolean;
}

/** Why the rule is violated, in words, with the steps that matter. */
export interface Explanation {
  /** The opening sentence, perhaps with a second one. */
  readonly sentence: string;
  /** The steps that matter, in order: at most four. */
  readonly steps: readonly KeyStep[];
  /** Where the threads involved stand at the end: the two accesses of a race, the waits of a deadlock. */
  readonly standing: readonly Standing[];
}

/** A step that matters, and its part in the violation. */
export interface KeyStep {
  readonly index: number;
  readonly role: string;
  /** It commits the violation, or leads to the state that does. */
  readonly violates?: true;
}

/** A thread before its next step. */
export interface Standing {
  readonly thread: string;
  readonly label: string;
  readonly source?: Span;
  readonly role: string;
  /** That it stands there is the violation: a race, a deadlock. */
  readonly violates?: true;
  readonly wait?: WaitFor;
}

/** One link of a chain of waits. Steps count from 1; 0 stands for the start of the run. */
export interface WaitFor {
  readonly object: string;
  readonly since: number;
  /** The thread that alone could end the wait. */
  readonly owner?: string;
  readonly ownedSince?: number;
  readonly ownedSource?: Span;
}

/** A run to read: the schedule that replays it, and every step with what it changed. */
export interface Trace {
  readonly schedule: string;
  readonly steps: readonly TraceStep[];
  /** The run goes on for ever from the step of this index. */
  readonly loopStart?: number;
}

/** One fired step. `blocked` and `holds` speak of the state after it; where the run stops, of the state before. */
export interface TraceStep {
  /** Counts from 1. */
  readonly index: number;
  readonly thread: string;
  readonly label: string;
  readonly routine?: string;
  readonly arguments?: readonly string[];
  /** Which outcome it had, where there are several. */
  readonly returns?: string;
  readonly source?: Span;
  /** The step's part in the violation. */
  readonly why?: string;
  /** The thread's level when it took the step. */
  readonly level: number;
  /** Its level after the step, where that differs. */
  readonly levelAfter?: number;
  readonly changes: readonly Change[];
  readonly blocked: readonly string[];
  readonly holds: readonly Hold[];
}

export interface Change {
  readonly variable: string;
  readonly from: string;
  readonly to: string;
}

interface Hold {
  readonly thread: string;
  readonly object: string;
}
