/**
 * Deadlocks of a terminal state and of all that it stands for.
 *
 * Of several cycles of waiting threads, the one with the smallest thread number is reported: which that is depends on
 * numbers, and so differs within an orbit. Hence every cycle is reported that comes first in some state of the orbit.
 */
import {
  activeThreads,
  blockedFound,
  type Glance,
  judgeTerminal,
  type Terminal,
  waitCycles,
} from "../explicit/terminal.ts";
import type { Family } from "./automorphisms.ts";
import { membersOf, noTurn, type Turn, threadsAfter } from "./turn.ts";

type Cycle = readonly number[];

/** All that the states of the orbit are judged to be. */
export function judgeOrbit(glance: Glance, families: readonly Family[]): Terminal {
  const judged = judgeTerminal(glance);
  if (judged.found[0]?.violation.rule !== "deadlock") return judged;
  const cycles = waitCycles(glance, activeThreads(glance));
  if (cycles.length < 2) return judged;
  const first = cycles.filter((cycle) => turnWithFirst(cycle, cycles, families) !== undefined);
  return { ...judged, found: first.map((cycle) => blockedFound(glance, "deadlock", cycle)) };
}

/** A turn after which the cycle has the smallest number of all, if there is one. */
export function turnWithFirst(
  cycle: Cycle,
  cycles: readonly Cycle[],
  families: readonly Family[],
): Turn | undefined {
  const others = cycles.filter((other) => other !== cycle).flat();
  const threads = Math.max(...cycles.flat(), ...membersOf(families));
  return cycle
    .map((leader) => lowered(leader, others, families))
    .find((turn) => {
      const after = threadsAfter(families, turn, threads);
      const smallest = (numbers: Cycle): number =>
        Math.min(...numbers.map((number) => after[number] ?? 0));
      return smallest(cycle) < smallest(others);
    });
}

/** Gives one thread the smallest number of its family, and threads of other cycles the largest ones. */
function lowered(leader: number, others: Cycle, families: readonly Family[]): Turn {
  const turn = noTurn(membersOf(families).length);
  let first = 0;
  for (const { threads } of families) {
    const rank = (thread: number): number =>
      thread === leader ? 0 : others.includes(thread) ? 2 : 1;
    const order = [...threads.keys()].sort(
      (one, other) => rank(threads[one] ?? 0) - rank(threads[other] ?? 0),
    );
    for (const [place, member] of order.entries()) turn[first + member] = first + place;
    first += threads.length;
  }
  return turn;
}
