/**
 * The table of visited states as JavaScript sees it: its size, and how it grows.
 *
 * Growing takes the memory that the table has and more behind it, and moves all entries; should that fail, since some
 * entry finds no slot near enough, a still larger table is filled from the log. A table is kept at most 70 % full; when no
 * larger one is allowed any more it may fill up to 90 %.
 */
import type { CodeExport } from "../codegen/host.ts";
import type { CodeMemory } from "../codegen/memory.ts";
import { describe } from "./control.ts";
import { type Geometry, geometryOf } from "./geometry.ts";
import type { StateLog } from "./log.ts";
import { moveEntries } from "./move-entries.ts";
import type { RootShape } from "./root-code.ts";

export interface Table {
  /** States that it takes before it must grow. */
  readonly capacity: () => number;
  /** Makes room for so many states in all; false if no larger table is allowed, for good. */
  readonly reserve: (states: number) => boolean;
  /** Replaces the table by a larger one; false if none is allowed, and then no more states can be inserted. */
  readonly grow: () => boolean;
  /** Enters every state of the log, for which room was reserved; false if memory is short. */
  readonly fill: () => boolean;
  /** Bound on slot numbers. */
  readonly slots: () => number;
  readonly bytes: () => number;
}

const fillGrowing = 0.7;
const fillMax = 0.9;
/** Below this many lines the table grows fourfold, beyond twofold. */
const linesGrowingFast = 2 ** 20;
/** A larger table that is not larger by this factor is not worth the work. */
const growthMin = 1.1;

const slotsOf = ({ form, lines }: Geometry): number => form.slots * lines;
const wordsOf = ({ form, lines }: Geometry): number => form.lineWords * lines;

interface TableOptions {
  readonly memory: CodeMemory;
  readonly shape: RootShape;
  readonly log: StateLog;
  readonly exports: { readonly enter: CodeExport; readonly move: CodeExport };
  /** Words of a state. */
  readonly words: number;
  /** For this memory and the log together. */
  readonly bytesMax: number;
  readonly linesFirst: number;
}

/** How much of the bytes a table takes that is full of states, which lie in the log as well. */
function shareOf(geometry: Geometry, { memory, words, bytesMax }: TableOptions): number {
  const bytesFree = Math.max(1, bytesMax - memory.bytesFixed);
  return (4 * (wordsOf(geometry) + fillGrowing * slotsOf(geometry) * words)) / bytesFree;
}

/** The table that comes next; nothing if none is allowed. */
function largerThan({ lines }: Geometry, options: TableOptions): Geometry | undefined {
  const { memory, shape } = options;
  const wanted = geometryOf(shape, lines * (lines < linesGrowingFast ? 4 : 2));
  const fitting = wanted.lines / Math.max(1, shareOf(wanted, options));
  const addressed = memory.wordsMax / wanted.form.lineWords;
  const next = geometryOf(shape, Math.floor(Math.min(fitting, addressed)));
  return next.lines >= lines * growthMin && shareOf(next, options) <= 1 ? next : undefined;
}

export function createTable(options: TableOptions): Table | undefined {
  const { memory, shape, log, exports, words } = options;
  const source = memory.words("source");
  const control = memory.words("control");
  const moved = memory.words("moved");
  let geometry = geometryOf(shape, options.linesFirst);
  let fillLimit = fillGrowing;
  /** Whether every state of the log has an entry. */
  let isComplete = true;

  /** Takes the memory for a larger table; entries stay where they are. */
  const adopt = (next: Geometry): Int32Array | undefined => {
    const grown = memory.grown(wordsOf(next));
    if (grown !== undefined) describe(control, next);
    return grown;
  };

  const fillFromLog = (grown: Int32Array): boolean => {
    grown.fill(0);
    const most = Math.floor(source.length / words);
    for (let from = 0; from < log.size(); from += most) {
      const count = Math.min(most, log.size() - from);
      log.copy(from, count, source);
      if (exports.enter(count * words) === 0) return false;
    }
    return true;
  };

  const grow = (): boolean => {
    for (;;) {
      const former = geometry;
      const next = largerThan(geometry, options);
      const grown = next && adopt(next);
      if (next === undefined || grown === undefined) return false;
      geometry = next;
      const parts = { former, next, table: grown, moved, move: exports.move };
      isComplete = (isComplete && moveEntries(parts)) || fillFromLog(grown);
      if (isComplete) return true;
    }
  };

  const fill = (): boolean => {
    const table = memory.grown(wordsOf(geometry));
    isComplete = table !== undefined && fillFromLog(table);
    return isComplete || grow();
  };

  const capacity = (): number => Math.floor(fillLimit * slotsOf(geometry));
  if (shareOf(geometry, options) > 1 || adopt(geometry) === undefined) return undefined;
  return {
    capacity,
    reserve: (states) => {
      while (isComplete && states > capacity()) {
        if (fillLimit === fillMax) return false;
        if (!grow()) fillLimit = fillMax;
      }
      return isComplete;
    },
    grow,
    fill,
    slots: () => slotsOf(geometry),
    bytes: () => 4 * wordsOf(geometry),
  };
}
