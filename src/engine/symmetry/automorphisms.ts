/**
 * Which threads of a Program are interchangeable, and what changes place with them.
 *
 * Two threads are if exchanging them, and with them all that is theirs by number or constant (cells of arrays, slots,
 * references), gives the same Program: its code, its first state and its properties. Then states that differ by the
 * exchange have the same future up to the exchange (Emerson and Sistla, "Symmetry and model checking", 1996; Clarke,
 * Enders, Filkorn and Jha, "Exploiting symmetry in temporal logic model checking", 1996). Each exchange is made and then
 * checked by `exchange.ts`. Exchanges with one thread generate every permutation of its family.
 *
 * Left out: symmetries in which threads move only together (two producers, each with its own consumer) or in a ring.
 */
import type { Program } from "../../ir/program.ts";
import { assert } from "../../support/assert.ts";
import { exchangeOf, stepTexts } from "./exchange.ts";
import { type Reading, readProgram, sameTemplate } from "./reading.ts";
import type { Place } from "./sorts.ts";
import { nothingRenamed, type Renaming } from "./term.ts";

/** Threads that may be permuted at will. */
export interface Family {
  /** Their numbers, ascending; two at least. */
  readonly threads: readonly number[];
  /** By sort, what moves with them: rows of one value for each thread. */
  readonly rows: ReadonlyMap<Place, readonly (readonly number[])[]>;
}

/** Two threads of one graph that cannot be exchanged. */
interface Refusal {
  readonly threads: readonly [number, number];
  readonly because: string;
}

export interface Symmetry {
  readonly families: readonly Family[];
  /** Pairs that were tried in vain: each thread with the first one of every family before it. */
  readonly refusals: readonly Refusal[];
  /** The sort of a place, by which `Family.rows` are found. */
  readonly sortOf: (place: Place) => Place;
  /** The number of the step, in its location, that a step becomes under a renaming. */
  readonly stepAfter: (renaming: Renaming, at: StepNumber) => number;
}

interface StepNumber {
  readonly graph: string;
  readonly location: number;
  readonly step: number;
}

interface Growing {
  readonly threads: number[];
  /** Those of the first thread with each other one. */
  readonly exchanges: Renaming[];
}

/** The symmetry of a Program. Costs its text, once for each thread and family. */
export function symmetryOf(program: Program): Symmetry {
  const reading = readProgram(program);
  const found: Growing[] = [];
  const refusals: Refusal[] = [];
  for (const [index, thread] of program.threads.entries()) {
    const number = index + 1;
    const joined = found.some(({ threads, exchanges }) => {
      const first = threads[0] ?? 0;
      const leader = program.threads[first - 1];
      if (!leader || !sameTemplate(leader, thread)) return false;
      const exchange = exchangeOf(program, reading, [first, number]);
      if (!exchange.ok) {
        refusals.push({ threads: [first, number], because: exchange.because });
        return false;
      }
      threads.push(number);
      exchanges.push(exchange.renaming);
      return true;
    });
    if (!joined) found.push({ threads: [number], exchanges: [] });
  }
  return {
    families: found
      .filter(({ threads }) => threads.length > 1)
      .map(({ threads, exchanges }) => ({ threads, rows: rowsOf(exchanges) })),
    refusals,
    sortOf: (place) => reading.reader.sorts.of(place),
    stepAfter: (renaming, at) => stepAfter(reading, renaming, at),
  };
}

/** What belongs to the first thread is what every exchange with it moves. */
function rowsOf([first, ...others]: readonly Renaming[]): Family["rows"] {
  const rows = new Map<Place, readonly (readonly number[])[]>();
  for (const [sort, moved] of first ?? []) {
    const own = [...moved].filter(([value, becomes]) =>
      // With one exchange only, either side can be called the first one's.
      others.length === 0 ? value < becomes : others.every((other) => other.get(sort)?.has(value)),
    );
    const sorted = own.map(([value, becomes]) => [
      value,
      becomes,
      ...others.map((other) => other.get(sort)?.get(value) ?? value),
    ]);
    const all = sorted.flat();
    assert(new Set(all).size === all.length, "a value belongs to one thread of a family");
    rows.set(sort, sorted);
  }
  return rows;
}

/** The renaming that takes each family's thread number i to the place of number `places[i]` of the same family. */
export function permutation(
  families: readonly Family[],
  places: readonly (readonly number[])[],
): Renaming {
  const renaming = new Map<Place, Map<number, number>>();
  for (const [index, { rows }] of families.entries()) {
    for (const [sort, values] of rows) {
      const map = renaming.get(sort) ?? new Map<number, number>();
      renaming.set(sort, map);
      for (const row of values) {
        for (const [from, value] of row.entries())
          map.set(value, row[places[index]?.[from] ?? from] ?? value);
      }
    }
  }
  return renaming;
}

function stepAfter(reading: Reading, renaming: Renaming, at: StepNumber): number {
  const { sorts } = reading.reader;
  const steps = reading.graphs.get(at.graph)?.[at.location]?.steps ?? [];
  const after = stepTexts(steps, sorts, renaming)[at.step] ?? "";
  const before = stepTexts(steps, sorts, nothingRenamed);
  // Equal texts are equal steps; the first one is as good as any.
  const number = before[at.step] === after ? at.step : before.indexOf(after);
  assert(number >= 0, "a location's steps become each other");
  return number;
}
