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
  /** Bound on slot numbers. */
  readonly slots: () => number;
  readonly bytes: () => number;
}

const fillGrowing = 0.7;
const fillMax = 0.9;
/** Below this many lines the table grows fourfold, beyond twofold. */
const linesGrowingFast = 2 ** 20;
/** A larger table that is not larger by this factor is not worth the work. */
const growthMin = 1.25;

const slotsOf = ({ form, lines }: Geometry): number => form.slots * lines;
const wordsOf = ({ form, lines }: Geometry): number => form.lineWords * lines;

export function createTable(options: {
  readonly memory: CodeMemory;
  readonly shape: RootShape;
  readonly log: StateLog;
  readonly exports: { readonly enter: CodeExport; readonly move: CodeExport };
  /** Words of a state. */
  readonly words: number;
  /** For this memory and the log together. */
  readonly bytesMax: number;
  readonly linesFirst: number;
}): Table | undefined {
  const { memory, shape, log, exports, words, bytesMax } = options;
  const source = memory.words("source");
  const control = memory.words("control");
  const moved = memory.words("moved");
  const bytesFree = Math.max(1, bytesMax - memory.bytesFixed);
  let geometry = geometryOf(shape, options.linesFirst);
  let fill = fillGrowing;
  /** Whether every state of the log has an entry. */
  let isComplete = true;

  /** How much of the bytes a table takes that is full of states, which lie in the log as well. */
  const share = (wanted: Geometry): number =>
    (4 * (wordsOf(wanted) + fillGrowing * slotsOf(wanted) * words)) / bytesFree;

  const larger = (): Geometry | undefined => {
    const factor = geometry.lines < linesGrowingFast ? 4 : 2;
    const wanted = geometryOf(shape, geometry.lines * factor);
    const fitting = wanted.lines / Math.max(1, share(wanted));
    const addressed = memory.wordsMax / wanted.form.lineWords;
    const next = geometryOf(shape, Math.floor(Math.min(fitting, addressed)));
    return next.lines >= geometry.lines * growthMin && share(next) <= 1 ? next : undefined;
  };

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
    for (let isFirst = true; ; isFirst = false) {
      const former = geometry;
      const next = larger();
      const grown = next && adopt(next);
      if (next === undefined || grown === undefined) return false;
      geometry = next;
      const parts = { former, next, table: grown, moved, move: exports.move };
      isComplete = (isFirst && moveEntries(parts)) || fillFromLog(grown);
      if (isComplete) return true;
    }
  };

  const capacity = (): number => Math.floor(fill * slotsOf(geometry));
  if (share(geometry) > 1 || adopt(geometry) === undefined) return undefined;
  return {
    capacity,
    reserve: (states) => {
      while (isComplete && states > capacity()) {
        if (fill === fillMax) return false;
        if (!grow()) fill = fillMax;
      }
      return isComplete;
    },
    grow,
    slots: () => slotsOf(geometry),
    bytes: () => 4 * wordsOf(geometry),
  };
}
