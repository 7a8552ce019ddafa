/**
 * The kernel's routines as methods of a thread's body, typed from the registry: a misspelt routine, or an event handed
 * to KeReleaseMutex, does not compile.
 */
import { constant, type Expression } from "../ir/expression.ts";
import type { Type } from "../ir/type.ts";
import { HANDLE, HANDLE_PREFIX } from "../kernel/handle.ts";
import { ROUTINES } from "../kernel/index.ts";
import { type ObjectKind, viewOf } from "../kernel/object-kind.ts";
import { nullMisuse } from "../kernel/pool.ts";
import type { ObjectArgument, Routine } from "../kernel/routine.ts";
import { PsCreateSystemThread } from "../kernel/system-thread.ts";
import { THREAD, THREAD_PREFIX } from "../kernel/thread.ts";
import { callerSpan } from "./caller.ts";
import type { ObjectReference } from "./memory.ts";
import { RecordingError } from "./recording.ts";
import { ThreadBody } from "./thread.ts";
import { type Operand, Value } from "./value.ts";

type Registry = typeof ROUTINES;

/** What an author hands over for an object of this kind: threads and handles are values, other objects are declared. */
type ObjectFor<Kind> =
  Kind extends ObjectKind<infer Name>
    ? Kind["name"] extends never
      ? never
      : string extends Name
        ? ObjectReference | Value
        : ObjectReference<Name> | Value
    : never;

type ObjectsFor<Takes extends readonly ObjectKind[]> = {
  [Position in keyof Takes]: ObjectFor<Takes[Position]>;
};

type ValuesFor<R> = R extends { readonly values: readonly [] }
  ? []
  : R extends { readonly values: readonly string[] }
    ? Operand[]
    : [];

type OptionsFor<R> = R extends {
  readonly options: infer Options extends Readonly<Record<string, readonly string[]>>;
}
  ? [options?: { readonly [Name in keyof Options]?: Options[Name][number] }]
  : [];

/** The routine's own return value; further results hang on it by name. */
type ResultFor<R> = R extends {
  readonly results: infer Results extends Readonly<Record<string, Type>>;
}
  ? Value & { readonly [Name in keyof Results]: Value }
  : undefined;

type MethodFor<R extends Routine> = (
  ...given: [...ObjectsFor<R["takes"]>, ...ValuesFor<R>, ...OptionsFor<R>]
) => ResultFor<R>;

type RoutineMethods = { readonly [Name in keyof Registry]: MethodFor<Registry[Name]> };

/** A thread routine of the model. */
export interface ThreadRoutine {
  readonly threadRoutine: string;
}

export interface CreatedThread extends Value {
  readonly handle: Value;
  readonly status: Value;
}

interface CreationMethods {
  /** Creates a system thread; the handle is the value, null if the creation failed. IRQL: PASSIVE_LEVEL. */
  PsCreateSystemThread(routine: ThreadRoutine): CreatedThread;
}

/** The kernel as a thread sees it. */
export type Thread = ThreadBody & RoutineMethods & CreationMethods;

/** The object that a value of reference type stands for, or a declared object as it is. */
function objectArgument(given: ObjectReference | Value): ObjectArgument {
  if (!(given instanceof Value)) return given;
  const { type } = given;
  const index = given.expression;
  if (type.kind === "reference" && type.to === "thread") {
    return reference(THREAD, THREAD_PREFIX, index, "thread", [
      nullMisuse(index, "the thread object"),
    ]);
  }
  if (type.kind === "reference" && type.to === "handle") {
    return reference(HANDLE, HANDLE_PREFIX, index, "handle", []);
  }
  throw new RecordingError(
    "not-an-object",
    "this value is no kernel object",
    callerSpan(),
    "hand over an object declared with m.object, a field of a block, a handle or a thread object",
  );
}

function reference(
  kind: ObjectKind,
  prefix: string,
  index: Expression,
  display: string,
  validity: ObjectArgument["validity"],
): ObjectArgument {
  return { kind, view: viewOf(kind, prefix, index), display, prefix, index, first: 1, validity };
}

/** Records a call of a routine of the registry as its method takes it. */
function callRoutine(body: ThreadBody, routine: Routine, given: readonly unknown[]): unknown {
  const source = body.called();
  const objects = given.slice(0, routine.takes.length) as (ObjectReference | Value)[];
  const names = routine.values ?? [];
  const operands = given.slice(objects.length, objects.length + names.length) as Operand[];
  const options = given[objects.length + names.length] as
    | Readonly<Record<string, string>>
    | undefined;
  const indices = objects.map((object) => (object instanceof Value ? object : 0));
  return body.evaluated([...operands, ...indices], source, (values) => {
    const results = body.call(routine, {
      objects: objects.map((object, position) =>
        object instanceof Value
          ? objectArgument(
              new Value(values[operands.length + position] ?? constant(0), object.type),
            )
          : object,
      ),
      values: Object.fromEntries(
        names.map((name, position) => [name, values[position] ?? constant(0)]),
      ),
      ...(options && { options }),
      source,
    });
    body.model.ignored.watch({ routine, options, graph: body.name, source }, results);
    return withNamedResults(results);
  });
}

/** The first result as a value, with all of them hanging on it by name. */
function withNamedResults(results: Readonly<Record<string, Value>>): Value | undefined {
  const [first] = Object.values(results);
  return first && Object.assign(first, results);
}

for (const [name, routine] of Object.entries<Routine>(ROUTINES)) {
  Object.defineProperty(ThreadBody.prototype, name, {
    value: function (this: ThreadBody, ...given: readonly unknown[]): unknown {
      return callRoutine(this, routine, given);
    },
  });
}

Object.defineProperty(ThreadBody.prototype, "PsCreateSystemThread", {
  value: function (this: ThreadBody, { threadRoutine }: ThreadRoutine): unknown {
    const source = this.called();
    const child = this.createSite(threadRoutine, source);
    const label = `PsCreateSystemThread(${threadRoutine})`;
    const results = this.call(PsCreateSystemThread, { values: { child }, label, source });
    const call = { routine: PsCreateSystemThread, options: undefined, graph: this.name, source };
    this.model.ignored.watch(call, results);
    return withNamedResults(results);
  },
});

/** A body with the registry's methods. */
export function newThread(...given: ConstructorParameters<typeof ThreadBody>): Thread {
  return new ThreadBody(...given) as Thread;
}
