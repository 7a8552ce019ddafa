/**
 * wdk-mutex's mutexes as authors use them: `const Counter = kmutex(m, "Counter", upTo(9))`, then `Counter.new`,
 * `Counter.lock`, and a guard with `data` and `drop`.
 *
 * Rust's drop rules are written out: a guard ends where the model says `guard.drop(t)`, `guard.forget(t)` or moves it.
 */
import { constant, type Expression } from "../ir/expression.ts";
import type { Span } from "../ir/span.ts";
import type { Type } from "../ir/type.ts";
import { write } from "../kernel/memory.ts";
import type { ObjectKind } from "../kernel/object-kind.ts";
import { newBox } from "../library/box.ts";
import { FAST } from "../library/fast-mutex.ts";
import type { BoxedMutexType } from "../library/grt.ts";
import { guardBegins, guardLeaves } from "../library/guard.ts";
import { K_MUTEX } from "../library/kmutex.ts";
import {
  dropGuard,
  dropGuardSafe,
  type Flavour,
  lock,
  type MutexType,
  newMutex,
  toOwned,
} from "../library/mutex.ts";
import { ValuePlaces, valueKind } from "../library/mutex-value.ts";
import type { PoolBlock } from "../library/pool-block.ts";
import type { BlockType } from "./block.ts";
import type { Local } from "./body.ts";
import { callerSpan } from "./caller.ts";
import type { Memory, ObjectReference } from "./memory.ts";
import type { ModelBody } from "./model.ts";
import { RecordingError } from "./recording.ts";
import { Result } from "./result.ts";
import type { Thread } from "./routines.ts";
import { type Operand, Value } from "./value.ts";

/** A KMutex type of the model: `KMutex<T>` for this T. */
export function kmutex(m: ModelBody, name: string, data: Type): Mutex {
  return new Mutex(m, K_MUTEX, { name, data });
}

/** A FastMutex type of the model. */
export function fastMutex(m: ModelBody, name: string, data: Type): Mutex {
  return new Mutex(m, FAST, { name, data });
}

/** What a method that takes `&KMutex` accepts: a KMutex value, a pointer to a Box of one, or the place of one. */
export type MutexReference = Value | ObjectReference<"inner">;

/** A mutex type: its blocks, and the crate's functions on it. */
export class Mutex {
  readonly storage: string;
  readonly flavour: Flavour;
  readonly block: BlockType<{ readonly mutex: ObjectKind; readonly data: Type }>;
  /** The kind of a field that holds such a mutex: `m.block("DeviceExtension", { mutex: Counter.field })`. */
  readonly field: ObjectKind<"inner">;
  private readonly model: ModelBody;
  private readonly places: ValuePlaces;
  private boxes: BlockType<{ readonly value: ObjectKind<"inner"> }> | undefined;
  private owned: BlockType<{ readonly value: Type }> | undefined;

  constructor(
    model: ModelBody,
    flavour: Flavour,
    { name, data }: { readonly name: string; readonly data: Type },
  ) {
    this.model = model;
    this.storage = name;
    this.flavour = flavour;
    this.places = new ValuePlaces(name);
    const fields = { mutex: flavour.kind, data };
    const reached = (pointer: Expression) => this.places.reached(pointer);
    this.block = model.block(name, fields, { tag: "kmtx", reached });
    this.field = valueKind(flavour.name, name);
  }

  /** `Box<KMutex<T>>`: blocks that hold such a mutex. */
  get box(): BlockType<{ readonly value: ObjectKind<"inner"> }> {
    this.boxes ??= this.model.block(this.boxStorage, { value: this.field });
    return this.boxes;
  }

  /** `Box<T>`, as `toOwnedBox` returns it. */
  get dataBox(): BlockType<{ readonly value: Type }> {
    this.owned ??= this.model.block(`Box<${this.storage}.data>`, {
      value: this.block.fields.data,
    });
    return this.owned;
  }

