/**
 * The map of the global table: a BTreeMap from labels to boxed mutexes, touched by plain steps under no lock.
 *
 * | in the crate                  | in the model                                                       |
 * | the BTreeMap, all its nodes   | `map`, the number of entries: whatever touches the map touches it  |
 * | the entry of a label          | a pointer to a Box, one for each mutex type that the label is for  |
 *
 * Searching is a plain read, inserting a search and a plain write, which may move every entry. Left out: the nodes'
 * own pool, which the allocator gives and takes with the entries.
 */
import {
  conditional,
  constant,
  differs,
  type Expression,
  equals,
  or,
  plus,
} from "../ir/expression.ts";
import type { Span } from "../ir/span.ts";
import type { Type } from "../ir/type.ts";
import { set } from "../kernel/object-kind.ts";
import { type Outcome, type Routine, routine } from "../kernel/routine.ts";
import { assert } from "../support/assert.ts";
import type { Author, Computed } from "./author.ts";
import type { PoolBlock } from "./pool-block.ts";

/** A label's pointer for one mutex type: a field of the table's block. */
export interface Entry {
  readonly label: string;
  readonly field: string;
  /** Storage of the Boxes that it points to. */
  readonly box: string;
}

/** The table that an operation is on, and the pointer that leads to it. */
export interface Table {
  readonly block: PoolBlock;
  readonly pointer: Expression;
}

export const getLabel = (label: string): string => `map.get("${label}")`;
export const insertLabel = (label: string): string => `map.insert("${label}")`;

const reference = (to: string): Type => ({ kind: "reference", to, slots: 0 });

/** The fields of a table's block. */
export function tableFields(entries: readonly Entry[]): Readonly<Record<string, Type>> {
  const labels = new Set(entries.map(({ label }) => label));
  return {
    map: { kind: "range", min: 0, max: labels.size },
    ...Object.fromEntries(entries.map(({ field, box }) => [field, reference(box)])),
  };
}

/** `map.is_empty()`: a plain read of the map. */
export function mapIsEmpty(author: Author, table: Table, source: Span | undefined): Expression {
  const empty = equals(mapOf(table).cell, constant(0));
  const reads = onMap(table, "is_empty", {
    writes: false,
    results: { empty: { kind: "boolean" } },
    outcome: { effect: [], results: { empty } },
  });
  const results = author.call(reads, { label: "map.is_empty()", source });
  assert(results.empty !== undefined, "the routine returns it");
  return results.empty.expression;
}

/** `map.get(label)`: a plain read of the map. The pointers of the label's entries, null where there is none. */
export function mapGet<V extends Computed>(
  author: Author<V>,
  table: Table,
  { entries, source }: { readonly entries: readonly Entry[]; readonly source: Span | undefined },
): ReadonlyMap<string, V> {
  const reads = onMap(table, "get", {
    writes: false,
    results: pointerTypes(entries),
    outcome: { effect: [], results: pointers(table, entries) },
  });
  const label = getLabel(entries[0]?.label ?? "");
  return new Map(Object.entries(author.call(reads, { label, source })));
}

/** `map.insert(label, box)`: a search, then a plain write that gives back the pointers that it replaced. */
export function mapInsert<V extends Computed>(
  author: Author<V>,
  table: Table,
  insertion: {
    readonly entries: readonly Entry[];
    readonly entry: Entry;
    readonly box: Expression;
    readonly source: Span | undefined;
  },
): ReadonlyMap<string, V> {
  const { entries, entry, box, source } = insertion;
  mapGet(author, table, { entries, source });
  const before = pointers(table, entries);
  const present = or(...Object.values(before).map((old) => differs(old, constant(0))));
  const length = mapOf(table).cell;
  const writes = onMap(table, "insert", {
    writes: true,
    results: pointerTypes(entries),
    outcome: {
      effect: [
        set(length, conditional(present, length, plus(length, constant(1)))),
        ...entries.map(({ field }) =>
          set(entryCell(table, field), field === entry.field ? box : constant(0)),
        ),
      ],
      results: before,
    },
  });
  return new Map(Object.entries(author.call(writes, { label: insertLabel(entry.label), source })));
}

/** All entries at once, as dropping the map walks them: a plain read. */
export function mapWalk<V extends Computed>(
  author: Author<V>,
  table: Table,
  { entries, source }: { readonly entries: readonly Entry[]; readonly source: Span | undefined },
): ReadonlyMap<string, V> {
  const reads = onMap(table, "into_iter", {
    writes: false,
    results: pointerTypes(entries),
    outcome: { effect: [], results: pointers(table, entries) },
  });
  return new Map(Object.entries(author.call(reads, { label: "map.into_iter()", source })));
}

const mapOf = ({ block, pointer }: Table) => block.place("map", pointer);

const entryCell = ({ block, pointer }: Table, field: string): Expression =>
  block.place(field, pointer).cell;

const pointers = (table: Table, entries: readonly Entry[]): Record<string, Expression> =>
  Object.fromEntries(entries.map(({ field }) => [field, entryCell(table, field)]));

const pointerTypes = (entries: readonly Entry[]): Record<string, Type> =>
  Object.fromEntries(entries.map(({ field, box }) => [field, reference(box)]));

function onMap(
  table: Table,
  name: string,
  does: {
    readonly writes: boolean;
    readonly results: Readonly<Record<string, Type>>;
    readonly outcome: Pick<Outcome, "effect" | "results">;
  },
): Routine {
  const { cell, validity } = mapOf(table);
  const access = { variable: cell.variable, index: cell.index, writes: does.writes, plain: true };
  return routine({
    name: `BTreeMap::${name}`,
    page: "",
    takes: [],
    results: does.results,
    irql: () => ({ atMost: "HIGH_LEVEL" }),
    misuse: () => validity,
    outcomes: () => [{ when: [], accesses: [access], ...does.outcome }],
  });
}
