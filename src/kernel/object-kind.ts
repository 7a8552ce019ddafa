/**
 * Kinds of kernel objects as IR: what a KMUTEX or an event consists of, and how a wait sees it.
 *
 * An object is a set of cells named `PREFIX.field` at one index. A static object has a prefix of its own and index 0;
 * objects embedded in pool blocks share the prefix of their block's storage, and the index is the pointer to the block.
 */
import { cell, constant, type Expression, minus, plus, times } from "../ir/expression.ts";
import type { Update, VariableTags, Wait } from "../ir/program.ts";
import type { Type } from "../ir/type.ts";

/** What is known only when the whole model was recorded: sizes, and what the program does somewhere. */
export interface Sizes {
  /** Threads of the Program. */
  readonly threads: number;
  /** How deep a lock may be taken again, a region nested, a reference counted, before the bound is reported. */
  readonly depth: number;
  /** Slots of each storage of pool blocks. */
  readonly slots: ReadonlyMap<string, number>;
  /** Prefixes of objects that some call makes unsignaled again (`Routine.revokes`). */
  readonly revoked: ReadonlySet<string>;
  /** Some thread has a processor that it may share. */
  readonly placed: boolean;
  /** The owners of all KMUTEXes of the Program. */
  readonly mutexOwners: readonly Expression[];
}

export interface Field {
  readonly type: (sizes: Sizes) => Type;
  readonly initial: number;
  readonly tags?: VariableTags;
}

/** The fields of one object, each as the cell that holds it. */
export type View<Name extends string = string> = Readonly<Record<Name, Expression>>;

/** How a wait treats a dispatcher object. */
interface Dispatcher<Name extends string> {
  readonly kind: Wait["kind"];
  /** Whether a wait by `self` can be satisfied now. */
  signaledFor(object: View<Name>, self: Expression): Expression;
  /** What satisfying it changes. */
  onSatisfied(object: View<Name>, self: Expression): readonly Update[];
  /** The thread that alone can end the wait. */
  owner?(object: View<Name>): Expression;
  /** The model's own bound on what satisfying it counts, reached by an object that is signaled for `self`. */
  limit?(
    object: View<Name>,
    self: Expression,
    sizes: Sizes,
  ): { readonly name: string; readonly when: Expression };
}

export interface ObjectKind<Name extends string = string> {
  /** Windows' name of the type. */
  readonly name: string;
  readonly fields: Readonly<Record<Name, Field>>;
  /** What the object keeps of each thread: see `perThreadCell`. */
  readonly perThread?: Readonly<Record<string, Field>>;
  readonly dispatcher?: Dispatcher<NoInfer<Name>>;
  /** Whether nobody may use the object any more, since the driver holds no reference to it. */
  unusable?(object: View<NoInfer<Name>>): Expression;
  /** The field that tells which thread holds the lock, where the kind is a lock. */
  readonly holder?: NoInfer<Name>;
  /** What a thread's end while it holds the lock means: the system stops, or the lock stays held for ever. */
  readonly heldAtExit?: "fatal" | "recorded";
}

/** Declares a kind of object; the names of its fields are inferred. */
export function objectKind<Name extends string>(kind: ObjectKind<Name>): ObjectKind<Name> {
  return kind;
}

/** The cells of the object with this prefix and index. */
export function viewOf<Name extends string>(
  kind: ObjectKind<Name>,
  prefix: string,
  index: Expression,
): View<Name> {
  const names = Object.keys(kind.fields) as Name[];
  return Object.fromEntries(
    names.map((name) => [name, cell(`${prefix}.${name}`, index)]),
  ) as View<Name>;
}

/** Where an object stands among those of its storage. */
export interface Row {
  readonly prefix: string;
  readonly index: Expression;
  /** Index of the storage's first object. */
  readonly first: 0 | 1;
}

/** What an object keeps of `thread` in a per-thread field. Cells run through the threads of row 0, then of row 1, … */
export function perThreadCell(
  { prefix, index, first }: Row,
  field: string,
  { thread, threads }: { readonly thread: Expression; readonly threads: number },
): Expression {
  const row = minus(index, constant(first));
  return cell(
    `${prefix}.${field}`,
    plus(times(row, constant(threads)), minus(thread, constant(1))),
  );
}

/** An assignment to a cell. */
export function set(target: Expression, value: Expression): Update {
  if (target.kind !== "cell") throw new Error("only cells can be set by the kernel");
  return { target, value };
}

export const truthField: Field = { type: () => ({ kind: "boolean" }), initial: 0 };

/** A thread, or nobody (0). */
export const threadField: Field = {
  type: ({ threads }) => ({ kind: "reference", to: "thread", slots: threads }),
  initial: 0,
};

/** A count that the model bounds; passing the bound is inconclusive, never silent. */
export const depthField: Field = {
  type: ({ depth }) => ({ kind: "range", min: 0, max: depth }),
  initial: 0,
};
