/**
 * Pool blocks in a model: a type of content, allocated at sites, used through pointers, freed.
 *
 * A block type is a *storage*; its blocks are slots, and a pointer is a slot number. Fields are plain memory, atomic
 * memory or kernel objects, and share the block's index.
 */
import { cell, constant, type Expression } from "../ir/expression.ts";
import type { Type } from "../ir/type.ts";
import { type ObjectKind, viewOf } from "../kernel/object-kind.ts";
import {
  BLOCK,
  ExAllocatePool2,
  ExFreePool,
  LIFE,
  pagedMisuse,
  pointerMisuse,
  type Storage,
} from "../kernel/pool.ts";
import type { Misuse, Routine } from "../kernel/routine.ts";
import type { Numbering, ObjectDescription, VariableDescription } from "../lower/statement.ts";
import { Memory, type MemoryVariable, type ObjectReference } from "./memory.ts";
import type { Thread } from "./routines.ts";
import { type Operand, Value } from "./value.ts";

/** A field: plain memory of a type, atomic memory, or an embedded kernel object. */
export type FieldOf = Type | { readonly atomic: Type } | ObjectKind;

export type Fields = Readonly<Record<string, FieldOf>>;

export type FieldViews<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends ObjectKind<infer Field>
    ? ObjectReference<Field>
    : Memory;
};

const isObject = (field: FieldOf): field is ObjectKind => "fields" in field;
const isAtomic = (field: FieldOf): field is { readonly atomic: Type } => "atomic" in field;

export class BlockType<F extends Fields = Fields> {
  readonly storage: string;
  readonly fields: F;
  readonly pool: "paged" | "nonpaged";
  readonly tag: string;
  private comparesAddresses = false;

  constructor(
    storage: string,
    fields: F,
    options: { readonly pool?: "paged" | "nonpaged"; readonly tag?: string },
  ) {
    this.storage = storage;
    this.fields = fields;
    this.pool = options.pool ?? "nonpaged";
    this.tag = options.tag ?? "kchk";
  }

  /** The fields of the block that a pointer points to. Using one through a null or stale pointer is a violation. */
  at(pointer: Operand): FieldViews<F> {
    return this.through(
      pointer instanceof Value ? pointer.expression : constant(Number(pointer)),
      [],
    );
  }

  /** As `at`, where getting the pointer is a use of other memory that can be misuse itself. */
  through(index: Expression, before: readonly Misuse[]): FieldViews<F> {
    const display = `*${this.storage}`;
    const validity = [
      ...before,
      ...pointerMisuse(this.storage, index, `the pointer to ${this.storage}`),
    ];
    const views = Object.entries(this.fields).map(([name, field]) => {
      if (!isObject(field))
        return [name, new Memory(this.memoryVariable(name, field, before), index)];
      const prefix = `${this.storage}.${name}`;
      const object: ObjectReference = {
        kindName: field.name,
        kind: field,
        view: viewOf(field, prefix, index),
        display: `${display}.${name}`,
        prefix,
        index,
        first: 1,
        block: { name: this.storage },
        validity,
      };
      return [name, object];
    });
    return Object.fromEntries(views) as FieldViews<F>;
  }

  /** Marks that pointers to these blocks are compared; gives the variable of addresses. */
  address(): string {
    this.comparesAddresses = true;
    return `${this.storage}.address`;
  }

  /** Allocates a block; the value is the pointer, null if the allocation failed. */
  allocate(thread: Thread): Value {
    const source = thread.called();
    const { first, slots } = thread.allocateSite(this.storage, source);
    const label = `ExAllocatePool2(${this.storage})`;
    return this.called(
      thread,
      (storage) => ExAllocatePool2(storage, { first, slots }),
      label,
      source,
    );
  }