  /** `KMutex::new(data)`. */
  new(t: Thread, data: Operand = 0): Result<Value> {
    const source = t.called();
    return t.evaluated([data], source, ([value = constant(0)]) => {
      const { result, pointer } = newMutex(t, this.parts, { data: value, source });
      return new Result(result, pointer);
    });
  }

  /** `Box::new(mutex)`; `into_raw` and `from_raw` change nothing, so the value is the pointer as well. */
  boxed(t: Thread, mutex: Value): Value {
    const source = t.called();
    const { box } = this;
    return newBox(t, box, {
      value: mutex.expression,
      place: (pointer) => this.places.memoryOf(box.object("value", pointer)),
      source,
    });
  }

  /** `*place = mutex`, for a place that held none: one plain write. */
  put(t: Thread, place: ObjectReference<"inner">, mutex: Value): void {
    const source = t.called();
    const routine = write("write", this.places.memoryOf(place), mutex.expression, true);
    t.call(routine, { label: `write ${place.display}`, source });
  }

  /** `mutex.lock()`. */
  lock(t: Thread, mutex: MutexReference): Result<Guard> {
    const source = t.called();
    return this.referenced(t, mutex, source, (spot) => {
      const guard = new Guard(this, t, spot);
      const locked = (): void => guard.keep(t, spot);
      const result = lock(t, this.parts, { inner: spot.inner, source, locked });
      return new Result(result, () => guard);
    });
  }

  /** The guard of this mutex that another thread moved here, with `guard.move`. */
  guardFrom(t: Thread, mutex: MutexReference): Guard {
    const source = t.called();
    return this.referenced(t, mutex, source, (spot) => {
      const guard = new Guard(this, t, spot);
      guardBegins(t, this.block.object("mutex", spot.inner), source);
      guard.keep(t, spot);
      return guard;
    });
  }

  /** `drop(mutex)`: frees its block. For a boxed one use `dropBox`. */
  drop(t: Thread, mutex: MutexReference): void {
    const source = t.called();
    this.referenced(t, mutex, source, ({ inner }) => this.block.freed(t, inner, source));
  }

  /** `drop(Box::from_raw(pointer))`: frees the mutex's block, then the Box. */
  dropBox(t: Thread, pointer: Value): void {
    const source = t.called();
    this.referenced(t, pointer, source, ({ inner, at }) => {
      this.block.freed(t, inner, source);
      this.box.freed(t, at, source);
    });
  }

  /** `mutex.to_owned()`: the data, copied without the lock; frees the mutex's block. */
  toOwned(t: Thread, mutex: MutexReference): Value {
    const source = t.called();
    return this.referenced(t, mutex, source, ({ inner }) =>
      toOwned(t, this.parts, { inner, source }),
    );
  }

  /** `mutex.to_owned_box()`: as `toOwned`, into a new Box; the value is the pointer. */
  toOwnedBox(t: Thread, mutex: MutexReference): Value {
    const source = t.called();
    const box = this.dataBox;
    return this.referenced(t, mutex, source, ({ inner }) =>
      newBox(t, box, {
        value: toOwned(t, this.parts, { inner, source }).expression,
        place: (pointer) => box.place("value", pointer),
        source,
      }),
    );
  }

  /** What the library's functions take. */
  get parts(): MutexType {
    return { flavour: this.flavour, block: this.poolBlock };
  }

  /** What the table's functions take. */
  get boxedParts(): BoxedMutexType {
    const { box } = this;
    const valueIn = (pointer: Expression) => this.places.memoryOf(box.object("value", pointer));
    return { ...this.parts, box: box as unknown as PoolBlock, valueIn };
  }

  private get poolBlock(): PoolBlock {
    return this.block as unknown as PoolBlock;
  }

