/** Packed states written and read field by field, without generated code: the initial state, and states for readers. */
import { ENDED, UNBORN } from "../../ir/program.ts";
import type { PlainState } from "../result.ts";
import { maskOf } from "./field-code.ts";
import { type Layout, type Packed, slotAt, type ThreadLayout } from "./layout.ts";

/** The value of an element of a field; `p` is where the state begins. */
export function load(words: Int32Array, p: number, field: Packed, position: number): number {
  const { storage, bits, min } = field;
  if (storage.kind === "constant") return storage.values[position] ?? 0;
  if (storage.kind === "wide") {
    const at = p + storage.word + 2 * position;
    return ((words[at] ?? 0) >>> 0) + ((words[at + 1] ?? 0) >>> 0) * 2 ** 32 + min;
  }
  const { word, shift } = slotAt(field, position);
  return ((((words[p + word] ?? 0) >>> shift) & maskOf(bits)) >>> 0) + min;
}

function store(words: Int32Array, field: Packed, position: number, value: number): void {
  const { storage, bits, min } = field;
  if (storage.kind === "constant") return;
  const distance = value - min;
  if (storage.kind === "wide") {
    words[storage.word + 2 * position] = (distance % 2 ** 32) | 0;
    words[storage.word + 2 * position + 1] = Math.floor(distance / 2 ** 32);
    return;
  }
  const { word, shift } = slotAt(field, position);
  const mask = maskOf(bits) << shift;
  words[word] = ((words[word] ?? 0) & ~mask) | ((distance << shift) & mask);
}

export function initialWords(layout: Layout): Int32Array {
  const words = new Int32Array(layout.words);
  for (const [number, { initial }] of layout.program.variables.entries()) {
    const field = layout.variables[number];
    if (field)
      for (const [position, value] of initial.entries()) store(words, field, position, value);
  }
  for (const { thread, graph, location, locals, initialLocals } of layout.threads) {
    const unborn = graph.locations.length + 1;
    store(words, location, 0, thread.start === "active" ? 0 : unborn);
    for (const [name, field] of locals) store(words, field, 0, initialLocals.get(name) ?? 0);
  }
  return words;
}

/** Index of the location where a thread stands; at least the number of its locations if it is unborn or ended. */
export function locationIndex(words: Int32Array, p: number, { location }: ThreadLayout): number {
  return load(words, p, location, 0);
}

export function isActive(words: Int32Array, p: number, thread: ThreadLayout): boolean {
  return locationIndex(words, p, thread) < thread.graph.locations.length;
}

export function plainState(layout: Layout, words: Int32Array, p: number): PlainState {
  const values = (field: Packed): readonly number[] =>
    Array.from({ length: field.length }, (_, position) => load(words, p, field, position));
  return {
    cells: layout.variables.map(values),
    locations: layout.threads.map((thread) => {
      const index = locationIndex(words, p, thread);
      const count = thread.graph.locations.length;
      return thread.graph.locations[index]?.id ?? (index === count ? ENDED : UNBORN);
    }),
    locals: layout.threads.map(({ locals }) =>
      [...locals.values()].map((field) => load(words, p, field, 0)),
    ),
  };
}
