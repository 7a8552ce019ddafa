/** The explicit search over orbits: what `../explicit/quotient.ts` asks for, put together from the other files here. */
import type { Program } from "../../ir/program.ts";
import type { Machine } from "../explicit/compile.ts";
import type { Quotient } from "../explicit/quotient.ts";
import type { RareCode } from "../explicit/rare-code.ts";
import type { States } from "../explicit/states.ts";
import type { Symmetry } from "./automorphisms.ts";
import { Canonical } from "./canonical.ts";
import { judgeOrbit } from "./deadlock-cycles.ts";
import { everyImage, type LockExchange, lockNamesAfter } from "./lock-names.ts";
import { partialDeadlocks } from "./partial-deadlock.ts";
import { realRuns } from "./real-runs.ts";
import { seatsOf } from "./seats.ts";
import { indicesOf } from "./sorts.ts";
import { renamed } from "./term.ts";
import { membersOf, noTurn, renamingOf, type Turn, threadsAfter } from "./turn.ts";

export function orbitQuotient(
  program: Program,
  symmetry: Symmetry,
  machine: Machine,
  rare: RareCode,
): Quotient {
  const { layout, stride } = machine;
  const { families } = symmetry;
  const canonical = new Canonical(
    seatsOf(layout, symmetry),
    families.map(({ threads }) => threads.length),
  );
  const notes = new Notes(Math.ceil(machine.successors.length / stride), (turn) =>
    threadsAfter(families, turn, layout.threads.length),
  );
  return {
    represent: (successors, end) => {
      for (let at = 0; at < end; at += stride) {
        canonical.represent(successors, at);
        if (notes.wanted) notes.note(at / stride, canonical.image);
      }
    },
    judgeTerminal: (glance) => judgeOrbit(glance, families),
    partialDeadlocks: (graph, limits) => {
      notes.wanted = true;
      const judged = partialDeadlocks({ graph, machine, rare, families, notes, limits });
      notes.wanted = false;
      return judged;
    },
    lockOrders: (edges) => everyImage(edges, lockExchanges(program, symmetry)),
    runs: (back) => realRuns({ machine, rare, canonical, symmetry, back }),
    statesStoodFor: (states) => statesStoodFor(states, canonical, layout.words),
  };
}

/** Turns, numbered as they come up. */
class Notes {
  /** Off during the search, which needs no turns. */
  wanted = false;
  readonly numbers: Int32Array;
  readonly threadsAfter: Int32Array[] = [];
  private readonly known = new Map<string, number>();
  private readonly threadsOf: (turn: Turn) => Int32Array;

  constructor(successors: number, threadsOf: (turn: Turn) => Int32Array) {
    this.numbers = new Int32Array(successors);
    this.threadsOf = threadsOf;
  }

  note(successor: number, turn: Turn): void {
    const key = turn.join();
    const number = this.known.get(key) ?? this.threadsAfter.push(this.threadsOf(turn)) - 1;
    this.known.set(key, number);
    this.numbers[successor] = number;
  }
}

/** Exchanges that generate all permutations, as lock orders see them. */
function lockExchanges(program: Program, symmetry: Symmetry): readonly LockExchange[] {
  const { families, sortOf } = symmetry;
  const members = membersOf(families);
  let first = 0;
  return families.flatMap(({ threads }) => {
    const leader = first;
    first += threads.length;
    return threads.slice(1).map((_, index): LockExchange => {
      const turn = noTurn(members.length);
      turn[leader] = leader + index + 1;
      turn[leader + index + 1] = leader;
      const after = threadsAfter(families, turn, program.threads.length);
      const renaming = renamingOf(symmetry, turn);
      const names = lockNamesAfter(
        program,
        (variable) => (value) => renamed(renaming, sortOf(indicesOf(variable)), value),
      );
      return { threadOf: (thread) => after[thread] ?? thread, names: names ?? new Map() };
    });
  });
}

function statesStoodFor(states: States, canonical: Canonical, words: number): bigint {
  const state = new Int32Array(words);
  let all = 0n;
  for (let number = 0; number < states.size(); number += 1) {
    states.copy(number, 1, state);
    canonical.represent(state, 0);
    all += canonical.orbitSize();
  }
  return all;
}
