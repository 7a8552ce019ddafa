/**
 * The program's own memory: plain reads and writes, Interlocked operations, and the atomics of Rust's core library.
 *
 * Pages: InterlockedIncrement, InterlockedCompareExchange and their siblings (wdm.h); core::sync::atomic. Memory is
 * sequentially consistent here. One atomic operation is one step; a plain `x += 1` is a read and a write. Any IRQL, but
 * for memory that is paged.
 */
import {
  type BinaryOperator,
  binary,
  conditional,
  constant,
  type Expression,
  equals,
} from "../ir/expression.ts";
import type { Access } from "../ir/program.ts";
import { asStored } from "../ir/stored.ts";
import type { Type } from "../ir/type.ts";
import { set } from "./object-kind.ts";
import { type Misuse, type Outcome, type Routine, routine } from "./routine.ts";

/** A cell of the program's memory. */
export interface MemoryPlace {
  /** The cell: variable and index. */
  readonly cell: Expression & { readonly kind: "cell" };
  readonly type: Type;
  /** Null or freed, where the cell lies behind a pointer; paged memory at a raised IRQL. */
  readonly validity: readonly Misuse[];
}

/** Documentation of the family that an operation belongs to. */
const PAGES: Readonly<Record<string, string>> = {
  InterlockedIncrement: "wdm/nf-wdm-interlockedincrement",
  InterlockedDecrement: "wdm/nf-wdm-interlockeddecrement",
  InterlockedExchange: "wdm/nf-wdm-interlockedexchange",
  InterlockedExchangeAdd: "wdm/nf-wdm-interlockedexchangeadd",
  InterlockedCompareExchange: "wdm/nf-wdm-interlockedcompareexchange",
  InterlockedExchangePointer: "wdm/nf-wdm-interlockedexchangepointer",
  InterlockedCompareExchangePointer: "wdm/nf-wdm-interlockedcompareexchangepointer",
  InterlockedAnd: "wdm/nf-wdm-interlockedand",
  InterlockedOr: "wdm/nf-wdm-interlockedor",
  InterlockedXor: "wdm/nf-wdm-interlockedxor",
};

function operation(name: string, place: MemoryPlace, outcomes: readonly Outcome[]): Routine {
  return routine({
    name,
    page: PAGES[name] ?? "",
    takes: [],
    results: { value: place.type },
    irql: () => ({ atMost: "HIGH_LEVEL" }),
    misuse: () => place.validity,
    outcomes: () => outcomes,
  });
}

function access(place: MemoryPlace, writes: boolean, plain: boolean): Access {
  return { variable: place.cell.variable, index: place.cell.index, writes, plain };
}

/** Reads the cell; plain unless atomic. */
export function read(name: string, place: MemoryPlace, plain: boolean): Routine {
  const accesses = [access(place, false, plain)];
  return operation(name, place, [
    { when: [], effect: [], results: { value: place.cell }, accesses },
  ]);
}

/** Writes the cell; plain unless atomic. */
export function write(
  name: string,
  place: MemoryPlace,
  value: Expression,
  plain: boolean,
): Routine {
  return operation(name, place, [
    { when: [], effect: [set(place.cell, value)], accesses: [access(place, true, plain)] },
  ]);
}

/** Stores `value` and returns what was there. */
export function exchange(name: string, place: MemoryPlace, value: Expression): Routine {
  return operation(name, place, [
    {
      when: [],
      effect: [set(place.cell, value)],
      results: { value: place.cell },
      accesses: [access(place, true, false)],
    },
  ]);
}

/** Applies an operator; returns the old or the new value. */
export function modify(
  name: string,
  place: MemoryPlace,
  change: {
    readonly operator: BinaryOperator;
    readonly operand: Expression;
    readonly returns: "old" | "new";
  },
): Routine {
  const value = binary(change.operator, place.cell, change.operand);
  const result = change.returns === "old" ? place.cell : asStored(place.type, value);
  return operation(name, place, [
    {
      when: [],
      effect: [set(place.cell, value)],
      results: { value: result },
      accesses: [access(place, true, false)],
    },
  ]);
}

/**
 * Stores `value` if the cell equals `expected`; returns what was there. `same` compares as the machine does, that is
 * pointers by address; an integer is compared in the width of the cell. The failing exchange only reads.
 */
export function compareExchange(
  name: string,
  place: MemoryPlace,
  exchanged: {
    readonly expected: Expression;
    readonly value: Expression;
    readonly same: (left: Expression, right: Expression) => Expression;
  },
): Routine {
  const matches = exchanged.same(place.cell, asStored(place.type, exchanged.expected));
  return operation(name, place, [
    {
      returns: "exchanged",
      when: [matches],
      effect: [set(place.cell, exchanged.value)],
      results: { value: place.cell },
      accesses: [access(place, true, false)],
    },
    {
      returns: "not equal",
      when: [equals(matches, constant(0))],
      effect: [],
      results: { value: place.cell },
      accesses: [access(place, false, false)],
    },
  ]);
}

/** Whether the machine finds two pointers equal: by address, where a freed block's address may live again. */
export function sameAddress(
  addresses: string | undefined,
): (left: Expression, right: Expression) => Expression {
  if (addresses === undefined) return equals;
  const address = (pointer: Expression): Expression =>
    conditional(equals(pointer, constant(0)), constant(0), {
      kind: "cell",
      variable: addresses,
      index: pointer,
    });
  return (left, right) => equals(address(left), address(right));
}
