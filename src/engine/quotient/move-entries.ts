/**
 * A table's entries moved to where they belong in a larger table that begins at the same place, without a second one.
 *
 * Lines are taken from the end of the former table, so many at once: they are copied out, emptied, and their entries
 * entered again, which lie at or behind them in the larger table, where all has been taken already. What runs over the
 * end of the larger table continues at its start, so the first lines are copied out before all others, and entered last.
 */
import type { CodeExport } from "../codegen/host.ts";
import { type Geometry, leastHash, lineOf } from "./geometry.ts";

/** The starts of the runs of lines that are taken at once, the first lines apart; nothing if one would not be safe. */
function runsOf(
  former: Geometry,
  next: Geometry,
  linesAtOnce: number,
): readonly number[] | undefined {
  const starts: number[] = [];
  for (let end = former.lines; end > linesAtOnce; ) {
    const start = Math.max(linesAtOnce, end - linesAtOnce);
    const origin = Math.max(0, start - former.displacementMax);
    if (lineOf(next, leastHash(former, origin)) < start) return undefined;
    starts.push(start);
    end = start;
  }
  const reach = starts.length === 0 ? 0 : next.displacementMax;
  return reach < linesAtOnce ? starts : undefined;
}

/** False if the entries cannot be moved like this, or one had no slot near enough: the table is then to be filled anew. */
export function moveEntries(options: {
  readonly former: Geometry;
  readonly next: Geometry;
  /** All of the larger table, which holds the former one's entries yet. */
  readonly table: Int32Array;
  /** Room for twice the lines that are taken at once. */
  readonly moved: Int32Array;
  readonly move: CodeExport;
}): boolean {
  const { former, next, table, moved, move } = options;
  const { lineWords } = former.form;
  const linesAtOnce = Math.floor(moved.length / (2 * lineWords));
  const runs = runsOf(former, next, linesAtOnce);
  if (runs === undefined) return false;
  const take = (start: number, end: number, to: number): void => {
    moved.set(table.subarray(start * lineWords, end * lineWords), to * lineWords);
    table.fill(0, start * lineWords, end * lineWords);
  };
  const firstLines = Math.min(former.lines, linesAtOnce);
  take(0, firstLines, 0);
  let end = former.lines;
  for (const start of runs) {
    take(start, end, linesAtOnce);
    if (move(start, end - start, linesAtOnce * lineWords) === 0) return false;
    end = start;
  }
  return move(0, firstLines, 0) === 1;
}
