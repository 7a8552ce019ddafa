/**
 * Where a packed state keeps what a permutation of threads moves or renames, as tables of numbers.
 *
 * A *seat* is a field of bits. The seats that move (what a thread owns: its location, its locals, its cells) come in rows
 * of one seat for each *member*, a thread of a family; members are numbered through all families. So moving a seat from
 * one member to another is adding the difference of their numbers. Values that are renamed come in such rows too, and a
 * value's number in them is its *rank*. What neither moves nor is renamed has no seat.
 */
import { assert } from "../../support/assert.ts";
import { type Layout, type Packed, slotAt } from "../explicit/layout.ts";
import type { Symmetry } from "./automorphisms.ts";
import { indicesOf, localOf, type Place, valuesOf } from "./sorts.ts";

/** The rank of a value that is not renamed. */
export const noRank = -1;
/** The member of a seat that stays. */
export const nobody = -1;

export interface Seats {
  readonly word: Int32Array;
  readonly shift: Int32Array;
  readonly mask: Int32Array;
  /** Whose seat it is, and the number of its row. */
  readonly member: Int32Array;
  readonly row: Int32Array;
  /** By bits, the rank or `noRank`; nothing for a seat that holds numbers only. */
  readonly rankOf: readonly (Int32Array | undefined)[];
  /** By rank: the bits, whose value it is, and the number of its row. */
  readonly rankBits: Int32Array;
  readonly rankMember: Int32Array;
  readonly rankRow: Int32Array;
}

interface Seat {
  readonly word: number;
  readonly shift: number;
  readonly mask: number;
  readonly rankOf: Int32Array | undefined;
}

export function seatsOf(layout: Layout, symmetry: Symmetry): Seats {
  const plan = new Plan(symmetry);
  planThreads(plan, layout, symmetry);
  for (const [number, { name }] of layout.program.variables.entries())
    planCells(plan, name, layout.variables[number], symmetry);
  const all = plan.rows.flatMap(({ first, seats }, row) =>
    seats.map((seat, index) => {
      return { ...seat, row, member: first === nobody ? nobody : first + index };
    }),
  );
  return {
    word: Int32Array.from(all, ({ word }) => word),
    shift: Int32Array.from(all, ({ shift }) => shift),
    mask: Int32Array.from(all, ({ mask }) => mask),
    member: Int32Array.from(all, ({ member }) => member),
    row: Int32Array.from(all, ({ row }) => row),
    rankOf: all.map(({ rankOf }) => rankOf),
    rankBits: Int32Array.from(plan.ranks, ({ bits }) => bits),
    rankMember: Int32Array.from(plan.ranks, ({ member }) => member),
    rankRow: Int32Array.from(plan.ranks, ({ row }) => row),
  };
}

/** Locations and locals of the members. Other threads' locals stay, but may hold references. */
function planThreads(plan: Plan, layout: Layout, { families, sortOf }: Symmetry): void {
  const fieldsOf = (number: number): readonly { field: Packed; sort?: Place }[] => {
    const thread = layout.threads[number - 1];
    assert(thread !== undefined, "members are threads");
    const locals = [...thread.locals].map(([name, field]) => {
      return { field, sort: sortOf(localOf(thread.graph.name, name)) };
    });
    return [{ field: thread.location }, ...locals];
  };
  const moving = new Set<number>();
  let first = 0;
  for (const { threads } of families) {
    const fields = threads.map(fieldsOf);
    for (const index of (fields[0] ?? []).keys()) {
      const row = fields.flatMap((own) => own[index] ?? []);
      plan.addRow(
        first,
        row.map(({ field, sort }) => plan.seatsAt(field, 0, sort)),
      );
    }
    for (const number of threads) moving.add(number);
    first += threads.length;
  }
  for (const index of layout.threads.keys()) {
    if (moving.has(index + 1)) continue;
    for (const { field, sort } of fieldsOf(index + 1)) plan.addFixed(plan.seatsAt(field, 0, sort));
  }
}

/** A row for each index that moves. Other cells stay, but may hold references. */
function planCells(
  plan: Plan,
  variable: string,
  field: Packed | undefined,
  symmetry: Symmetry,
): void {
  if (!field) return;
  const sort = symmetry.sortOf(valuesOf(variable));
  const moving = new Set<number>();
  for (const { first, values } of rowsOf(symmetry, symmetry.sortOf(indicesOf(variable)))) {
    const positions = values.map((index) => index - field.first);
    if (!positions.every((position) => position >= 0 && position < field.length)) continue;
    plan.addRow(
      first,
      positions.map((position) => plan.seatsAt(field, position, sort)),
    );
    for (const position of positions) moving.add(position);
  }
  for (let position = 0; position < field.length; position += 1)
    if (!moving.has(position)) plan.addFixed(plan.seatsAt(field, position, sort));
}

/** What moves in a sort, row by row, each with the number of the family's first member. */
function rowsOf(
  { families }: Symmetry,
  sort: Place,
): readonly { readonly first: number; readonly values: readonly number[] }[] {
  let next = 0;
  return families.flatMap(({ threads, rows }) => {
    const first = next;
    next += threads.length;
    return (rows.get(sort) ?? []).map((values) => ({ first, values }));
  });
}

/** Rows and ranks as they are collected. */
class Plan {
  readonly rows: { readonly first: number; readonly seats: readonly Seat[] }[] = [];
  readonly ranks: { readonly bits: number; readonly member: number; readonly row: number }[] = [];
  private readonly symmetry: Symmetry;
  private readonly tables = new Map<string, Int32Array | undefined>();

  constructor(symmetry: Symmetry) {
    this.symmetry = symmetry;
  }

  /** One row for each word that the members' fields take. */
  addRow(first: number, columns: readonly (readonly Seat[])[]): void {
    for (const index of (columns[0] ?? []).keys())
      this.rows.push({ first, seats: columns.flatMap((column) => column[index] ?? []) });
  }

  addFixed(seats: readonly Seat[]): void {
    for (const seat of seats) if (seat.rankOf) this.rows.push({ first: nobody, seats: [seat] });
  }

  /** Of an element: none if it never changes, two if it takes two words. */
  seatsAt(field: Packed, position: number, sort: Place | undefined): readonly Seat[] {
    if (field.storage.kind === "constant") return [];
    const rankOf = sort === undefined ? undefined : this.rankOf(sort, field);
    if (field.storage.kind === "wide") {
      assert(rankOf === undefined, "what is renamed has few values");
      const word = field.storage.word + 2 * position;
      return [word, word + 1].map((at) => ({ word: at, shift: 0, mask: -1, rankOf }));
    }
    const { word, shift } = slotAt(field, position);
    return [{ word, shift, mask: field.bits === 32 ? -1 : 2 ** field.bits - 1, rankOf }];
  }

  /** One table for each sort and range of values. */
  private rankOf(sort: Place, { min, max }: Packed): Int32Array | undefined {
    const key = JSON.stringify([sort, min, max]);
    if (this.tables.has(key)) return this.tables.get(key);
    const rows = rowsOf(this.symmetry, sort);
    const table = rows.length === 0 ? undefined : new Int32Array(max - min + 1).fill(noRank);
    for (const [row, { first, values }] of rows.entries()) {
      for (const [index, value] of values.entries()) {
        if (table && value >= min && value <= max) table[value - min] = this.ranks.length;
        this.ranks.push({ bits: value - min, member: first + index, row });
      }
    }
    this.tables.set(key, table);
    return table;
  }
}
