/** Pool blocks as authors use them: `m.block("name", { … })`, then `allocate`, `at` and `free`. */
import { constant } from "../ir/expression.ts";
import type { Type } from "../ir/type.ts";
import type { ObjectKind } from "../kernel/object-kind.ts";
import { contentOf, type Fields, isAtomic, isObject, PoolBlock } from "../library/pool-block.ts";
import { Memory, type MemoryVariable, type ObjectReference } from "./memory.ts";
import type { Thread } from "./routines.ts";
import { expressionOf, type Operand, type Value } from "./value.ts";

export type FieldViews<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends ObjectKind<infer Field>
    ? ObjectReference<Field>
    : Memory;
};

export class BlockType<F extends Fields = Fields> extends PoolBlock<F> {
  /** The fields of the block that a pointer points to. Using one through a null or stale pointer is a violation. */
  at(pointer: Operand): FieldViews<F> {
    const index = expressionOf(pointer);
    const views = Object.entries(this.fields).map(([name, field]) => {
      if (!isObject(field)) return [name, new Memory(this.memoryVariable(name, field), index)];
      return [name, { ...this.object(name, index), kindName: field.name }];
    });
    return Object.fromEntries(views) as FieldViews<F>;
  }

  /** Allocates a block; the value is the pointer, null if the allocation failed. */
  allocate(thread: Thread): Value {
    const source = thread.called();
    const pointer = this.allocated(thread, source);
    const routine = { name: "ExAllocatePool2", fallible: true } as const;
    const call = { routine, options: undefined, graph: thread.name, source };
    thread.model.ignored.watch(call, { pointer });
    return pointer;
  }

  /** Frees the block that the pointer points to. */
  free(thread: Thread, pointer: Operand): void {
    const source = thread.called();
    thread.evaluated([pointer], source, ([index = constant(0)]) =>
      this.freed(thread, index, source),
    );
  }

  memoryVariables(): readonly MemoryVariable[] {
    return Object.entries(this.fields).flatMap(([name, field]) =>
      isObject(field) ? [] : [this.memoryVariable(name, field)],
    );
  }

  private memoryVariable(name: string, field: Type | { readonly atomic: Type }): MemoryVariable {
    const display = `${this.storage}.${name}`;
    return {
      name: display,
      type: contentOf(field),
      atomic: isAtomic(field),
      display,
      validity: (pointer) => this.memoryValidity(name, pointer),
    };
  }
}
