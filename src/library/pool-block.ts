/**
 * Types of pool blocks: what a block holds, what is wrong with using one, how one is allocated and freed.
 *
 * A block type is a *storage*; its blocks are slots, and a pointer is a slot number. Fields are plain memory, atomic
 * memory or objects, and share the block's index. Front ends add their own values on top (`dsl/block.ts`).
 */
import type { Expression } from "../ir/expression.ts";
import type { Span } from "../ir/span.ts";
import type { Type } from "../ir/type.ts";
import type { MemoryPlace } from "../kernel/memory.ts";
import { type ObjectKind, viewOf } from "../kernel/object-kind.ts";
import {
  BLOCK,
  ExAllocatePool2,
  ExFreePool,
  pagedMisuse,
  pointerMisuse,
  type Storage,
} from "../kernel/pool.ts";
import type { Misuse, ObjectArgument, Routine } from "../kernel/routine.ts";
import type { Numbering, ObjectDescription, VariableDescription } from "../lower/statement.ts";
import { assert } from "../support/assert.ts";
import type { Author, Computed } from "./author.ts";

/** A field: plain memory of a type, atomic memory, or an embedded object. */
export type FieldOf = Type | { readonly atomic: Type } | ObjectKind;

export type Fields = Readonly<Record<string, FieldOf>>;

export interface PoolOptions {
  readonly pool?: "paged" | "nonpaged";
  readonly tag?: string;
  /** What can be wrong with getting at such a pointer, where it is read from other memory in the step that uses it. */
  readonly reached?: (pointer: Expression) => readonly Misuse[];
}

export const isObject = (field: FieldOf): field is ObjectKind => "fields" in field;
export const isAtomic = (field: FieldOf): field is { readonly atomic: Type } => "atomic" in field;
export const contentOf = (field: Type | { readonly atomic: Type }): Type =>
  isAtomic(field) ? field.atomic : field;

export class PoolBlock<F extends Fields = Fields> {
  readonly storage: string;
  readonly fields: F;
  readonly pool: "paged" | "nonpaged";
  readonly tag: string;
  private readonly reached: (pointer: Expression) => readonly Misuse[];
  private comparesAddresses = false;

  constructor(storage: string, fields: F, options: PoolOptions = {}) {
    this.storage = storage;
    this.fields = fields;
    this.pool = options.pool ?? "nonpaged";
    this.tag = options.tag ?? "kchk";
    this.reached = options.reached ?? (() => []);
  }

  /** What is wrong with using the block through this pointer. */
  validity(pointer: Expression): readonly Misuse[] {
    const pointed = pointerMisuse(this.storage, pointer, `the pointer to ${this.storage}`);
    return [...this.reached(pointer), ...pointed];
  }

  /** An embedded object of the block. */
  object(name: keyof F & string, pointer: Expression): ObjectArgument {
    const field = this.field(name);
    assert(isObject(field), `${name} is an object`);
    const prefix = `${this.storage}.${name}`;
    return {
      kind: field,
      view: viewOf(field, prefix, pointer),
      display: `*${prefix}`,
      prefix,
      index: pointer,
      first: 1,
      block: { name: this.storage },
      validity: this.validity(pointer),
    };
  }

  /** The memory of a field of the block. */
  place(name: keyof F & string, pointer: Expression): MemoryPlace {
    const field = this.field(name);
    assert(!isObject(field), `${name} is memory`);
    return {
      cell: { kind: "cell", variable: `${this.storage}.${name}`, index: pointer },
      type: contentOf(field),
      validity: this.memoryValidity(name, pointer),
    };
  }

  /** What is wrong with touching a field through this pointer. */
  memoryValidity(name: string, pointer: Expression): readonly Misuse[] {
    const paged = this.pool === "paged" ? [pagedMisuse(`${this.storage}.${name}`)] : [];
    return [...this.validity(pointer), ...paged];
  }

  /** Marks that pointers to these blocks are compared; gives the variable of addresses. */
  address(): string {
    this.comparesAddresses = true;
    return `${this.storage}.address`;
  }

  /** Allocates a block: one step. The result is the pointer, null if the allocation failed. */
  allocated<V extends Computed>(author: Author<V>, source: Span | undefined): V {
    const site = author.allocateSite(this.storage, source);
    const results = author.call(
      this.lazily((storage) => ExAllocatePool2(storage, site)),
      { label: `ExAllocatePool2(${this.storage})`, source },
    );
    const { pointer } = results;
    assert(pointer !== undefined, "an allocation returns a pointer");
    return pointer;
  }

  /** Frees the block that the pointer points to: one step. It may bear the name of the call that it is part of. */
  freed(
    author: Author,
    pointer: Expression,
    source: Span | undefined,
    label = `ExFreePool(${this.storage})`,
  ): void {
    const place = `${author.name}${source ? `:${source.line}` : ""} ExFreePool`;
    const display = `the pointer to ${this.storage}`;
    const routine = this.lazily((storage) => ExFreePool(storage, pointer, display, place));
    const misuse: Routine["misuse"] = (call) => [
      ...this.reached(pointer),
      ...(routine.misuse?.(call) ?? []),
    ];
    author.call({ ...routine, misuse }, { label, source });
  }

  /** The storage's objects. */
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
        isObject(field) ? [] : [this.variable(name, contentOf(field), { data: true })],
    );
    const address = { kind: "reference", to: storage, slots: 0 } as const;
    return this.comparesAddresses
      ? [...memory, { ...this.variable("address", address, { hidden: true }), cluster: storage }]
      : memory;
  }

  private variable(
    name: string,
    type: Type,
    tags: VariableDescription["tags"],
  ): VariableDescription {
    const full = `${this.storage}.${name}`;
    return {
      name: full,
      type: () => type,
      storage: this.storage,
      initial: [0],
      cluster: full,
      tags,
    };
  }

  private field(name: string): FieldOf {
    const field = this.fields[name];
    assert(field !== undefined, `${this.storage} has a field ${name}`);
    return field;
  }

  /** A pool routine whose outcomes need the finished storage. */
  private lazily(build: (storage: Storage) => Routine): Routine {
    return {
      ...build(this.described(new Map())),
      outcomes: (call) => build(this.described(call.sizes.slots)).outcomes(call),
    };
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
