/**
 * The log of states in the order of their discovery: the queue of a breadth-first search, and all that traces need.
 *
 * It lies in equal chunks outside of the memory of generated code, so that growing copies nothing and the table may have
 * that memory to itself.
 */

export interface StateLog {
  /** Appends so many states. */
  readonly append: (states: Int32Array, count: number) => void;
  /** Copies states `from` to `from + count` to the start of `target`. */
  readonly copy: (from: number, count: number, target: Int32Array) => void;
  readonly size: () => number;
  /** What it takes once so many states more are in it. */
  readonly bytesWith: (more: number) => number;
}

/** A log of states of so many words, in chunks of about so many bytes. */
export function createLog(words: number, chunkBytes: number): StateLog {
  const perChunk = Math.max(1, Math.floor(chunkBytes / (4 * words)));
  const chunks: Int32Array[] = [];
  let size = 0;
  /** Calls `each` for every run of states `from` to `to` in one chunk, with the words before it. */
  const pieces = (
    from: number,
    to: number,
    each: (chunk: Int32Array, first: number, last: number, before: number) => void,
  ): void => {
    for (let state = from; state < to; ) {
      const number = Math.floor(state / perChunk);
      const start = state - number * perChunk;
      const stop = Math.min(perChunk, start + to - state);
      const chunk = chunks[number] ?? new Int32Array(perChunk * words);
      chunks[number] = chunk;
      each(chunk, start * words, stop * words, (state - from) * words);
      state += stop - start;
    }
  };
  return {
    append: (states, count) => {
      pieces(size, size + count, (chunk, first, last, before) => {
        chunk.set(states.subarray(before, before + last - first), first);
      });
      size += count;
    },
    copy: (from, count, target) => {
      pieces(from, from + count, (chunk, first, last, before) => {
        target.set(chunk.subarray(first, last), before);
      });
    },
    size: () => size,
    bytesWith: (more) => Math.ceil((size + more) / perChunk) * perChunk * words * 4,
  };
}
