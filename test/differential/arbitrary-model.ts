/**
 * Random driver models: every routine of the registry, on random objects, tidy or astray.
 *
 * A model is drawn as a tree of operations and then told to the recorder, so a failing one shrinks and prints. What the
 * registry gains, the generator draws from then on. About a third of the operations sit in well-formed blocks (a lock
 * taken and released, a thread created and joined), since a wholly random program dies of its first call.
 */
import fc from "fast-check";
import {
  boolean,
  equals,
  isNull,
  KMUTEX,
  lessThan,
  type ModelBody,
  type ModelDefinition,
  model,
  plus,
  pointerTo,
  type Thread,
  upTo,
} from "kecheck";
import type { ObjectReference } from "../../src/dsl/memory.ts";
import { KINDS, ROUTINES } from "../../src/kernel/index.ts";
import type { ObjectKind } from "../../src/kernel/object-kind.ts";
import type { Routine } from "../../src/kernel/routine.ts";

type Operation =
  | {
      readonly kind: "call";
      readonly routine: number;
      readonly object: number;
      readonly option: number;
      readonly value: number;
    }
  | { readonly kind: "locked"; readonly lock: number; readonly body: readonly Operation[] }
  | {
      readonly kind: "assign";
      readonly variable: number;
      readonly value: number;
      readonly add: boolean;
    }
  | { readonly kind: "atomic"; readonly how: number; readonly value: number }
  | { readonly kind: "if"; readonly variable: number; readonly body: readonly Operation[] }
  | {
      readonly kind: "choose";
      readonly one: readonly Operation[];
      readonly other: readonly Operation[];
    }
  | { readonly kind: "repeat"; readonly count: number; readonly body: readonly Operation[] }
  | { readonly kind: "for ever"; readonly body: readonly Operation[] }
  | { readonly kind: "block"; readonly how: number }
  | { readonly kind: "atomically"; readonly body: readonly Operation[] };

export interface DrawnModel {
  readonly workers: readonly (readonly Operation[])[];
  /** What main does between creating the workers and the end; `join` says how well it waits for each. */
  readonly main: readonly Operation[];
  readonly join: readonly number[];
  readonly created: boolean;
  /** Explore failures of the environment. */
  readonly faults: boolean;
  readonly processors: readonly number[];
}

const small = fc.nat({ max: 7 });

const operation: fc.Arbitrary<Operation> = fc.letrec<{
  body: readonly Operation[];
  one: Operation;
}>((tie) => ({
  body: fc.array(tie("one"), { minLength: 1, maxLength: 2 }),
  one: fc.oneof(
    { maxDepth: 2, depthSize: "small" },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("call" as const),
        routine: fc.nat({ max: 999 }),
        object: small,
        option: small,
        value: small,
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("assign" as const),
        variable: small,
        value: small,
        add: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("atomic" as const), how: small, value: small }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("block" as const), how: small }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("locked" as const),
        lock: small,
        body: tie("body"),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("if" as const),
        variable: small,
        body: tie("body"),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("choose" as const),
        one: tie("body"),
        other: tie("body"),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("repeat" as const),
        count: fc.integer({ min: 1, max: 2 }),
        body: tie("body"),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("for ever" as const), body: tie("body") }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("atomically" as const), body: tie("body") }),
    },
  ),
})).one;