  /** Where a reference leads: evaluates it, and reads the `inner` behind it as part of the step that uses it. */
  private referenced<T>(
    t: Thread,
    mutex: MutexReference,
    source: Span | undefined,
    use: (spot: Spot) => T,
  ): T {
    const pointer = mutex instanceof Value ? mutex : new Value(mutex.index, indexType(mutex));
    return t.evaluated([pointer], source, ([at = constant(0)]) =>
      use(this.spotAt(mutex instanceof Value ? mutex.type : { ...mutex, index: at }, at)),
    );
  }

  private spotAt(where: Type | ObjectReference<"inner">, at: Expression): Spot {
    if ("view" in where) {
      const inner = (index: Expression) => this.places.innerOf({ ...where, index });
      return { at, type: indexType(where), innerOf: inner, inner: inner(at) };
    }
    const to = where.kind === "reference" ? where.to : undefined;
    if (to === this.storage) {
      return { at, type: where, innerOf: (pointer) => pointer, inner: at };
    }
    if (to === this.boxStorage) {
      const inner = (pointer: Expression) => this.places.innerOf(this.box.object("value", pointer));
      return { at, type: where, innerOf: inner, inner: inner(at) };
    }
    throw new RecordingError(
      "not-this-mutex",
      `this value refers to no ${this.flavour.name} of ${this.storage}`,
      callerSpan(),
      `hand over what ${this.storage}.new or ${this.storage}.boxed returned, or a field that holds one`,
    );
  }

  private get boxStorage(): string {
    return `Box<${this.storage}>`;
  }
}

/** Where a `&KMutex` leads. */
interface Spot {
  /** The pointer or index that leads to the value's place, and its type. */
  readonly at: Expression;
  readonly type: Type;
  /** The pointer to the mutex's block, read from the place that `at` leads to. */
  readonly inner: Expression;
  readonly innerOf: (at: Expression) => Expression;
}

const indexType = ({ block }: ObjectReference<"inner">): Type => ({
  kind: "reference",
  to: block?.name ?? "",
  slots: 0,
});

/** A live guard: KMutexGuard or FastMutexGuard. */
export class Guard {
  private readonly mutex: Mutex;
  private readonly spot: Spot;
  /** The guard's own copy of the reference, where that is not constant. */
  private readonly held: Local | undefined;

  constructor(mutex: Mutex, t: Thread, spot: Spot) {
    this.mutex = mutex;
    this.spot = spot;
    this.held = spot.at.kind === "constant" ? undefined : t.newLocal("guard", spot.type, true);
  }

  /** The data: memory of its own, as `*guard`. Nothing checks that the mutex is still held. */
  get data(): Memory {
    return this.mutex.block.at(new Value(this.inner, { ...this.spot.type })).data;
  }

  /** The guard goes out of scope: releases the mutex, at any IRQL. */
  drop(t: Thread): void {
    const source = t.called();
    dropGuard(t, this.mutex.parts, { inner: this.inner, source });
    this.forgotten(t);
  }

  /** Releases the mutex if the IRQL admits it; the guard lives on, and must be dropped or forgotten all the same. */
  dropSafe(t: Thread): Result<void> {
    const source = t.called();
    const result = dropGuardSafe(t, this.mutex.parts, { inner: this.inner, source });
    return new Result(result, () => undefined);
  }

  /** `mem::forget(guard)`: ends the guard, releases nothing. */
  forget(t: Thread): void {
    t.called();
    guardLeaves(t, this.mutex.block.object("mutex", this.inner));
    this.forgotten(t);
  }

  /** Ends the guard in this thread, so that another may take it over with `guardFrom`. */
  move(t: Thread): void {
    this.forget(t);
  }

  /** The library's: keeps the reference for the guard's life. */
  keep(t: Thread, { at }: Spot): void {
    if (this.held) t.set(this.held, at);
  }

  private get inner(): Expression {
    return this.spot.innerOf(this.held?.expression ?? this.spot.at);
  }

  private forgotten(t: Thread): void {
    if (this.held) t.set(this.held, constant(0));
  }
}
