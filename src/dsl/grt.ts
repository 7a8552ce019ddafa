/**
 * wdk-mutex's global table as authors use it: `const table = grt(m, "GRT", { counter: Counter })`, then `table.init`,
 * `table.registerKmutex`, `table.getKmutex`, `table.destroy`, each a Result.
 */
import { constant } from "../ir/expression.ts";
import {
  destroyGrt,
  getMutex,
  initGrt,
  type Grt as Parts,
  register,
  type TypedEntry,
} from "../library/grt.ts";
import { tableFields } from "../library/map.ts";
import { callerSpan } from "./caller.ts";
import { type Memory, placeOf } from "./memory.ts";
import type { ModelBody } from "./model.ts";
import type { Mutex } from "./mutex.ts";
import { RecordingError } from "./recording.ts";
import { Result } from "./result.ts";
import type { Thread } from "./routines.ts";
import type { Operand, Value } from "./value.ts";

/** The labels that a model uses, with the mutex type of each, or the types that it is used with. */
export type Labels = Readonly<Record<string, Mutex | readonly Mutex[]>>;

/** The static pointer to the table, and the table's type. The pointer is null at the start. */
export function grt<L extends Labels>(
  m: ModelBody,
  name: string,
  labels: L,
): Grt<keyof L & string> {
  return new Grt(m, name, labels);
}

export class Grt<Label extends string> {
  /** The static AtomicPtr. */
  readonly pointer: Memory;
  private readonly parts: Parts;

  constructor(m: ModelBody, name: string, labels: Labels) {
    const entries = Object.entries(labels).flatMap(([label, types]) =>
      entriesOf(label, [types].flat() as Mutex[]),
    );
    const block = m.block(`${name}.table`, tableFields(entries));
    this.pointer = m.atomic(name, { kind: "reference", to: block.storage, slots: 0 });
    const pointer = placeOf(this.pointer.variable, constant(0));
    this.parts = { pointer, block, entries };
  }

  init(t: Thread): Result<void> {
    return new Result(initGrt(t, this.parts, t.called()), () => undefined);
  }

  /** Makes a mutex and inserts it; one that had the label is freed, whoever uses it. */
  registerKmutex(t: Thread, label: Label, mutex: Mutex, data: Operand = 0): Result<void> {
    return this.registered(t, this.entry(label, mutex, "KMutex"), { data, checked: false });
  }

  /** As `registerKmutex`, but an Err if the label is there already. */
  registerKmutexChecked(t: Thread, label: Label, mutex: Mutex, data: Operand = 0): Result<void> {
    return this.registered(t, this.entry(label, mutex, "KMutex"), { data, checked: true });
  }

  registerFastMutex(t: Thread, label: Label, mutex: Mutex, data: Operand = 0): Result<void> {
    return this.registered(t, this.entry(label, mutex, "FastMutex"), { data, checked: false });
  }

  registerFastMutexChecked(t: Thread, label: Label, mutex: Mutex, data: Operand = 0): Result<void> {
    return this.registered(t, this.entry(label, mutex, "FastMutex"), { data, checked: true });
  }

  /** A reference to the mutex of this label, for ever says its type; nothing keeps it alive. */
  getKmutex(t: Thread, label: Label, mutex: Mutex): Result<Value> {
    return this.got(t, this.entry(label, mutex, "KMutex"));
  }

  getFastMutex(t: Thread, label: Label, mutex: Mutex): Result<Value> {
    return this.got(t, this.entry(label, mutex, "FastMutex"));
  }

  /** Frees every mutex and the table. */
  destroy(t: Thread): Result<void> {
    return new Result(destroyGrt(t, this.parts, t.called()), () => undefined);
  }

  private registered(
    t: Thread,
    entry: TypedEntry,
    { data, checked }: { readonly data: Operand; readonly checked: boolean },
  ): Result<void> {
    const source = t.called();
    return t.evaluated([data], source, ([value = constant(0)]) => {
      const result = register(t, this.parts, { entry, data: value, checked, source });
      return new Result(result, () => undefined);
    });
  }

  private got(t: Thread, entry: TypedEntry): Result<Value> {
    const { result, box } = getMutex(t, this.parts, { entry, source: t.called() });
    return new Result(result, box);
  }

  private entry(label: Label, mutex: Mutex, flavour: Mutex["flavour"]["name"]): TypedEntry {
    const entry = this.parts.entries.find(
      (one) => one.label === label && one.box === mutex.box.storage,
    );
    if (entry && mutex.flavour.name === flavour) return entry;
    throw new RecordingError(
      "not-this-label",
      `the table has no ${flavour} of ${mutex.storage} under "${label}"`,
      callerSpan(),
      "name each label with its mutex types where the table is declared",
    );
  }
}

/** The entries of a label: named after it, and after the type too where there are several. */
function entriesOf(label: string, types: readonly Mutex[]): readonly TypedEntry[] {
  return types.map((mutex) => ({
    label,
    field: types.length === 1 ? label : `${label} as ${mutex.storage}`,
    box: mutex.box.storage,
    mutex: mutex.boxedParts,
  }));
}
