/**
 * Breadth-first search in one compiled loop: JavaScript hands states from the log to it, slice by slice, and takes new
 * ones back.
 *
 * States are numbered in exactly the order in which they would be found one by one; slices and batches change nothing
 * else. What a limit of memory forbids ends in `refused`: the search is then incomplete.
 */
import { controlIndex } from "./control.ts";
import {
  createFusedModule,
  type Expander,
  type FusedModule,
  type FusedTuning,
} from "./fused-module.ts";
import { createLog, type StateLog } from "./log.ts";
import { rootShape } from "./root-code.ts";
import { createTable, type Table } from "./table.ts";

export const usualFusedTuning: FusedTuning = {
  batch: 128,
  batches: 32,
  linesFirst: 2 ** 10,
  linesAtOnce: 2 ** 12,
  chunkBytes: 2 ** 18,
};

export interface FusedSearch {
  /** The regions of the expander's module. */
  readonly words: (region: string) => Int32Array;
  readonly bytes: (region: string) => Uint8Array;
  /**
   * Begins with these states, one after another and all different: the initial one, or all that another search has found
   * so far, in its order.
   */
  readonly begin: (states: Int32Array) => void;
  /**
   * Expands states from number `from` on, at most to `to`, and returns how many; none if the search was refused, was
   * halted, or has found more than `statesMax` states.
   */
  readonly advance: (from: number, to: number, options: AdvanceOptions) => number;
  /** Asks the loop to stop before it inserts the successors of the batch that is being expanded. For imports. */
  readonly halt: () => void;
  /** More memory would be needed than is allowed. */
  readonly refused: () => boolean;
  readonly size: () => number;
  /** Successors inserted, new or not. */
  readonly transitions: () => number;
  /** Copies states `from` to `from + count` to the start of `target`. */
  readonly copy: (from: number, count: number, target: Int32Array) => void;
  /** Expands states of the region `source` and inserts nothing; returns where their successors end. */
  readonly expand: (first: number, count: number) => number;
  /** Slots of the successors up to `end`; -1 for one that was not visited. Used again by the next call. */
  readonly find: (end: number) => Int32Array;
  /** Slots of the first `count` states of the region `source`. Used again by the next call. */
  readonly locate: (count: number) => Int32Array;
  /** Bound on slots: each visited state has one of its own. */
  readonly slots: () => number;
  readonly bytesTaken: () => number;
}

interface AdvanceOptions {
  readonly statesMax: number;
  /** Told, before each batch, the number of its first state and how many states were found by then. */
  readonly note?: (state: number, size: number) => void;
}

export interface FusedOptions extends Expander {
  /** For states, table and all regions. */
  readonly bytesMax: number;
  readonly tuning: FusedTuning;
}

/** Nothing if the smallest table takes more than is allowed. */
export function createFusedSearch(options: FusedOptions): FusedSearch | undefined {
  const parts = createParts(options);
  if (parts === undefined) return undefined;
  const { memory, exports, log, table, successorsOfBatch } = parts;
  const { batch, batches } = options.tuning;
  const stride = options.widths.length + 1;
  const control = memory.words("control");
  const source = memory.words("source");
  const slots = memory.words("slots");
  const tails = memory.words("tails");
  const finishInsertion = insertionOf(parts, options);
  let refused = false;
  let transitions = 0;

  const note = (from: number, done: number, told: AdvanceOptions["note"]): void => {
    for (let first = 0; first < done; first += batch)
      told?.(from + first, tails[first / batch] ?? 0);
  };

  return {
    words: memory.words,
    bytes: memory.bytes,
    begin: (states) => {
      const count = states.length / (stride - 1);
      log.append(states, count);
      control[controlIndex("size")] = count;
      refused = bytesOf(parts, 0) > options.bytesMax || !table.reserve(count) || !table.fill();
    },
    advance: (from, to, { statesMax, note: told }) => {
      refused ||= !table.reserve(log.size() + successorsOfBatch);
      if (refused) return 0;
      control[controlIndex("sizeMax")] = Math.min(statesMax, table.capacity() - successorsOfBatch);
      const count = Math.min(to - from, batch * batches);
      log.copy(from, count, source);
      const done = exports.advance(0, count);
      transitions += (control[controlIndex("found")] ?? 0) / stride;
      control[controlIndex("found")] = 0;
      note(from, done, told);
      refused = !finishInsertion();
      return done;
    },
    halt: () => {
      control[controlIndex("halted")] = 1;
    },
    refused: () => refused,
    size: log.size,
    transitions: () => transitions,
    copy: log.copy,
    expand: exports.expand,
    find: (end) => slots.subarray(0, exports.find(end)),
    locate: (count) => slots.subarray(0, exports.locate(count * (stride - 1))),
    slots: table.slots,
    bytesTaken: () => bytesOf(parts, 0),
  };
}

interface Parts extends FusedModule {
  readonly log: StateLog;
  readonly table: Table;
}

function createParts({ tuning, bytesMax, ...expander }: FusedOptions): Parts | undefined {
  const fused = createFusedModule(expander, { tuning, bytesMax });
  if (fused === undefined) return undefined;
  const { memory, exports } = fused;
  const words = expander.widths.length;
  const log = createLog(words, tuning.chunkBytes);
  const table = createTable({
    ...{ memory, log, exports, words, bytesMax },
    shape: rootShape(expander.widths),
    linesFirst: tuning.linesFirst,
  });
  return table && { ...fused, log, table };
}

/** Bytes of all, once so many states more are in the log. */
const bytesOf = ({ memory, log, table }: Parts, more: number): number =>
  memory.bytesFixed + table.bytes() + log.bytesWith(more);

/**
 * What is left to do after an insertion: new states go to the log; then, if some state had no slot near enough, the table
 * grows, and the batch is inserted again, as which its first states are met as old ones. False if memory is short.
 */
function insertionOf(parts: Parts, { widths, bytesMax }: FusedOptions): () => boolean {
  const { memory, exports, log, table } = parts;
  const control = memory.words("control");
  const fresh = memory.words("fresh");
  const logFresh = (): boolean => {
    const count = (control[controlIndex("fresh")] ?? 0) / widths.length;
    if (bytesOf(parts, count) > bytesMax) return false;
    log.append(fresh, count);
    control[controlIndex("fresh")] = 0;
    return true;
  };
  return () => {
    if (!logFresh()) return false;
    for (let end = control[controlIndex("pending")] ?? 0; end > 0; ) {
      if (exports.insert(end) === 1) end = 0;
      if (!logFresh() || (end > 0 && !table.grow())) return false;
    }
    control[controlIndex("pending")] = 0;
    return true;
  };
}
