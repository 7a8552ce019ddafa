/**
 * Symmetry the slow way: every permutation applied to every reachable state, spelled out.
 *
 * Shares with the engine only what it says of a Program (families, and what moves with their threads), which it puts to
 * the test: permuting must commute with stepping.
 */
import type { Symmetry } from "../../../src/engine/symmetry/automorphisms.ts";
import { indicesOf, localOf, threadNumbers, valuesOf } from "../../../src/engine/symmetry/sorts.ts";
import type { Program } from "../../../src/ir/program.ts";
import { enabledSteps, fire } from "../../../src/semantics/interpreter.ts";
import { graphOf, type State, stateKey } from "../../../src/semantics/state.ts";
import type { Node } from "../../../src/semantics/state-graph.ts";

/** By family, the place in the family that each of its threads goes to. */
export type Permutation = readonly (readonly number[])[];

/** All permutations of all families. */
export function group({ families }: Symmetry): readonly Permutation[] {
  return families.reduce<readonly Permutation[]>(
    (all, { threads }) =>
      all.flatMap((some) => permutations(threads.length).map((one) => [...some, one])),
    [[]],
  );
}

function permutations(size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]];
  return permutations(size - 1).flatMap((rest) =>
    Array.from({ length: size }, (_, at) => [...rest.slice(0, at), size - 1, ...rest.slice(at)]),
  );
}

/** A state after a permutation: everything changes place, and every reference its value. */
export function permuted(
  program: Program,
  symmetry: Symmetry,
  permutation: Permutation,
  state: State,
): State {
  const mapOf = (place: string): Map<number, number> => {
    const map = new Map<number, number>();
    const sort = symmetry.sortOf(place);
    for (const [family, { rows }] of symmetry.families.entries()) {
      for (const row of rows.get(sort) ?? [])
        for (const [from, to] of (permutation[family] ?? []).entries())
          map.set(row[from] as number, row[to] as number);
    }
    return map;
  };
  const after = (map: Map<number, number>, value: number): number => map.get(value) ?? value;
  const threads = mapOf(threadNumbers);
  const cells = program.variables.map(({ name, first }, number) => {
    const [indices, values] = [mapOf(indicesOf(name)), mapOf(valuesOf(name))];
    const row = [...(state.cells[number] ?? [])];
    for (const [position, value] of (state.cells[number] ?? []).entries())
      row[after(indices, position + first) - first] = after(values, value);
    return row;
  });
  const locations = [...state.locations];
  const locals = [...state.locals];
  for (const [index, thread] of program.threads.entries()) {
    const to = after(threads, index + 1) - 1;
    locations[to] = state.locations[index] as string;
    const graph = graphOf(program, thread);
    locals[to] = (state.locals[index] ?? []).map((value, local) =>
      after(mapOf(localOf(graph.name, graph.locals[local]?.name ?? "")), value),
    );
  }
  return { cells, locations, locals };
}

export interface BruteForce {
  /** States up to permutation. */
  readonly orbits: number;
  /** Edges out of one state of each orbit. */
  readonly transitions: number;
}

/** Groups all states of an exploration; throws where a permuted state does not step as the state itself does. */
export function orbitsByForce(
  program: Program,
  symmetry: Symmetry,
  nodes: readonly Node[],
): BruteForce {
  const all = group(symmetry);
  const reached = new Set(nodes.map(({ state }) => stateKey(state)));
  const orbits = new Map<string, number>();
  for (const { state, edges, stopped } of nodes) {
    const images = all.map((one) => permuted(program, symmetry, one, state));
    const keys = images.map(stateKey);
    for (const key of keys) if (!reached.has(key)) throw new Error(`${key} is not reached`);
    orbits.set([...keys].sort()[0] as string, edges.length);
    if (stopped) continue;
    const steps = stepped(program, state);
    for (const [index, one] of all.entries()) {
      const expected = steps.map(({ next, found }) =>
        [next ? stateKey(permuted(program, symmetry, one, next)) : "stops", ...found].join(),
      );
      const actual = stepped(program, images[index] as State).map(({ next, found }) =>
        [next ? stateKey(next) : "stops", ...found].join(),
      );
      if (expected.sort().join("\n") !== actual.sort().join("\n"))
        throw new Error(`${stateKey(state)} steps otherwise after ${JSON.stringify(one)}`);
    }
  }
  const transitions = [...orbits.values()].reduce((sum, edges) => sum + edges, 0);
  return { orbits: orbits.size, transitions };
}

interface Stepped {
  readonly next: State | undefined;
  /** Rules and places. */
  readonly found: readonly string[];
}

function stepped(program: Program, state: State): readonly Stepped[] {
  return enabledSteps(program, state).map((choice) => {
    const { next, found, limit } = fire(program, state, choice);
    const spots = found.map(({ rule, place }) => `${rule} @ ${place}`);
    return { next, found: [...spots, limit ?? ""] };
  });
}
