/**
 * How a state is packed into 32-bit words.
 *
 * Every cell, local and location is a field of as few bits as its bounds need, and no field crosses words (but for ranges
 * wider than 32 bits, which take two). What nothing writes takes no bits. An array that is indexed by a value of the
 * state lies in one word if it fits, else evenly in whole words, so that finding an element is a shift and a mask.
 */
import { ENDED, type Graph, type Program, type Thread, UNBORN } from "../../ir/program.ts";
import { bounds, contains, type Type } from "../../ir/type.ts";
import { assert } from "../../support/assert.ts";
import { packed, type Request, type Slot } from "./packing.ts";
import { localKey, usageOf } from "./usage.ts";

type Storage =
  /** Never written: the values are part of the generated code. */
  | { readonly kind: "constant"; readonly values: readonly number[] }
  | { readonly kind: "separate"; readonly slots: readonly Slot[] }
  /** All elements one after another in one word. */
  | { readonly kind: "together"; readonly slot: Slot }
  /** 2^perLog2 elements a word, from this word on. */
  | { readonly kind: "strided"; readonly word: number; readonly perLog2: number }
  /** Two words an element, the lower half first. */
  | { readonly kind: "wide"; readonly word: number };

/** A packed variable, local or location. Values are stored as their distance from `min`. */
export interface Packed {
  readonly type: Type;
  readonly min: number;
  readonly max: number;
  readonly bits: number;
  readonly first: number;
  readonly length: number;
  readonly storage: Storage;
}

export interface ThreadLayout {
  readonly thread: Thread;
  readonly graph: Graph;
  /** Index of the location in its graph; `ended` and `unborn` follow the graph's own. */
  readonly location: Packed;
  readonly indices: ReadonlyMap<string, number>;
  readonly locals: ReadonlyMap<string, Packed>;
  readonly initialLocals: ReadonlyMap<string, number>;
}

export interface Layout {
  readonly program: Program;
  readonly variables: readonly Packed[];
  readonly variableNumbers: ReadonlyMap<string, number>;
  readonly threads: readonly ThreadLayout[];
  readonly words: number;
}

/** Bound on the locations of a graph: thread and location make one key in several tables. */
const locationsMax = 2 ** 16 - 2;

/** Reserves room; the slot is known once everything has been asked for. */
interface Draft {
  readonly make: (slots: readonly Slot[]) => Packed;
  readonly requests: readonly Request[];
}

const known = new WeakMap<Program, Layout>();

/** The layout of a Program's states; made once. */
export function layoutOf(program: Program): Layout {
  const made = known.get(program) ?? makeLayout(program);
  known.set(program, made);
  return made;
}

function makeLayout(program: Program): Layout {
  const usage = usageOf(program);
  const graphs = new Map(program.graphs.map((graph) => [graph.name, graph]));
  const variables = program.variables.map((variable, number) => {
    const { initial, type, first } = variable;
    assert(
      initial.every((value) => contains(type, value)),
      `initial values of ${variable.name} are in its type`,
    );
    const constant = !usage.written.has(variable.name);
    const dynamic = usage.indexed.has(variable.name);
    return draft({ type, first, initial, constant, dynamic, group: `v${number}` });
  });
  const threads = program.threads.map((thread, number) => {
    const graph = graphs.get(thread.graph);
    assert(graph !== undefined, `graph ${thread.graph} exists`);
    return threadDraft(thread, graph, `t${number}`, (local) =>
      usage.writtenLocals.has(localKey(graph.name, local)),
    );
  });
  const drafts = [
    ...variables,
    ...threads.flatMap(({ location, locals }) => [location, ...locals]),
  ];
  const { slots, words } = packed(drafts.flatMap(({ requests }) => requests));
  let next = 0;
  const made = (one: Draft): Packed => {
    const own = slots.slice(next, next + one.requests.length);
    next += one.requests.length;
    return one.make(own);
  };
  return {
    program,
    variables: variables.map(made),
    variableNumbers: new Map(program.variables.map(({ name }, number) => [name, number])),
    threads: threads.map(({ location, locals, finish }) =>
      finish(made(location), locals.map(made)),
    ),
    words: Math.max(1, words),
  };
}

