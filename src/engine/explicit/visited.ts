/**
 * The visited set: every state found so far, exact, in the order of discovery.
 *
 * States lie in a log of equal chunks, so that growing copies none of them; a table of 32-bit entries finds them. The log
 * is also the queue of a breadth-first search and all that traces need. The table is kept at most 70 % full; when no
 * larger one is allowed any more it may fill up to 90 %, and then the set refuses to grow.
 */
import type { States } from "./states.ts";
import { visitedLoops } from "./visited-code.ts";

export interface Visited extends States {
  /** Makes room for `count` more states; false if the limit of bytes forbids it. */
  readonly reserve: (count: number) => boolean;
  /** Inserts successors up to `end`, for which room was reserved; ones numbered below `old` count as back edges. */
  readonly insert: (successors: Int32Array, end: number, old: number) => void;
}

const fillGrowing = 0.7;
const fillMax = 0.9;
/** Below this many slots the table grows fourfold, beyond twofold. */
const slotsGrowingFast = 2 ** 22;
const slotsMax = 2 ** 31;

/** Sizes that change nothing but speed; tests make them tiny, so that small Programs meet every boundary. */
export interface Tuning {
  /** Most states expanded at once: enough for memory accesses to overlap, few enough for the cache. */
  readonly batch: number;
  /** Slots of the first table, a power of two. */
  readonly slotsFirst: number;
  readonly chunkBytes: number;
}

export const usualTuning: Tuning = { batch: 128, slotsFirst: 2 ** 12, chunkBytes: 2 ** 18 };

export function createVisited(options: {
  readonly words: number;
  readonly stride: number;
  /** Most states inserted at once. */
  readonly batch: number;
  /** For states and table together. */
  readonly maxBytes: number;
  readonly tuning: Tuning;
}): Visited {
  const { words, stride, batch, maxBytes } = options;
  const { slotsFirst, chunkBytes } = options.tuning;
  const chunkLog2 = Math.max(1, Math.floor(Math.log2(chunkBytes / (4 * words))));
  const chunkWords = words * 2 ** chunkLog2;
  const hashes = new Int32Array(Math.max(batch, 512));
  const back = new Int32Array(2);
  const loops = visitedLoops({ words, stride, chunkLog2, hashes, back });
  const chunks: Int32Array[] = [];
  let slots = 0;
  let size = 0;
  let peak = 0;
  const bytes = (): number => 4 * (slots + chunks.length * chunkWords);
  const allowed = (more: number): boolean => bytes() + more <= maxBytes;

  const growTable = (needed: number): boolean => {
    let wanted = Math.max(slots, slotsFirst);
    while (needed > fillGrowing * wanted) wanted *= wanted < slotsGrowingFast ? 4 : 2;
    if (wanted === slots) return true;
    // The old table is garbage as soon as the new one is there, but nobody knows when it is collected.
    if (wanted > slotsMax || !allowed(4 * wanted)) return needed <= fillMax * slots;
    const table = new Int32Array(wanted);
    peak = Math.max(peak, bytes() + 4 * wanted);
    slots = wanted;
    loops.adopt(table, chunks);
    loops.enter(0, size);
    return true;
  };

  return {
    reserve: (count) => {
      if (!growTable(size + count)) return false;
      while (chunks.length * 2 ** chunkLog2 < size + count) {
        if (!allowed(4 * chunkWords)) return false;
        chunks.push(new Int32Array(chunkWords));
      }
      peak = Math.max(peak, bytes());
      return true;
    },
    insert: (successors, end, old) => {
      size = loops.insert(successors, end, size, old);
    },
    // A state's place is its number.
    find: loops.find,
    places: () => size,
    locate: (from, count, places) => {
      for (let i = 0; i < count; i += 1) places[i] = from + i;
    },
    // Insertions that met a state numbered below `old`. None: numbers are a topological order of the graph.
    ordered: () => back[0] === 0,
    copy: (from, count, target) => {
      for (let number = from, at = 0; number < from + count; ) {
        const start = number & (2 ** chunkLog2 - 1);
        const length = Math.min(from + count - number, 2 ** chunkLog2 - start);
        const chunk = chunks[number >> chunkLog2] as Int32Array;
        target.set(chunk.subarray(start * words, (start + length) * words), at);
        number += length;
        at += length * words;
      }
    },
    size: () => size,
    bytes,
    bytesPeak: () => peak,
  };
}