export const drawnModel: fc.Arbitrary<DrawnModel> = fc.record({
  workers: fc.array(fc.array(operation, { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 3,
  }),
  main: fc.array(operation, { maxLength: 2 }),
  join: fc.array(small, { minLength: 3, maxLength: 3 }),
  created: fc.boolean(),
  faults: fc.nat({ max: 4 }).map((n) => n === 0),
  processors: fc.oneof(
    fc.constant([]),
    fc.array(fc.nat({ max: 1 }), { minLength: 3, maxLength: 3 }),
  ),
});

/** Routines drawn from, by name; `handle` and `thread` objects come from creations. */
const ROUTINE_LIST = Object.entries<Routine>(ROUTINES);
const OBJECT_KINDS = Object.values<ObjectKind>(
  KINDS as unknown as Record<string, ObjectKind>,
).filter(({ name }) => name !== "thread" && name !== "handle");

const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

const some = (list: readonly unknown[], index: number): unknown =>
  list.length === 0 ? undefined : pick(list, index);

/** Things that one model's operations work on. */
class Workshop {
  readonly shared;
  readonly atomic;
  readonly objects;
  readonly blocks;
  readonly pointer;

  constructor(m: ModelBody) {
    this.shared = [m.shared("x", upTo(2)), m.shared("flag", boolean)];
    this.atomic = m.atomic("a", upTo(3));
    this.objects = OBJECT_KINDS.flatMap((kind) => [
      m.object(`${kind.name} one`, kind),
      m.object(`${kind.name} two`, kind),
    ]);
    this.blocks = m.block("Block", { mutex: KMUTEX, data: upTo(1) });
    this.pointer = m.atomic("POINTER", pointerTo(this.blocks));
  }

  object(kind: string, index: number): unknown {
    return pick(
      this.objects.filter((object) => object.kind.name === kind),
      index,
    );
  }

  objectFor(kind: ObjectKind, index: number): unknown {
    const fitting = this.objects.filter((object) =>
      kind.name === "dispatcher object" ? object.kind.dispatcher : object.kind.name === kind.name,
    );
    return fitting.length === 0 ? undefined : pick(fitting, index);
  }
}

type Values = { handles: unknown[]; threads: unknown[]; latest: unknown };

function perform(t: Thread, workshop: Workshop, operation: Operation, values: Values): void {
  const all = (body: readonly Operation[]): void => {
    for (const inner of body) perform(t, workshop, inner, values);
  };
  switch (operation.kind) {
    case "call":
      call(t, workshop, operation, values);
      break;
    case "locked":
      locked(t, workshop, operation.lock, () => all(operation.body));
      break;
    case "assign":
      assign(t, workshop, operation);
      break;
    case "atomic":
      atomic(t, workshop, operation);
      break;
    case "block":
      block(t, workshop, operation.how);
      break;
    case "if":
      t.if(lessThan(pick(workshop.shared, operation.variable), 1), () => all(operation.body));
      break;
    case "choose":
      t.choose([() => all(operation.one), () => all(operation.other)]);
      break;
    case "repeat":
      t.repeat(operation.count, () => all(operation.body));
      break;
    case "for ever":
      t.loop(() => {
        all(operation.body);
        t.if(equals(workshop.atomic, 1), () => t.break());
      });
      break;
    case "atomically":
      t.atomically(() =>
        all(operation.body.filter(({ kind }) => kind === "assign" || kind === "atomic")),
      );
      break;
  }
}

/** Something taken, a body, and the same given back: one of the ways in which drivers do so. */
function locked(t: Thread, workshop: Workshop, lock: number, body: () => void): void {
  const second = lock % 2;
  switch (lock % 6) {
    case 0:
    case 1: {
      const mutex = workshop.object("KMUTEX", second) as ObjectReference<"owner" | "depth">;
      t.KeWaitForSingleObject(mutex);
      body();
      t.KeReleaseMutex(mutex);
      break;
    }
    case 2: {
      const mutex = workshop.object("FAST_MUTEX", second) as Parameters<
        Thread["ExAcquireFastMutex"]
      >[0];
      t.ExAcquireFastMutex(mutex);
      body();
      t.ExReleaseFastMutex(mutex);
      break;
    }
    case 3: {
      const spinLock = workshop.object("KSPIN_LOCK", second) as Parameters<
        Thread["KeAcquireSpinLock"]
      >[0];
      const old = t.KeAcquireSpinLock(spinLock);
      body();
      t.KeReleaseSpinLock(spinLock, old);
      break;
    }
    case 4:
      t.KeEnterCriticalRegion();
      body();
      t.KeLeaveCriticalRegion();
      break;
    default: {
      const old = t.KeRaiseIrql(1 + second);
      body();
      t.KeLowerIrql(old);
    }
  }
}

function assign(t: Thread, workshop: Workshop, operation: Operation & { kind: "assign" }): void {
  const variable = pick(workshop.shared, operation.variable);
  const limit = variable.type.kind === "boolean" ? 2 : 3;
  t.assign(variable, operation.add ? plus(variable, 1) : operation.value % limit);
}

function atomic(t: Thread, workshop: Workshop, operation: Operation & { kind: "atomic" }): void {
  const value = operation.value % 4;
  switch (operation.how % 4) {
    case 0:
      t.store(workshop.atomic, value);
      break;
    case 1:
      t.assign(pick(workshop.shared, 0), equals(t.load(workshop.atomic), value));
      break;
    case 2:
      t.compareExchange(workshop.atomic, value, (value + 1) % 4);
      break;
    default:
      t.fetchAdd(workshop.atomic, 1);
  }
}

function call(
  t: Thread,
  workshop: Workshop,
  operation: Operation & { kind: "call" },
  values: Values,
): void {
  const [name, routine] = pick(ROUTINE_LIST, operation.routine);
  const objects = routine.takes.map((kind) => {
    if (kind.name === "handle") return some(values.handles, operation.object);
    if (kind.name === "thread") return some(values.threads, operation.object);
    if (kind.name === "dispatcher object" && operation.object % 3 === 2)
      return some(values.threads, operation.object);
    return workshop.objectFor(kind, operation.object);
  });
  if (objects.some((object) => object === undefined)) return;
  const operands = (routine.values ?? []).map(() =>
    operation.value % 2 === 0 ? (values.latest ?? 1) : operation.value % 3,
  );
  const options = Object.fromEntries(
    Object.entries(routine.options ?? {}).map(([option, choices]) => [
      option,
      pick(choices, operation.option),
    ]),
  );
  const method = t[name as keyof Thread] as (...given: readonly unknown[]) => unknown;
  const result = method.call(t, ...objects, ...operands, options);
  if (name === "KeRaiseIrql" || name === "KeRaiseIrqlToDpcLevel" || name === "KeAcquireSpinLock")
    values.latest = result;
}

function block(t: Thread, { blocks, pointer }: Workshop, how: number): void {
  switch (how % 4) {
    case 0:
      t.store(pointer, blocks.allocate(t));
      break;
    case 1: {
      const old = t.swap(pointer, 0);
      t.unless(isNull(old), () => blocks.free(t, old));
      break;
    }
    case 2: {
      const found = t.load(pointer);
      t.unless(isNull(found), () => t.assign(blocks.at(found).data, 1));
      break;
    }
    default:
      t.KeWaitForSingleObject(blocks.at(t.load(pointer)).mutex, { timeout: "zero" });
  }
}

/** The model that a drawing tells. */
export function modelOf(drawn: DrawnModel): ModelDefinition {
  return model("random", (m) => {
    const workshop = new Workshop(m);
    const empty = (): Values => ({ handles: [], threads: [], latest: undefined });
    const workers = drawn.workers.map((body, index) =>
      m.thread(`worker${index}`, (t) => {
        const values = empty();
        for (const one of body) perform(t, workshop, one, values);
      }),
    );
    if (!drawn.created) {
      for (const [index, worker] of workers.entries()) {
        const processor = drawn.processors[index];
        m.start(worker, processor === undefined ? {} : { processor });
      }
      return;
    }
    m.main((t) => {
      const values = empty();
      const handles = workers.map((worker) => t.PsCreateSystemThread(worker));
      values.handles = handles;
      const early = (drawn.join[0] ?? 0) % 2 === 0;
      if (early) values.threads = handles.map((handle) => t.ObReferenceObjectByHandle(handle));
      for (const one of drawn.main) perform(t, workshop, one, values);
      for (const [index, handle] of handles.entries()) {
        const thread = early ? values.threads[index] : t.ObReferenceObjectByHandle(handle);
        finish(t, handle, thread as ThreadObject, drawn.join[index] ?? 0);
      }
    });
  });
}

type ThreadObject = Parameters<Thread["ObDereferenceObject"]>[0];

/** Mostly right: 5, 6 and 7 forget the handle, the wait, the reference. */
function finish(
  t: Thread,
  handle: ReturnType<Thread["PsCreateSystemThread"]>,
  thread: ThreadObject,
  how: number,
): void {
  if (how !== 5) t.ZwClose(handle);
  if (how !== 6) t.KeWaitForSingleObject(thread);
  if (how !== 7) t.ObDereferenceObject(thread);
}
