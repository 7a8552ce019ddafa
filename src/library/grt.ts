/**
 * Grt: wdk-mutex's global table of mutexes by label, with every race that the crate's version has.
 *
 * A static atomic pointer leads to a block with a plain map (`map.ts`). Only the pointer is atomic: `init` loads and
 * stores without a compare-exchange, nothing keeps the table alive while it is used, and `destroy` asks nobody.
 */
import { constant, differs, type Expression, equals, not, or } from "../ir/expression.ts";
import type { Span } from "../ir/span.ts";
import { type MemoryPlace, read, write } from "../kernel/memory.ts";
import { assert } from "../support/assert.ts";
import { type Author, branch, type Computed } from "./author.ts";
import { newBox } from "./box.ts";
import {
  type Entry,
  getLabel,
  insertLabel,
  mapGet,
  mapInsert,
  mapIsEmpty,
  mapWalk,
  type Table,
} from "./map.ts";
import { type MutexType, newMutex } from "./mutex.ts";
import type { PoolBlock } from "./pool-block.ts";
import { either, Fallible } from "./result.ts";

/** A mutex type whose values may lie in Boxes. */
export interface BoxedMutexType extends MutexType {
  readonly box: PoolBlock;
  /** The place of the value in the Box that a pointer leads to. */
  readonly valueIn: (pointer: Expression) => MemoryPlace;
}

/** A label with one of its mutex types. */
export interface TypedEntry extends Entry {
  readonly mutex: BoxedMutexType;
}

export interface Grt {
  /** The static AtomicPtr. */
  readonly pointer: MemoryPlace;
  readonly block: PoolBlock;
  readonly entries: readonly TypedEntry[];
}

const isNull = (pointer: Expression): Expression => equals(pointer, constant(0));

const sameLabel = ({ entries }: Grt, label: string): readonly TypedEntry[] =>
  entries.filter((entry) => entry.label === label);

function loaded(author: Author, grt: Grt, source: Span | undefined): Expression {
  const label = `load(${grt.pointer.cell.variable})`;
  const { value } = author.call(read("load", grt.pointer, false), { label, source });
  assert(value !== undefined, "a load returns a value");
  return value.expression;
}

function stored(author: Author, grt: Grt, value: Expression, source: Span | undefined): void {
  const label = `store ${grt.pointer.cell.variable}`;
  author.call(write("store", grt.pointer, value, false), { label, source });
}

/** `Grt::init()`: load, allocate, store. */
export function initGrt(author: Author, grt: Grt, source: Span | undefined): Fallible {
  const result = new Fallible(author, "Grt::init");
  const before = loaded(author, grt, source);
  either(result, author, { error: "GrtAlreadyExists", when: not(isNull(before)) }, () => {
    const table = grt.block.allocated(author, source).expression;
    branch(author, isNull(table), {
      then: () => author.violate("panic", "panic: Box::new() got no memory", source),
      otherwise: () => undefined,
    });
    stored(author, grt, table, source);
    result.is("Ok");
  });
  return result;
}

/** `Grt::register_…(label, data)`: the mutex is made first, then inserted; what it replaces is dropped. */
export function register(
  author: Author,
  grt: Grt,
  given: {
    readonly entry: TypedEntry;
    readonly data: Expression;
    readonly checked: boolean;
    readonly source: Span | undefined;
  },
): Fallible {
  const { entry, data, checked, source } = given;
  const { mutex } = entry;
  const result = new Fallible(author, `register ${entry.label}`);
  const pointer = loaded(author, grt, source);
  either(result, author, { error: "GrtIsNull", when: isNull(pointer) }, () => {
    const made = newMutex(author, mutex, { data, source });
    result.orElse(made.result, () => {
      const value = made.pointer().expression;
      const place = mutex.valueIn;
      const box = newBox(author, mutex.box, { value, place, source }).expression;
      const entries = sameLabel(grt, entry.label);
      const table: Table = { block: grt.block, pointer };
      const insert = (): void => {
        const pointers = mapInsert(author, table, { entries, entry, box, source });
        dropBoxes(author, entries, { pointers, source, within: insertLabel(entry.label) });
        result.is("Ok");
      };
      if (!checked) return insert();
      const found = mapGet(author, table, { entries, source });
      const present = or(...[...found.values()].map((one) => not(isNull(one.expression))));
      branch(author, present, {
        then: () => {
          dropBox(author, mutex, { box, source, within: getLabel(entry.label) });
          result.is("KeyExists");
        },
        otherwise: insert,
      });
    });
  });
  return result;
}

