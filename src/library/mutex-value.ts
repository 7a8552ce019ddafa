/**
 * KMutex values where they lie in memory: in a Box, in a device extension, in a static. A value is one pointer, `inner`,
 * to the block with the kernel mutex; a `&KMutex` is the place of a value.
 *
 * Reading `inner` is part of the step that uses the mutex, and so is what can be wrong with it: a place that was freed.
 */
import type { Expression } from "../ir/expression.ts";
import type { Type } from "../ir/type.ts";
import type { MemoryPlace } from "../kernel/memory.ts";
import { type ObjectKind, objectKind } from "../kernel/object-kind.ts";
import { pointerMisuse } from "../kernel/pool.ts";
import type { Misuse, ObjectArgument } from "../kernel/routine.ts";

const pointerTo = (storage: string): Type => ({ kind: "reference", to: storage, slots: 0 });

/** The kind of a place that holds a mutex value of this type; `storage` is the type's blocks. */
export function valueKind(flavour: string, storage: string): ObjectKind<"inner"> {
  return objectKind({
    name: `${flavour}<${storage}>`,
    fields: { inner: { type: () => pointerTo(storage), initial: 0 } },
  });
}

/** Where values of one mutex type lie. */
export class ValuePlaces {
  private readonly storage: string;
  private readonly blocks = new Map<string, string>();

  constructor(storage: string) {
    this.storage = storage;
  }

  /** The pointer in the value that lies here; using it is a use of the block that it lies in. */
  innerOf({ prefix, index, block }: ObjectArgument): Expression & { readonly kind: "cell" } {
    const variable = `${prefix}.inner`;
    if (block) this.blocks.set(variable, block.name);
    return { kind: "cell", variable, index };
  }

  /** The place as memory, to move a value into it. */
  memoryOf(place: ObjectArgument): MemoryPlace {
    return {
      cell: this.innerOf(place),
      type: pointerTo(this.storage),
      validity: place.validity,
    };
  }

  /** What is wrong with a pointer that is read from such a place. */
  reached(pointer: Expression): readonly Misuse[] {
    if (pointer.kind !== "cell") return [];
    const block = this.blocks.get(pointer.variable);
    return block === undefined
      ? []
      : pointerMisuse(block, pointer.index, `the pointer to ${block}`);
  }
}
