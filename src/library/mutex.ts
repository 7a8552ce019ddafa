/**
 * KMutex and FastMutex of wdk-mutex, step by step as the crate does it, with all that it does not check.
 *
 * | in the crate                          | in the model                                            |
 * | the pool block: kernel mutex and data | a block of the type's storage: `mutex`, `data`          |
 * | a KMutex value, `&KMutex`             | see mutex-value.ts                                      |
 *
 * Tests of the IRQL are the caller's own and cost no step. No step checks more than the crate does: a guard may be
 * dropped anywhere, twice (after `drop_safe`), or by another thread; dropping a mutex asks nobody.
 */
import { constant, type Expression, equals } from "../ir/expression.ts";
import type { Span } from "../ir/span.ts";
import { read, write } from "../kernel/memory.ts";
import type { ObjectKind } from "../kernel/object-kind.ts";
import type { Routine } from "../kernel/routine.ts";
import { callingThread } from "../kernel/thread.ts";
import { assert } from "../support/assert.ts";
import type { Author, Computed } from "./author.ts";
import { guardBegins, guardDropped, guardless } from "./guard.ts";
import type { PoolBlock } from "./pool-block.ts";
import { either, Fallible } from "./result.ts";

/** What tells KMutex and FastMutex apart. The tests are on the caller's IRQL. */
export interface Flavour {
  readonly name: "KMutex" | "FastMutex";
  readonly kind: ObjectKind;
  readonly initialize: Routine;
  readonly acquire: Routine;
  readonly release: Routine;
  /** `new` returns IrqlTooHigh. */
  readonly newRefuses: (irql: Expression) => Expression;
  /** `lock` returns IrqlTooHigh. */
  readonly lockRefuses: (irql: Expression) => Expression;
  /** `drop_safe` returns IrqlTooHigh. */
  readonly dropSafeRefuses: (irql: Expression) => Expression;
}

/** A mutex type: a flavour, and the type of the data in the blocks. */
export interface MutexType {
  readonly flavour: Flavour;
  readonly block: PoolBlock;
}

/** `KMutex::new(data)`: allocate, test, write, initialise. The pointer is null in an Err. */
export function newMutex<V extends Computed>(
  author: Author<V>,
  type: MutexType,
  { data, source }: { readonly data: Expression; readonly source: Span | undefined },
): { readonly result: Fallible; readonly pointer: () => V } {
  const { flavour, block } = type;
  const result = new Fallible(author, `${flavour.name}::new`);
  let pointer: V | undefined;
  const refused = flavour.newRefuses(callingThread.irql);
  either(result, author, { error: "IrqlTooHigh", when: refused }, () => {
    const made = block.allocated(author, source);
    pointer = made;
    const failed = equals(made.expression, constant(0));
    either(result, author, { error: "PagedPoolAllocFailed", when: failed }, () => {
      const place = block.place("data", made.expression);
      const mutex = block.object("mutex", made.expression);
      author.call(write("write", place, data, true), { label: `write *${block.storage}`, source });
      author.call(flavour.initialize, { objects: [mutex], source });
      guardless(author, mutex);
      result.is("Ok");
    });
  });
  return {
    result,
    pointer: () => {
      assert(pointer !== undefined, "the arm that allocates was recorded");
      return pointer;
    },
  };
}

/** `lock(&self)`: test the IRQL, then wait without limit; the status is not looked at. */
export function lock(
  author: Author,
  type: MutexType,
  given: {
    readonly inner: Expression;
    readonly source: Span | undefined;
    /** Called where the lock was taken. */
    readonly locked: () => void;
  },
): Fallible {
  const { flavour, block } = type;
  const { inner, source } = given;
  const result = new Fallible(author, "lock");
  const refused = flavour.lockRefuses(callingThread.irql);
  either(result, author, { error: "IrqlTooHigh", when: refused }, () => {
    const mutex = block.object("mutex", inner);
    author.call(flavour.acquire, { objects: [mutex], sections: false, source });
    guardBegins(author, mutex, source);
    given.locked();
    result.is("Ok");
  });
  return result;
}

/** `drop(guard)`: release, whatever the IRQL, whoever owns it. */
export function dropGuard(
  author: Author,
  type: MutexType,
  { inner, source }: { readonly inner: Expression; readonly source: Span | undefined },
): void {
  const mutex = type.block.object("mutex", inner);
  author.call(type.flavour.release, { objects: [mutex], sections: false, source });
  guardDropped(author, mutex);
}

/** `drop_safe(&mut self)`: test the IRQL, then release. The guard lives on, and its drop releases again. */
export function dropGuardSafe(
  author: Author,
  type: MutexType,
  { inner, source }: { readonly inner: Expression; readonly source: Span | undefined },
): Fallible {
  const { flavour, block } = type;
  const result = new Fallible(author, "drop_safe");
  const refused = flavour.dropSafeRefuses(callingThread.irql);
  either(result, author, { error: "IrqlTooHigh", when: refused }, () => {
    const mutex = block.object("mutex", inner);
    author.call(flavour.release, { objects: [mutex], sections: false, source });
    result.is("Ok");
  });
  return result;
}

/** `to_owned(self)`: copy the data out, without the lock, and free the block. */
export function toOwned<V extends Computed>(
  author: Author<V>,
  type: MutexType,
  { inner, source }: { readonly inner: Expression; readonly source: Span | undefined },
): V {
  const { block } = type;
  const label = `read ${block.storage}.data`;
  const { value } = author.call(read("read", block.place("data", inner), true), { label, source });
  assert(value !== undefined, "a read returns a value");
  block.freed(author, inner, source);
  return value;
}