  /** Frees the block that the pointer points to. */
  free(thread: Thread, pointer: Operand): void {
    const source = thread.called();
    const place = `${thread.name}${source ? `:${source.line}` : ""} ExFreePool`;
    thread.evaluated([pointer], source, ([index = constant(0)]) => {
      const display = `the pointer to ${this.storage}`;
      const build = (storage: Storage): Routine => ExFreePool(storage, index, display, place);
      this.called(thread, build, `ExFreePool(${this.storage})`, source);
    });
  }

  /** The storage's cells. */
  objects(): readonly ObjectDescription[] {
    const { storage } = this;
    const embedded = Object.entries(this.fields).flatMap(
      ([name, field]): readonly ObjectDescription[] =>
        isObject(field) ? [{ prefix: `${storage}.${name}`, kind: field, storage }] : [],
    );
    return [{ prefix: storage, kind: BLOCK, storage }, ...embedded];
  }

  variables(): readonly VariableDescription[] {
    const { storage } = this;
    const memory = Object.entries(this.fields).flatMap(
      ([name, field]): readonly VariableDescription[] =>
        isObject(field)
          ? []
          : [
              {
                name: `${storage}.${name}`,
                type: () => (isAtomic(field) ? field.atomic : field),
                storage,
                initial: [0],
                cluster: `${storage}.${name}`,
                tags: { data: true },
              },
            ],
    );
    const address: VariableDescription = {
      name: `${storage}.address`,
      type: () => ({ kind: "reference", to: storage, slots: 0 }),
      storage,
      initial: [0],
      cluster: storage,
      tags: { hidden: true },
    };
    return this.comparesAddresses ? [...memory, address] : memory;
  }

  memoryVariables(): readonly MemoryVariable[] {
    return Object.entries(this.fields).flatMap(([name, field]) =>
      isObject(field) ? [] : [this.memoryVariable(name, field, [])],
    );
  }

  private memoryVariable(
    name: string,
    field: Type | { readonly atomic: Type },
    before: readonly Misuse[],
  ): MemoryVariable {
    const display = `${this.storage}.${name}`;
    return {
      name: display,
      type: isAtomic(field) ? field.atomic : field,
      atomic: isAtomic(field),
      display,
      validity: (pointer) => [
        ...before,
        ...pointerMisuse(this.storage, pointer, `the pointer to ${this.storage}`),
        ...(this.pool === "paged" ? [pagedMisuse(display)] : []),
      ],
    };
  }

  /** Calls a pool routine whose description needs the finished storage. */
  private called(
    thread: Thread,
    build: (storage: Storage) => Routine,
    label: string,
    source: ReturnType<Thread["called"]>,
  ): Value {
    const lazy = build(this.described(new Map()));
    const results = thread.call(
      { ...lazy, outcomes: (call) => build(this.described(call.sizes.slots)).outcomes(call) },
      { label, source },
    );
    return Object.values(results)[0] ?? new Value(constant(0), { kind: "boolean" });
  }

  private described(slots: Numbering["slots"]): Storage {
    return {
      name: this.storage,
      pool: this.pool,
      tag: this.tag,
      addresses: this.comparesAddresses ? `${this.storage}.address` : undefined,
      slots: slots.get(this.storage) ?? 1,
      contents: this.contents(),
      holders: Object.entries(this.fields).flatMap(([name, field]) =>
        isObject(field) && field.holder !== undefined
          ? [`${this.storage}.${name}.${field.holder}`]
          : [],
      ),
    };
  }

  private contents(): Storage["contents"] {
    return Object.entries(this.fields).flatMap(([name, field]) =>
      isObject(field)
        ? Object.entries(field.fields).map(([part, { initial }]) => ({
            variable: `${this.storage}.${name}.${part}`,
            initial,
          }))
        : [{ variable: `${this.storage}.${name}`, initial: 0 }],
    );
  }
}

/** A block of this storage's site is still live: the expression of a leak. */
export function isLive(storage: string, slot: number): Expression {
  return {
    kind: "binary",
    operator: "=",
    left: cell(`${storage}.life`, slot),
    right: constant(LIFE.live),
  };
}
