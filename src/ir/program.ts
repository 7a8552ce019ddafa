/**
 * What a Program is: immutable data that front ends make and engines explore. The narrow waist of kecheck.
 *
 * A Program has shared variables (all arrays; a scalar has length 1), graphs of guarded atomic steps, threads that run
 * the graphs, and properties. It knows nothing of Windows: an IRQL is a *level*, a KMUTEX a few cells, a misuse a step
 * outcome that names a rule. Everything is bounded, so every Program has finitely many states.
 *
 * One step is one edge of the state graph (what a step stands for is said in the product contract, kept by `lower/`).
 * A location offers steps, its *outcomes*; one whose guards all hold is enabled, a thread with none enabled is blocked.
 */
import type { Diagnostic } from "./diagnostic.ts";
import type { Expression } from "./expression.ts";
import type { RuleId } from "./rules.ts";
import type { Span } from "./span.ts";
import type { Type } from "./type.ts";

/** The location of a thread that was not started yet. */
export const UNBORN = "unborn";
/** The location of a thread that has ended. It may be started again (a DPC, a work item). */
export const ENDED = "ended";

export interface Program {
  readonly name: string;
  readonly source?: Span;
  readonly variables: readonly Variable[];
  readonly graphs: readonly Graph[];
  /** Thread n (counting from 1) is `threads[n - 1]`; expressions see the number. */
  readonly threads: readonly Thread[];
  readonly properties: readonly Property[];
  /** Violations that local code before the first step commits, in the initial state. */
  readonly initialViolations: readonly (Violation & {
    readonly thread: number;
    readonly fatal: boolean;
  })[];
  /** A thread at a level at or above this one keeps its processor: see `semantics/scheduling.ts`. */
  readonly exclusiveLevel: number;
  /** What can be said from the text of the program alone (a status never tested). */
  readonly warnings: readonly Violation[];
  /** Choices that the meaning of this Program depends on: option name to value, for the verdict. */
  readonly choices: Readonly<Record<string, string>>;
  /** The parameters that the Program was made with. */
  readonly parameters: Readonly<Record<string, number>>;
}

export interface Variable {
  readonly name: string;
  readonly type: Type;
  /** Smallest index: 0 for scalars and plain arrays, 1 for fields of objects, whose index is a reference. */
  readonly first: 0 | 1;
  /** Initial values, one per index; its length is the variable's. */
  readonly initial: readonly number[];
  /** Variables that change together share a cluster (the fields of one lock); usually the object's name. */
  readonly cluster: string;
  /** What the variable is to a reader or to an analysis; no tag changes what a Program does. */
  readonly tags: VariableTags;
  readonly source?: Span;
}

export interface VariableTags {
  /** The value is the thread that holds the lock of this name, 0 when free. */
  readonly holder?: string;
  /** The variable is scheduling level of the thread that is its index. */
  readonly level?: true;
  /** Only the thread that is the cell's index writes it. */
  readonly private?: true;
  /** Part of what the program computes, as against bookkeeping of the kernel model. */
  readonly data?: true;
  /** Bookkeeping that readers of a trace do not want to see. */
  readonly hidden?: true;
}

/** The code of one or more threads. */
export interface Graph {
  readonly name: string;
  readonly source?: Span;
  readonly locals: readonly Local[];
  /** The first location is where the thread starts. */
  readonly locations: readonly Location[];
}

export interface Local {
  readonly name: string;
  readonly type: Type;
  readonly initial: number;
  /** Bookkeeping of a front end, not a variable of the program's author. */
  readonly hidden?: true;
  readonly source?: Span;
}

export interface Location {
  readonly id: string;
  /** What the thread is about to do: `KeReleaseMutex(HEAP_MTX)`. */
  readonly label: string;
  readonly routine?: string;
  readonly arguments?: readonly string[];
  readonly source?: Span;
  /** All outcomes. Several may be enabled at once: that is choice. None enabled: the thread is blocked. */
  readonly steps: readonly Step[];
  readonly waits?: Wait;
  /** The thread asks for a lock and waits for it without a time limit; owned already, it asks for nothing. */
  readonly requests?: { readonly holder: string; readonly index: Expression };
  /** Switching to another thread after this step is no preemption (a delay). */
  readonly yields?: true;
}

