/**
 * What the library asks of the body that a front end records: the few methods that its compositions are written with.
 *
 * Everything is an expression here; a front end wraps them in values of its own (`Value` of the dsl). Its bodies satisfy
 * `Author` by their shape, so nothing here imports them.
 */
import type { Expression } from "../ir/expression.ts";
import type { RuleId } from "../ir/rules.ts";
import type { Span } from "../ir/span.ts";
import type { Type } from "../ir/type.ts";
import type { ObjectArgument, Routine } from "../kernel/routine.ts";
import type { Statement } from "../lower/statement.ts";

/** Something computed; asking for the expression means that somebody uses it. */
export interface Computed {
  readonly expression: Expression;
}

/** A local of the running thread: reading and writing it costs no step. */
export interface Slot extends Computed {
  readonly name: string;
}

interface Call {
  readonly objects?: readonly ObjectArgument[];
  /** False where the life of a guard is the section, not the lock's. */
  readonly sections?: boolean;
  readonly label?: string;
  readonly source: Span | undefined;
}

/** A routine's body under recording. */
export interface Author<V extends Computed = Computed> {
  /** The recorded routine's name, for places. */
  readonly name: string;
  /** Records a call; the results are by name, and those that nobody uses cost nothing. */
  call(routine: Routine, given: Call): Readonly<Record<string, V>>;
  push(statement: Statement): void;
  /** What `body` records, apart. */
  collected(body: () => void): readonly Statement[];
  newLocal(name: string, type: Type, hidden: boolean): Slot;
  /** A site of an allocation; one in a loop has several slots, used again. */
  allocateSite(
    storage: string,
    source: Span | undefined,
  ): { readonly first: Expression; readonly slots: number };
  /** A violation that stops the run here. */
  violate(rule: RuleId, message: string, source: Span | undefined): void;
}

/** Two ways on, decided by the thread's own values; no step. */
export function branch(
  author: Author,
  condition: Expression,
  arms: { readonly then: () => void; readonly otherwise: () => void },
): void {
  author.push({
    kind: "if",
    condition,
    then: author.collected(arms.then),
    otherwise: author.collected(arms.otherwise),
  });
}
