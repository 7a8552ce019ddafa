/**
 * The shape of a kernel routine as IR: what it takes, where it may be called, what is misuse, how it can turn out.
 *
 * Blocking is not declared: a routine blocks exactly while none of its outcomes is enabled. Misuse comes before every
 * outcome. One that Windows survives (`survives`) is recorded and the call goes on; any other stops the system.
 */
import type { Expression } from "../ir/expression.ts";
import type { Access, Start, Step, Update, Wait } from "../ir/program.ts";
import type { RuleId } from "../ir/rules.ts";
import type { Type } from "../ir/type.ts";
import type { LevelName } from "./levels.ts";
import type { ObjectKind, Sizes, View } from "./object-kind.ts";
import type { ThreadField } from "./thread.ts";

/** An object handed to a routine. */
export interface ObjectArgument<Kind extends ObjectKind = ObjectKind> {
  readonly kind: Kind;
  readonly view: Kind extends ObjectKind<infer Name> ? View<Name> : never;
  /** As readers know it. */
  readonly display: string;
  /** Variable prefix of its storage, and its index there. */
  readonly prefix: string;
  readonly index: Expression;
  /** Index of the first object of the storage: 1 where the index is a reference. */
  readonly first: 0 | 1;
  /** The storage of the pool block that the object lives in. */
  readonly block?: { readonly name: string };
  /** What makes any use of the object a misuse: a null pointer, a block that was freed, a reference given back. */
  readonly validity: readonly Misuse[];
}

type ObjectArguments<Takes extends readonly ObjectKind[]> = {
  readonly [Position in keyof Takes]: ObjectArgument<Takes[Position]>;
};

/** One call of a routine, as its description sees it. Everything in it is evaluated in the state before the step. */
export interface Call<Takes extends readonly ObjectKind[] = readonly ObjectKind[]> {
  readonly self: Expression;
  /** The calling thread's own kernel state. */
  readonly thread: View<ThreadField>;
  readonly objects: ObjectArguments<Takes>;
  /** Integer arguments by name. */
  readonly values: Readonly<Record<string, Expression>>;
  /** Literal choices by name (`timeout`, `pool`). */
  readonly options: Readonly<Record<string, string>>;
  readonly sizes: Sizes;
  /** The code of this thread acquires such an object somewhere: a release of a free one is one too many. */
  readonly acquires: boolean;
}

export interface Misuse {
  readonly rule: RuleId;
  readonly when: Expression;
  /** Completes "ROUTINE: …". */
  readonly says: string;
  /** A free build goes on; the violation is recorded. */
  readonly survives?: true;
}

export interface Outcome {
  /** The status or value returned, as readers know it. */
  readonly returns?: string;
  /** Conjuncts, beside the absence of fatal misuse. */
  readonly when: readonly Expression[];
  readonly effect: readonly Update[];
  /** The call did not do what it is for (the wait timed out): it opens and closes no section. */
  readonly failed?: true;
  /** Values of the call's results by name (`status`, `old`). */
  readonly results?: Readonly<Record<string, Expression>>;
  readonly starts?: readonly Start[];
  readonly accesses?: readonly Access[];
  readonly frees?: Step["frees"];
  readonly fault?: string;
  /** The model's own bound is reached: inconclusive. */
  readonly limit?: string;
}

/** The highest level that a routine may be called at, the lowest where there is one, and what passing it means. */
export interface IrqlContract {
  readonly atMost: LevelName;
  readonly atLeast?: LevelName;
  /** The rule for a call above `atMost`, when it is not `irql-too-high`. */
  readonly rule?: RuleId;
  /** A call above `atMost` stops the system, rather than passing unnoticed on a free build. */
  readonly fatal?: true;
}

export interface Routine<Takes extends readonly ObjectKind[] = readonly ObjectKind[]> {
  /** Windows' name, letter for letter. */
  readonly name: string;
  /** Page of the public documentation, below windows-hardware/drivers/ddi. */
  readonly page: string;
  /** The kinds of objects taken, in order. */
  readonly takes: Takes;
  /** Names of integer arguments. */
  readonly values?: readonly string[];
  /** Literal choices; the first of each is the default. */
  readonly options?: Readonly<Record<string, readonly string[]>>;
  /** Names of what the call returns; the first is the routine's own return value. */
  readonly results?: Readonly<Record<string, Type>>;
  /** Touches only the caller's own state: costs no step, and is attached to the step before. */
  readonly own?: true;
  /** Makes its object unsignaled again: whoever waits on such an object arrives first (see `waiters.ts`). */
  readonly revokes?: true;
  /** The environment can make the call fail, so its caller should test what comes back. */
  readonly fallible?: true;
  /** Switching away after it is no preemption. */
  readonly yields?: true;
  /** The call opens or closes a section on its first object, in every outcome that has an effect and did not fail. */
  readonly section?: "enter" | "leave";
  irql(call: Call<Takes>): IrqlContract;
  misuse?(call: Call<Takes>): readonly Misuse[];
  /**
   * The start of the call, where others can see it before the call can complete (the IRQL is raised, then the thread
   * spins): a step of its own, which commits the misuse. Nothing, where this call's start is not visible.
   */
  arrives?(call: Call<Takes>): readonly Outcome[] | undefined;
  outcomes(call: Call<Takes>): readonly Outcome[];
  waits?(call: Call<Takes>): Wait | undefined;
  /** The call asks for a lock and waits for it without limit: the cell that names its holder. */
  requests?(call: Call<Takes>): { readonly holder: string; readonly index: Expression } | undefined;
}

/** Declares a routine; what `takes` says types the objects that its functions see. */
export function routine<const Takes extends readonly ObjectKind[], const R extends Routine<Takes>>(
  description: R & { readonly takes: Takes },
): R {
  return description;
}

/** Misuse of an object that the driver holds no reference to any more. */
export function unusable({ kind, view, display }: ObjectArgument): readonly Misuse[] {
  const when = kind.unusable?.(view);
  if (!when) return [];
  return [{ rule: "use-after-free", when, says: `${display} is used without a reference to it` }];
}