/** What a thread waits for at a location none of whose outcomes is enabled. */
export interface Wait {
  /** The object as readers know it. */
  readonly object: string;
  readonly kind: "lock" | "thread" | "signal" | "other";
  /** The thread that alone can end the wait; 0 where it is nobody in particular. */
  readonly owner?: Expression;
  /** The storage waited on: freeing this cell's block meanwhile is `free-while-waited`. */
  readonly on?: { readonly block: string; readonly index: Expression };
}

export interface Step {
  /** Where the thread goes: a location of its graph, or ENDED. Without meaning for a fatal or limiting step. */
  readonly to: string;
  /** What came back or was chosen, when the location has more than one outcome. */
  readonly outcome?: string;
  /** Conjuncts, tested in order; a later one may rely on the earlier (index in range). */
  readonly guards: readonly Expression[];
  /** Simultaneous: all right sides and indices are read before anything is written. */
  readonly updates: readonly Update[];
  readonly starts: readonly Start[];
  /** The program's own memory that the step touches, for `data-race`. */
  readonly accesses: readonly Access[];
  /** Recorded violations: committed when the condition holds in the state before the step. They do not stop the run. */
  readonly checks: readonly Check[];
  /** A block whose storage the step gives back. */
  readonly frees?: {
    readonly block: string;
    readonly index: Expression;
    readonly violation: Violation;
  };
  /** The run stops here, violating this rule. */
  readonly fatal?: Violation;
  /** The run leaves what the Program can represent: the verdict is inconclusive, naming this bound. */
  readonly limit?: string;
  /** The outcome is a failure of the environment of this class (`allocation`), pruned unless asked for. */
  readonly fault?: string;
}

export interface Update {
  readonly target:
    | { readonly kind: "cell"; readonly variable: string; readonly index: Expression }
    | { readonly kind: "local"; readonly name: string };
  readonly value: Expression;
}

/** Puts an unborn or ended thread at its first location, its locals initial but for the arguments. */
export interface Start {
  readonly thread: Expression;
  readonly arguments: readonly { readonly local: string; readonly value: Expression }[];
}

export interface Access {
  readonly variable: string;
  readonly index: Expression;
  readonly writes: boolean;
  /** Not an atomic operation: conflicting with another thread's access enabled at the same time, it is a race. */
  readonly plain: boolean;
}

export interface Violation {
  readonly rule: RuleId;
  readonly message: string;
  /** Stable name of the spot: one finding is reported per rule and place. */
  readonly place: string;
  readonly source?: Span;
}

export interface Check extends Violation {
  readonly when: Expression;
}

/**
 * - `invariant`: must hold in the initial state and after every step.
 * - `atEnd`: must hold where an execution ends (every thread that was started has ended).
 * - `reachable`: must hold in some reachable state.
 * The expression reads cells and constants only.
 */
export interface Property {
  readonly kind: "invariant" | "atEnd" | "reachable";
  readonly name: string;
  readonly expression: Expression;
  /** The rule that its violation is reported as, with place and message. */
  readonly violation: Violation;
}

export interface Thread {
  readonly name: string;
  /** Name of its graph. Threads of one graph and one template do the same work. */
  readonly graph: string;
  readonly start: "active" | "created";
  /** Values of `own` expressions. */
  readonly constants: Readonly<Record<string, number>>;
  /** Initial values of locals that differ from the graph's. */
  readonly locals?: Readonly<Record<string, number>>;
  /** Its scheduling level, an expression over `self`; constant 0 where levels never change. */
  readonly level: Expression;
  /** Threads of one processor exclude each other by level; without it the thread has a processor of its own. */
  readonly processor?: number;
  /** A service that may be left waiting: no finding if it is blocked for ever. */
  readonly mayWaitForEver?: true;
}

/** A Program, or why there is none. */
export type ProgramResult =
  | { readonly ok: true; readonly program: Program; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };
