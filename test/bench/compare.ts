/** The table of rates: every contestant searches the same graph, round after round, so that a busy moment hits all. */
import { hasSpin } from "../export/run-spin.ts";
import type { Family } from "./families/family.ts";
import type { Contestant, Measurement } from "./measurement.ts";
import { type Limits, ourContestants, searchOnce } from "./our-side.ts";
import { spinContestants } from "./spin-side.ts";

/** One row: the median run of a contestant, by the time that all rows of its table have. */
export interface Row extends Measurement {
  readonly name: string;
  /** Fastest and slowest run, in seconds of the clock. */
  readonly wallSpread: readonly [number, number];
}

export interface Comparison {
  readonly family: string;
  readonly story: string;
  readonly size: number;
  readonly rounds: number;
  readonly rows: readonly Row[];
}

export interface Rounds extends Limits {
  readonly rounds: number;
  readonly say: (what: string) => void;
}

/** Throws if sides that store every state store different ones. */
export async function compare(family: Family, size: number, rounds: Rounds): Promise<Comparison> {
  const limits = { seconds: rounds.seconds, bytes: rounds.bytes };
  const plain = { options: ["--reduce", "none", "--judge", "ends"], limits };
  const { states } = await searchOnce(family, size, plain);
  const spin = hasSpin ? spinContestants(family, size, { states, limits }) : [];
  const contestants = [...ourContestants(family, size, limits), ...spin];
  const runs = contestants.map((): (readonly Measurement[])[] => []);
  try {
    for (let round = 1; round <= rounds.rounds; round += 1) {
      for (const [index, contestant] of contestants.entries()) {
        rounds.say(`${family.name} ${size}, round ${round}: ${contestant.names.join("; ")}`);
        runs[index]?.push(await contestant.run());
      }
    }
  } finally {
    for (const contestant of contestants) contestant.close();
  }
  assertSameGraph(contestants, runs);
  const rows = contestants.flatMap(({ names }, index) =>
    names.map((name, part) =>
      rowOf(
        name,
        (runs[index] ?? []).flatMap((run) => run[part] ?? []),
      ),
    ),
  );
  return { family: family.name, story: family.story, size, rounds: rounds.rounds, rows };
}

function assertSameGraph(
  contestants: readonly Contestant[],
  runs: readonly (readonly (readonly Measurement[])[])[],
): void {
  const counted = contestants.flatMap(({ names, exact }, index) =>
    (exact ? (runs[index] ?? []) : [])
      .flat()
      .flatMap(({ states, transitions, ended }) =>
        ended === "finished"
          ? [{ name: names.join(), graph: `${states} states, ${transitions} transitions` }]
          : [],
      ),
  );
  if (new Set(counted.map(({ graph }) => graph)).size > 1) {
    throw new Error(`graphs differ: ${JSON.stringify(counted, undefined, 2)}`);
  }
}

function rowOf(name: string, measurements: readonly Measurement[]): Row {
  const sorted = [...measurements].sort((one, other) => timeOf(one) - timeOf(other));
  const median = sorted[Math.floor(sorted.length / 2)];
  if (!median) throw new Error(`${name} was not measured`);
  const walls = measurements.map(({ wallSeconds }) => wallSeconds);
  return { name, ...median, wallSpread: [Math.min(...walls), Math.max(...walls)] };
}

/** Neighbours on the machine change the time of the processor less than the clock's. */
export const timeOf = ({ cpuSeconds, wallSeconds }: Measurement): number =>
  cpuSeconds ?? wallSeconds;