function threadDraft(
  thread: Thread,
  graph: Graph,
  group: string,
  isWritten: (local: string) => boolean,
): {
  location: Draft;
  locals: readonly Draft[];
  finish: (location: Packed, locals: readonly Packed[]) => ThreadLayout;
} {
  const count = graph.locations.length;
  assert(count < locationsMax, `graph ${graph.name} has fewer than ${locationsMax} locations`);
  const indices = new Map(graph.locations.map(({ id }, index) => [id, index]));
  indices.set(ENDED, count).set(UNBORN, count + 1);
  const initialLocals = new Map(
    graph.locals.map(({ name, initial }) => [name, thread.locals?.[name] ?? initial]),
  );
  const entry = thread.start === "active" ? 0 : count + 1;
  const range: Type = { kind: "range", min: 0, max: count + (thread.start === "active" ? 0 : 1) };
  return {
    location: draft({
      type: range,
      first: 0,
      initial: [entry],
      constant: false,
      dynamic: false,
      group,
    }),
    locals: graph.locals.map(({ name, type }) => {
      const initial = initialLocals.get(name) ?? 0;
      assert(contains(type, initial), `the initial value of ${name} is in its type`);
      return draft({
        type,
        first: 0,
        initial: [initial],
        constant: !isWritten(name),
        dynamic: false,
        group,
      });
    }),
    finish: (location, locals) => ({
      thread,
      graph,
      location,
      indices,
      initialLocals,
      locals: new Map(graph.locals.map(({ name }, index) => [name, locals[index] as Packed])),
    }),
  };
}

function draft(options: {
  readonly type: Type;
  readonly first: number;
  readonly initial: readonly number[];
  readonly constant: boolean;
  readonly dynamic: boolean;
  readonly group: string;
}): Draft {
  const { type, first, initial, constant, dynamic, group } = options;
  const { min, max } = bounds(type);
  const length = initial.length;
  const bits = bitsFor(max - min);
  const base = { type, min, max, bits, first, length };
  if (constant || bits === 0 || length === 0) {
    const storage = { kind: "constant", values: initial } as const;
    return { requests: [], make: () => ({ ...base, storage }) };
  }
  if (bits > 32) {
    return {
      requests: [{ bits: 64 * length, group }],
      make: ([slot]) => ({ ...base, storage: { kind: "wide", word: (slot as Slot).word } }),
    };
  }
  if (!dynamic) {
    return {
      requests: initial.map(() => ({ bits, group })),
      make: (slots) => ({ ...base, storage: { kind: "separate", slots } }),
    };
  }
  if (bits * length <= 32) {
    return {
      requests: [{ bits: bits * length, group }],
      make: ([slot]) => ({ ...base, storage: { kind: "together", slot: slot as Slot } }),
    };
  }
  const perLog2 = Math.floor(Math.log2(Math.floor(32 / bits)));
  return {
    requests: [{ bits: 32 * Math.ceil(length / 2 ** perLog2), group }],
    make: ([slot]) => ({
      ...base,
      storage: { kind: "strided", word: (slot as Slot).word, perLog2 },
    }),
  };
}

/** Bits that tell 0 to `span` apart. */
function bitsFor(span: number): number {
  let bits = 0;
  for (let reach = 0; reach < span; reach = reach * 2 + 1) bits += 1;
  return bits;
}

/** How many of its lowest bits each word of a state uses. */
export function wordWidths({ words, variables, threads }: Layout): readonly number[] {
  const widths = Array.from({ length: words }, () => 0);
  const use = (word: number, bits: number): void => {
    widths[word] = Math.max(widths[word] ?? 0, bits);
  };
  const fields = [
    ...variables,
    ...threads.flatMap(({ location, locals }) => [location, ...locals.values()]),
  ];
  for (const field of fields) {
    const { storage, bits, length } = field;
    if (storage.kind === "constant") continue;
    for (let position = 0; position < length; position += 1) {
      if (storage.kind === "wide") {
        use(storage.word + 2 * position, 32);
        use(storage.word + 2 * position + 1, 32);
      } else {
        const { word, shift } = slotAt(field, position);
        use(word, shift + bits);
      }
    }
  }
  return widths;
}

/** Where an element whose position (from 0) is known lies; not for constant or wide storage. */
export function slotAt(field: Packed, position: number): Slot {
  const { storage, bits } = field;
  switch (storage.kind) {
    case "separate":
      return storage.slots[position] as Slot;
    case "together":
      return { word: storage.slot.word, shift: storage.slot.shift + position * bits };
    case "strided": {
      const per = 1 << storage.perLog2;
      return { word: storage.word + Math.floor(position / per), shift: (position % per) * bits };
    }
    default:
      throw new RangeError(`${storage.kind} storage has no slots`);
  }
}
