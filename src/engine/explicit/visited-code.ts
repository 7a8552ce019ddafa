/**
 * The inner loops of the visited set as JavaScript text, unrolled for the number of words of a state.
 *
 * A table entry holds the number of a state plus one in its low bits and, in all bits that are left, the same bits of the
 * state's hash; so a probe that meets another state is nearly always told by the entry alone, and the state itself is
 * compared only to confirm. Three passes a batch: hash and touch the home entry, touch the states met there, insert. In
 * the first two no access waits for another, so that cache misses overlap; measured, this nearly doubles the rate.
 */

/** What the loops need of the outside; the table and the list of chunks are handed over after each growth. */
export interface VisitedLoops {
  readonly adopt: (table: Int32Array, chunks: readonly Int32Array[]) => void;
  /**
   * Inserts the states at `states`, `stride` apart, up to `end`; the set has `size` states before and the result after.
   * A state found below number `old` is counted in `back[0]`.
   */
  readonly insert: (states: Int32Array, end: number, size: number, old: number) => number;
  /** Writes the number of each state at `states` to `numbers`; -1 for one that is not there. */
  readonly find: (states: Int32Array, end: number, numbers: Int32Array) => void;
  /** Enters states `from` to `to` of the chunks, known to be new, in the table. */
  readonly enter: (from: number, to: number) => void;
}

export function visitedLoops(options: {
  readonly words: number;
  readonly stride: number;
  /** States per chunk, as a power of two. */
  readonly chunkLog2: number;
  /** Room for the hashes of one batch. */
  readonly hashes: Int32Array;
  readonly back: Int32Array;
}): VisitedLoops {
  const { words, stride, chunkLog2, hashes, back } = options;
  const text = loopsText(words, stride, chunkLog2);
  return new Function("H", "B", text)(hashes, back);
}

/** Mixes every word by multiplication and shift, with MurmurHash3's constants and finalizer. */
function hashText(words: number, word: (index: number) => string): string {
  const lines = [`let h = Math.imul(${word(0)}, -1640531535); h ^= h >>> 15;`];
  for (let index = 1; index < words; index += 1)
    lines.push(
      `h = Math.imul(h ^ ${word(index)}, ${index % 2 === 0 ? -1028477387 : -2048144789}); h ^= h >>> 14;`,
    );
  lines.push(
    "h = Math.imul(h, -2048144789); h ^= h >>> 13; h = Math.imul(h, -1028477387); h ^= h >>> 16;",
  );
  return lines.join("\n");
}

function loopsText(words: number, stride: number, chunkLog2: number): string {
  const all = Array.from({ length: words }, (_, index) => index);
  const plus = (base: string, index: number): string => (index === 0 ? base : `${base} + ${index}`);
  const equal = all.map((i) => `c[${plus("q", i)}] === S[${plus("o", i)}]`).join(" && ");
  const chunkMask = 2 ** chunkLog2 - 1;
  const chunkOf = (number: string): string =>
    `const c = L[${number} >> ${chunkLog2}], q = (${number} & ${chunkMask}) * ${words};`;
  const firstPasses = `let sink = 0;
  for (let o = 0, j = 0; o < end; o += ${stride}, j += 1) {
    ${hashText(words, (i) => `S[${plus("o", i)}]`)}
    H[j] = h;
    sink ^= table[h & mask];
  }
  for (let o = 0, j = 0; o < end; o += ${stride}, j += 1) {
    const h = H[j], e = table[h & mask];
    if (e !== 0 && ((e ^ h) & tags) === 0) {
      const n = (e & mask) - 1;
      sink ^= L[n >> ${chunkLog2}][(n & ${chunkMask}) * ${words}];
    }
  }
  B[1] = sink;`;
  return `"use strict";
let T = new Int32Array(1), L = [];
return {
adopt(table, chunks) { T = table; L = chunks; },
insert(S, end, size, old) {
  const table = T, mask = table.length - 1, tags = ~mask;
  ${firstPasses}
  for (let o = 0, j = 0; o < end; o += ${stride}, j += 1) {
    const h = H[j];
    let at = h & mask;
    for (;;) {
      const e = table[at];
      if (e === 0) {
        ${chunkOf("size")}
        ${all.map((i) => `c[${plus("q", i)}] = S[${plus("o", i)}];`).join(" ")}
        size += 1;
        table[at] = (h & tags) | size;
        break;
      }
      if (((e ^ h) & tags) === 0) {
        const n = (e & mask) - 1;
        ${chunkOf("n")}
        if (${equal}) { if (n < old) B[0] += 1; break; }
      }
      at = (at + 1) & mask;
    }
  }
  return size;
},
find(S, end, numbers) {
  const table = T, mask = table.length - 1, tags = ~mask;
  ${firstPasses}
  for (let o = 0, j = 0; o < end; o += ${stride}, j += 1) {
    const h = H[j];
    let at = h & mask;
    numbers[j] = -1;
    for (let e = table[at]; e !== 0; e = table[at]) {
      if (((e ^ h) & tags) === 0) {
        const n = (e & mask) - 1;
        ${chunkOf("n")}
        if (${equal}) { numbers[j] = n; break; }
      }
      at = (at + 1) & mask;
    }
  }
},
enter(from, to) {
  const table = T, mask = table.length - 1, tags = ~mask;
  for (let start = from; start < to; start += H.length) {
    const stop = Math.min(to, start + H.length);
    let sink = 0;
    for (let n = start, j = 0; n < stop; n += 1, j += 1) {
      ${chunkOf("n")}
      ${hashText(words, (i) => `c[${plus("q", i)}]`)}
      H[j] = h;
      sink ^= table[h & mask];
    }
    B[1] = sink;
    for (let n = start, j = 0; n < stop; n += 1, j += 1) {
      const h = H[j];
      let at = h & mask;
      while (table[at] !== 0) at = (at + 1) & mask;
      table[at] = (h & tags) | (n + 1);
    }
  }
},
};`;
}
