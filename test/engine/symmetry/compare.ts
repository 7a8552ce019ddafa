/** The search over orbits against the reference interpreter and against brute force, in all that it answers. */

import { type Tuning, usualTuning } from "../../../src/engine/explicit/visited.ts";
import type { SearchOptions, SearchResult } from "../../../src/engine/result.ts";
import type { Symmetry } from "../../../src/engine/symmetry/automorphisms.ts";
import { orbitsOf } from "../../../src/engine/symmetry/search.ts";
import type { Program } from "../../../src/ir/program.ts";
import { type Exploration, explore } from "../../../src/semantics/explore.ts";
import { replay } from "../../../src/semantics/replay.ts";
import { countInterleavings } from "../../../src/semantics/state-graph.ts";
import { orbitsByForce } from "./brute-force.ts";

export const usual: SearchOptions = {
  maxStates: 1_000_000,
  maxBytes: 2 ** 28,
  first: false,
  count: true,
  interrupted: () => undefined,
};

export interface Compared {
  /** The reference gave up: nothing was compared. */
  readonly tooLarge: boolean;
  readonly expected: object;
  readonly actual: object;
  readonly symmetry: Symmetry;
  readonly found: SearchResult;
  readonly exploration: Exploration;
}

export function compare(
  program: Program,
  maxStates: number,
  tuning: Tuning = usualTuning,
): Compared {
  const exploration = explore(program, maxStates);
  const { found, symmetry } = orbitsOf(program, usual, tuning);
  const base = { symmetry, found, exploration };
  if (!exploration.complete) return { ...base, tooLarge: true, expected: {}, actual: {} };
  const { nodes, findings, witnesses, limits, ends } = exploration;
  const { orbits, transitions } = orbitsByForce(program, symmetry, nodes);
  const interleavings = countInterleavings(nodes);
  const { statistics } = found;
  return {
    ...base,
    tooLarge: false,
    expected: {
      complete: true,
      ...{ limits, ends, interleavings, transitions },
      states: orbits,
      statesStoodFor: BigInt(nodes.length),
      depth: Math.max(...nodes.map(({ depth }) => depth)),
      findings: [...findings.values()].map(spot).sort(),
      witnesses: [...witnesses].map(([name, node]) => `${name} ${nodes[node]?.depth}`).sort(),
      unconfirmed: [],
    },
    actual: {
      complete: found.complete,
      limits: found.limits,
      ends: found.ends,
      interleavings: statistics.interleavings,
      transitions: statistics.transitions,
      states: statistics.states,
      statesStoodFor: statistics.statesStoodFor ?? BigInt(statistics.states),
      depth: statistics.depth,
      findings: found.findings.map(spot).sort(),
      witnesses: found.witnesses
        .map(({ property, schedule }) => `${property} ${schedule.length}`)
        .sort(),
      unconfirmed: unconfirmed(program, found),
    },
  };
}

const spot = ({ rule, place, depth }: { rule: string; place: string; depth: number }): string =>
  `${rule} @ ${place} in ${depth}`;

/** Findings and witnesses whose schedule does not show them when the reference replays it. */
function unconfirmed(program: Program, { findings, witnesses }: SearchResult): readonly string[] {
  const wrong: string[] = [];
  for (const { property, schedule } of witnesses)
    if (!replay(program, schedule).ok) wrong.push(`witness of ${property}`);
  for (const { rule, place, message, threads, schedule, depth } of findings) {
    const replayed = replay(program, schedule);
    if (!replayed.ok) wrong.push(`${rule} @ ${place}: ${replayed.failure.message}`);
    else if (!ofWholeGraph.has(rule.split(":")[0] ?? "") || depth > 0) {
      const { initialFound, steps, terminalFound } = replayed.replay;
      const last = steps.at(-1)?.found ?? initialFound;
      const shown = [...last, ...terminalFound].filter(
        (one) => one.rule === rule && one.place === place,
      );
      // Partial deadlocks, and their kin among runs that go on, are judged by what cannot follow.
      if (shown.length === 0 && blocked.has(rule)) continue;
      const same = shown.some((one) => `${one.message} ${one.threads}` === `${message} ${threads}`);
      // Of races at one place the reference shows one.
      if (shown.length === 0 || (rule !== "data-race" && !same))
        wrong.push(`${rule} @ ${place}: ${message} (${threads}), not ${JSON.stringify(shown)}`);
    }
  }
  return wrong;
}

const ofWholeGraph: ReadonlySet<string> = new Set(["lock-order", "dead-code", "reachable"]);
const blocked: ReadonlySet<string> = new Set(["partial-deadlock", "self-deadlock", "join-self"]);
