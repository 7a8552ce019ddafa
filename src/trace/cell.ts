/**
 * Storage as readers name it: cells of shared variables and locals of threads, with their values as text.
 * A storage key is a number pair, so that the analyses can compare and look up what a step reads and writes.
 */
import type { Program, Variable } from "../ir/program.ts";
import { type Type, valueText } from "../ir/type.ts";
import { graphOf, type State, threadOf, variableAt } from "../semantics/state.ts";
import { levelName } from "./level.ts";

/** One cell of a variable (both counted from 0 in the Program's own lists), or one local of a thread (from 1). */
export type Storage =
  | { readonly kind: "cell"; readonly variable: number; readonly offset: number }
  | { readonly kind: "local"; readonly thread: number; readonly local: number };

export function sameStorage(one: Storage, other: Storage): boolean {
  if (one.kind === "cell") {
    return other.kind === "cell" && one.variable === other.variable && one.offset === other.offset;
  }
  return other.kind === "local" && one.thread === other.thread && one.local === other.local;
}

export function valueAt(state: State, storage: Storage): number {
  const row =
    storage.kind === "cell"
      ? state.cells[storage.variable]?.[storage.offset]
      : state.locals[storage.thread - 1]?.[storage.local];
  return row ?? 0;
}

/** Whether readers of a trace want to see it. */
export function isVisible(program: Program, storage: Storage): boolean {
  if (storage.kind === "cell") return !variableAt(program, storage.variable).tags.hidden;
  return !localOf(program, storage)?.hidden;
}

function localOf(program: Program, { thread, local }: Storage & { readonly kind: "local" }) {
  return graphOf(program, threadOf(program, thread)).locals[local];
}

export function typeOf(program: Program, storage: Storage): Type | undefined {
  return storage.kind === "cell"
    ? variableAt(program, storage.variable).type
    : localOf(program, storage)?.type;
}

/** `HEAP_MTX.owner`, `KMutexInner[1].data`, `worker 2.irql`, `worker 2.pointer`. */
export function storageName(program: Program, storage: Storage): string {
  if (storage.kind === "local") {
    return `${threadOf(program, storage.thread).name}.${localOf(program, storage)?.name ?? "?"}`;
  }
  const variable = variableAt(program, storage.variable);
  return cellName(program, variable, storage.offset);
}

function cellName(program: Program, variable: Variable, offset: number): string {
  const { name, first, initial } = variable;
  const index = first + offset;
  const dot = name.indexOf(".");
  const [object, field] = dot < 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot)];
  if (isPerThread(program, variable, object)) {
    const thread = program.threads[index - 1];
    if (thread) return `${thread.name}${field || `.${name}`}`;
  }
  return initial.length === 1 ? name : `${object}[${index}]${field}`;
}

/** The index of the variable's cells is a thread. */
function isPerThread(program: Program, { tags, first, initial }: Variable, object: string) {
  const marked = tags.level || tags.private || object === "thread";
  return marked && first === 1 && initial.length <= program.threads.length;
}

/** A value as readers see it; references to threads by name. */
export function storageText(program: Program, storage: Storage, value: number): string {
  const type = typeOf(program, storage);
  if (!type) return String(value);
  if (storage.kind === "cell" && variableAt(program, storage.variable).tags.level) {
    return levelName(value);
  }
  if (type.kind !== "reference" || type.to !== "thread") return valueText(type, value);
  const holder =
    storage.kind === "cell" && variableAt(program, storage.variable).tags.holder !== undefined;
  if (value === 0) return holder ? "nobody" : "null";
  return program.threads[value - 1]?.name ?? valueText(type, value);
}

/** Everything that differs between two states, in the order of the Program. */
export function differences(before: State, after: State): readonly Storage[] {
  const changed: Storage[] = [];
  after.cells.forEach((row, variable) => {
    row.forEach((value, offset) => {
      if (value !== before.cells[variable]?.[offset])
        changed.push({ kind: "cell", variable, offset });
    });
  });
  after.locals.forEach((row, index) => {
    row.forEach((value, local) => {
      if (value !== before.locals[index]?.[local])
        changed.push({ kind: "local", thread: index + 1, local });
    });
  });
  return changed;
}

/** Every lock that is held in a state: the cell that names its holder, the lock's name, and the thread's number. */
export function heldLocks(
  program: Program,
  state: State,
): readonly {
  readonly storage: Storage;
  readonly object: string;
  readonly thread: number;
}[] {
  return program.variables.flatMap((variable, number) => {
    if (variable.tags.holder === undefined) return [];
    return (state.cells[number] ?? []).flatMap((thread, offset) => {
      if (thread < 1 || thread > program.threads.length) return [];
      const storage: Storage = { kind: "cell", variable: number, offset };
      return [{ storage, object: lockName(variable, offset), thread }];
    });
  });
}

/** A lock's name: its tag, and the slot where there are several. */
export function lockName({ tags, first, initial }: Variable, offset: number): string {
  const name = tags.holder ?? "";
  return initial.length === 1 ? name : `${name} ${first + offset}`;
}
