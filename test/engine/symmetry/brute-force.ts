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
type Permutation = readonly (readonly number[])[];

/** All permutations of all families. */
function group({ families }: Symmetry): readonly Permutation[] {
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

/** What a permutation makes of a state: everything changes place, and every reference its value. */
function mover(
  program: Program,
  symmetry: Symmetry,
  permutation: Permutation,
): (state: State) => State {
  const mapOf = (place: string): ((value: number) => number) => {
    const map = new Map<number, number>();
    const sort = symmetry.sortOf(place);
    for (const [family, { rows }] of symmetry.families.entries()) {
      for (const row of rows.get(sort) ?? [])
        for (const [from, to] of (permutation[family] ?? []).entries())
          map.set(row[from] as number, row[to] as number);
    }
    return (value) => map.get(value) ?? value;
  };
  const threadAfter = mapOf(threadNumbers);
  const variables = program.variables.map(({ name, first }) => {
    return { first, indexAfter: mapOf(indicesOf(name)), valueAfter: mapOf(valuesOf(name)) };
  });
  const localsAfter = program.threads.map((thread) => {
    const { name: graph, locals } = graphOf(program, thread);
    return locals.map(({ name }) => mapOf(localOf(graph, name)));
  });
  return (state) => {
    const cells = variables.map(({ first, indexAfter, valueAfter }, number) => {
      const row = [...(state.cells[number] ?? [])];
      for (const [position, value] of (state.cells[number] ?? []).entries())
        row[indexAfter(position + first) - first] = valueAfter(value);
      return row;
    });
    const locations = [...state.locations];
    const locals = [...state.locals];
    for (const index of program.threads.keys()) {
      const to = threadAfter(index + 1) - 1;
      locations[to] = state.locations[index] as string;
      locals[to] = (state.locals[index] ?? []).map(
        (value, local) => localsAfter[index]?.[local]?.(value) ?? value,
      );
    }
    return { cells, locations, locals };
  };
}

interface BruteForce {
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
  const movers = group(symmetry).map((one) => mover(program, symmetry, one));
  const steps = new Map(nodes.map(({ state }) => [stateKey(state), stepped(program, state)]));
  const orbits = new Map<string, number>();
  for (const { state, edges, stopped } of nodes) {
    const own = steps.get(stateKey(state)) ?? [];
    const keys = movers.map((move) => stateKey(move(state)));
    orbits.set([...keys].sort()[0] as string, edges.length);
    for (const [index, move] of movers.entries()) {
      const other = steps.get(keys[index] ?? "");
      if (!other) throw new Error(`${keys[index]} is not reached`);
      const text = (step: Stepped, after: (state: State) => State): string =>
        [step.next ? stateKey(after(step.next)) : "stops", ...step.found].join();
      const expected = own.map((step) => text(step, move)).sort();
      const actual = other.map((step) => text(step, (next) => next)).sort();
      if (!stopped && expected.join("\n") !== actual.join("\n"))
        throw new Error(`${stateKey(state)} steps otherwise after permutation ${index}`);
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