/** `Grt::get_…(label)`: the pointer is loaded, the map read; nothing keeps what is found alive. */
export function getMutex<V extends Computed>(
  author: Author<V>,
  grt: Grt,
  { entry, source }: { readonly entry: TypedEntry; readonly source: Span | undefined },
): { readonly result: Fallible; readonly box: () => V } {
  const result = new Fallible(author, `get ${entry.label}`);
  let box: V | undefined;
  const pointer = loaded(author, grt, source);
  either(result, author, { error: "GrtIsNull", when: isNull(pointer) }, () => {
    const table: Table = { block: grt.block, pointer };
    const empty = mapIsEmpty(author, table, source);
    either(result, author, { error: "GrtIsEmpty", when: differs(empty, constant(0)) }, () => {
      const entries = sameLabel(grt, entry.label);
      const found = mapGet(author, table, { entries, source });
      const wanted = found.get(entry.field);
      assert(wanted !== undefined, "every entry of the label was read");
      box = wanted;
      const others = entries.filter(({ field }) => field !== entry.field);
      const other = or(
        ...others.map(({ field }) => not(isNull(found.get(field)?.expression ?? constant(0)))),
      );
      either(result, author, { error: "DowncastError", when: other }, () => {
        either(result, author, { error: "KeyNotFound", when: isNull(wanted.expression) }, () =>
          result.is("Ok"),
        );
      });
    });
  });
  return {
    result,
    box: () => {
      assert(box !== undefined, "the arm that finds it was recorded");
      return box;
    },
  };
}

/** `Grt::destroy()`: the pointer is nulled, then every mutex freed, and the table. */
export function destroyGrt(author: Author, grt: Grt, source: Span | undefined): Fallible {
  const result = new Fallible(author, "Grt::destroy");
  const { block, entries } = grt;
  const pointer = loaded(author, grt, source);
  either(result, author, { error: "GrtIsNull", when: isNull(pointer) }, () => {
    stored(author, grt, constant(0), source);
    const pointers = mapWalk(author, { block, pointer }, { entries, source });
    dropBoxes(author, entries, { pointers, source });
    block.freed(author, pointer, source);
    result.is("Ok");
  });
  return result;
}

/** What happens to drop a Box: as part of a call of the map it bears its name, since it need not ever happen there. */
interface Drop {
  readonly source: Span | undefined;
  readonly within?: string;
}

/** Drops the Boxes of those entries that are there: the mutex's block, then the Box. */
function dropBoxes(
  author: Author,
  entries: readonly TypedEntry[],
  given: Drop & { readonly pointers: ReadonlyMap<string, Computed> },
): void {
  for (const { field, mutex } of entries) {
    const pointer = given.pointers.get(field)?.expression;
    if (!pointer) continue;
    branch(author, isNull(pointer), {
      then: () => undefined,
      otherwise: () => dropBox(author, mutex, { ...given, box: pointer }),
    });
  }
}

function dropBox(
  author: Author,
  { block, box: boxes, valueIn }: BoxedMutexType,
  { box, source, within }: Drop & { readonly box: Expression },
): void {
  block.freed(author, valueIn(box).cell, source, within);
  boxes.freed(author, box, source, within);
}
