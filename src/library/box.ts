/** `Box`: pool from the driver's global allocator, with a value moved into it. */
import { constant, type Expression, equals } from "../ir/expression.ts";
import type { Span } from "../ir/span.ts";
import { type MemoryPlace, write } from "../kernel/memory.ts";
import { type Author, branch, type Computed } from "./author.ts";
import type { PoolBlock } from "./pool-block.ts";

/** `Box::new(value)`: allocate, then move the value in. Without memory it panics, as Rust's allocator does. */
export function newBox<V extends Computed>(
  author: Author<V>,
  box: PoolBlock,
  moved: {
    readonly value: Expression;
    /** Where in the block the value goes. */
    readonly place: (pointer: Expression) => MemoryPlace;
    readonly source: Span | undefined;
  },
): V {
  const { value, place, source } = moved;
  const pointer = box.allocated(author, source);
  branch(author, equals(pointer.expression, constant(0)), {
    then: () => author.violate("panic", "panic: Box::new() got no memory", source),
    otherwise: () => undefined,
  });
  const label = `write *${box.storage}`;
  author.call(write("write", place(pointer.expression), value, true), { label, source });
  return pointer;
}
