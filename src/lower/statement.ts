/**
 * What front ends hand to `lower/`: structured statements over step descriptions, and the model around them.
 *
 * A body is recorded once per thread routine. How many threads run it, and how many slots a kind of object has, is known
 * only when everything was recorded; so a step is described by a function of the finished sizes.
 */
import type { Outcome } from "../ir/compose.ts";
import type { Expression } from "../ir/expression.ts";
import type { Check, Location, Property, Update, VariableTags, Violation } from "../ir/program.ts";
import type { Span } from "../ir/span.ts";
import type { Type } from "../ir/type.ts";
import type { ObjectKind, Sizes } from "../kernel/object-kind.ts";

export type Body = readonly Statement[];

export type Statement =
  /** One scheduling point with its outcomes; with `local`, the same without a scheduling point. */
  | {
      readonly kind: "step";
      readonly describe: (sizes: Sizes) => StepDescription;
      readonly source?: Span;
    }
  /** A branch on the thread's own values: the first arm whose condition holds. No step of its own. */
  | {
      readonly kind: "if";
      readonly condition: Expression;
      readonly then: Body;
      readonly otherwise: Body;
    }
  /** A free choice between the arms. */
  | {
      readonly kind: "choose";
      readonly arms: readonly { readonly label: string; readonly body: Body }[];
    }
  /** Repeats for ever; left by `leave`. */
  | { readonly kind: "loop"; readonly body: Body }
  /** A body that `leave` with its label goes to the end of. */
  | { readonly kind: "scope"; readonly label: string; readonly body: Body }
  | { readonly kind: "leave"; readonly label: string }
  /** The whole body is one step. */
  | {
      readonly kind: "atomically";
      readonly label: string;
      readonly body: Body;
      readonly source?: Span;
    };

export interface StepDescription extends Omit<Location, "id" | "steps" | "source"> {
  /** Attached to the step before instead of being a step of its own. */
  readonly local?: true;
  readonly outcomes: readonly OutcomeDescription[];
}

export type OutcomeDescription = Outcome;

/** An outcome with nothing in it; the usual starting point. */
export const PLAIN_OUTCOME: OutcomeDescription = {
  guards: [],
  updates: [],
  starts: [],
  accesses: [],
  checks: [],
};

/** A thread's own computation: assignments to its locals or private cells, and checks. */
export function localStep(
  label: string,
  updates: readonly Update[],
  checks: readonly Check[] = [],
): Statement {
  return {
    kind: "step",
    describe: () => ({ label, local: true, outcomes: [{ ...PLAIN_OUTCOME, updates, checks }] }),
  };
}

/** A routine that threads run. */
export interface Template {
  readonly name: string;
  readonly source?: Span;
  readonly locals: readonly {
    readonly name: string;
    readonly type: Type;
    readonly initial: number;
    readonly hidden?: true;
  }[];
  readonly body: Body;
  /** Threads that this body creates, one per site: the child's number is `own(site)`. */
  readonly creates: readonly {
    readonly site: string;
    readonly template: string;
    readonly name?: string;
    readonly source?: Span;
  }[];
  /** Allocations in this body: the first slot of a site is `own(site)`, the others follow. */
  readonly allocates: readonly {
    readonly site: string;
    readonly storage: string;
    readonly slots: number;
    readonly source?: Span;
  }[];
}

/** A thread that exists from the start. */
export interface Root {
  readonly name: string;
  readonly template: string;
  readonly processor?: number;
  readonly mayWaitForEver?: true;
}

/** A kernel object, or an array of them, or one in every block of a storage. */
export interface ObjectDescription {
  readonly prefix: string;
  readonly kind: ObjectKind;
  /** One object per slot of this storage, from 1; without it there are `length` objects, from 0. */
  readonly storage?: string;
  readonly length?: number;
  /** Initial values of fields that differ from the kind's. */
  readonly initial?: Readonly<Record<string, number>>;
  readonly source?: Span;
}

/** A variable whose size may depend on how many threads or slots there are. */
export interface VariableDescription {
  readonly name: string;
  readonly type: (sizes: Sizes) => Type;
  /** Fields of objects of this storage have one cell per slot, from 1; others are arrays of fixed length, from 0. */
  readonly storage?: string;
  readonly initial: readonly number[];
  readonly cluster: string;
  readonly tags: VariableTags;
  readonly source?: Span;
}

/** What the lowering numbered: slots of each storage, and which sites they belong to. */
export interface Numbering {
  readonly slots: ReadonlyMap<string, number>;
  readonly ranges: readonly SlotRange[];
  readonly creations: readonly Creation[];
}

/** A thread that another one creates: its number, and the place that creates it. */
export interface Creation {
  readonly thread: number;
  readonly site: string;
  readonly template: string;
  readonly source?: Span;
}

/** An allocation site of one thread: its slots, and the routine it stands in. */
export interface SlotRange {
  readonly storage: string;
  readonly first: number;
  readonly slots: number;
  readonly site: string;
  readonly template: string;
  readonly source?: Span;
}

export interface Model {
  readonly name: string;
  readonly source?: Span;
  readonly templates: readonly Template[];
  readonly roots: readonly Root[];
  readonly objects: readonly ObjectDescription[];
  readonly variables: readonly VariableDescription[];
  /** Built when every thread and slot is numbered. */
  readonly properties: (numbering: Numbering) => readonly Property[];
  readonly warnings: readonly Violation[];
  readonly choices: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, number>>;
  /** The model's own bound on recursion, nesting and references. */
  readonly depth: number;
  /** Prefixes of the objects that routines with `revokes` are called on. */
  readonly revoked: ReadonlySet<string>;
}
