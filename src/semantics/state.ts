import type { Graph, Local, Location, Program, Thread, Variable } from "../ir/program.ts";
import { ENDED, UNBORN } from "../ir/program.ts";
import { assert } from "../support/assert.ts";

/**
 * A state of a Program, spelled out: the value of every cell, and for every thread where it stands and its locals.
 * States are values; `fire` makes new ones. Indices follow the order of the Program's own lists.
 */
export interface State {
  readonly cells: readonly (readonly number[])[];
  readonly locations: readonly string[];
  readonly locals: readonly (readonly number[])[];
}

/** The state before the first step. */
export function initialState(program: Program): State {
  return {
    cells: program.variables.map((variable) => [...variable.initial]),
    locations: program.threads.map((thread) =>
      thread.start === "active" ? entryOf(graphOf(program, thread)) : UNBORN,
    ),
    locals: program.threads.map((thread) => initialLocals(program, thread)),
  };
}

/** A thread's locals when it starts without arguments. */
export function initialLocals(program: Program, thread: Thread): readonly number[] {
  const given = thread.locals ?? {};
  // A local may be called `constructor`.
  return graphOf(program, thread).locals.map(({ name, initial }) =>
    Object.hasOwn(given, name) ? (given[name] ?? initial) : initial,
  );
}

/** The location where a thread of this graph starts; an empty graph has ended before it began. */
export function entryOf(graph: Graph): string {
  return graph.locations[0]?.id ?? ENDED;
}

/** Two states are equal if and only if their keys are. */
export function stateKey(state: State): string {
  return JSON.stringify([state.cells, state.locations, state.locals]);
}

// Programs are immutable, so name tables can be kept beside them.
const tables = new WeakMap<Program, ProgramTables>();

interface ProgramTables {
  readonly variables: ReadonlyMap<string, number>;
  readonly graphs: ReadonlyMap<string, Graph>;
  readonly locals: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly locations: ReadonlyMap<string, ReadonlyMap<string, Location>>;
}

function tablesOf(program: Program): ProgramTables {
  const known = tables.get(program);
  if (known) return known;
  const made: ProgramTables = {
    variables: new Map(program.variables.map((variable, index) => [variable.name, index])),
    graphs: new Map(program.graphs.map((graph) => [graph.name, graph])),
    locals: new Map(program.graphs.map((graph) => [graph.name, indexByName(graph.locals)])),
    locations: new Map(
      program.graphs.map((graph) => [
        graph.name,
        new Map(graph.locations.map((location) => [location.id, location])),
      ]),
    ),
  };
  tables.set(program, made);
  return made;
}

function indexByName(locals: readonly Local[]): ReadonlyMap<string, number> {
  return new Map(locals.map((local, index) => [local.name, index]));
}

function known<T>(value: T | undefined, what: string): T {
  assert(value !== undefined, `the Program has no ${what}; was it validated?`);
  return value;
}

export function variableIndex(program: Program, name: string): number {
  return known(tablesOf(program).variables.get(name), `variable ${name}`);
}

export function variableAt(program: Program, index: number): Variable {
  return known(program.variables[index], `variable number ${index}`);
}

export function graphOf(program: Program, thread: Thread): Graph {
  return known(tablesOf(program).graphs.get(thread.graph), `graph ${thread.graph}`);
}

export function localIndex(program: Program, thread: Thread, name: string): number {
  return known(
    tablesOf(program).locals.get(thread.graph)?.get(name),
    `local ${name} in ${thread.graph}`,
  );
}

/** The thread of a number, counting from 1. */
export function threadOf(program: Program, number: number): Thread {
  return known(program.threads[number - 1], `thread number ${number}`);
}

/** Where a thread stands; nothing for one that is unborn or has ended. */
export function locationOf(program: Program, state: State, number: number): Location | undefined {
  const id = known(state.locations[number - 1], `thread number ${number}`);
  if (id === UNBORN || id === ENDED) return undefined;
  return known(
    tablesOf(program).locations.get(threadOf(program, number).graph)?.get(id),
    `location ${id}`,
  );
}
