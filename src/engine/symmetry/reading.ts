/**
 * A whole Program read into terms: all that a renaming of its threads must leave as it is.
 *
 * Left out is what changes no run and no finding's rule and place: names, labels, levels of threads that share no
 * processor. Steps of a location may change places, since a schedule can name the other one.
 */
import type {
  Graph,
  Location,
  Program,
  Step,
  Thread,
  Update,
  Violation,
} from "../../ir/program.ts";
import { nobody, Reader, type Scope } from "./reader.ts";
import {
  blocksOf,
  indicesOf,
  localOf,
  numbers,
  referencesTo,
  threadNumbers,
  valuesOf,
} from "./sorts.ts";
import { fixed, node, type Term, together } from "./term.ts";

interface ReadLocation {
  /** What is waited for and asked for there. */
  readonly notes: Term;
  readonly steps: readonly Term[];
}

export interface Reading {
  readonly reader: Reader;
  /** By name of the graph, location by location. */
  readonly graphs: ReadonlyMap<string, readonly ReadLocation[]>;
  readonly properties: readonly Term[];
  /** Levels of the threads that share a processor. */
  readonly levels: readonly Term[];
}

export function readProgram(program: Program): Reading {
  const reader = new Reader(program);
  const scopes = new Map(program.graphs.map(({ name }) => [name, scopeOf(program, name)]));
  const graphs = new Map(
    program.graphs.map(({ name, locations }) => {
      const scope = scopes.get(name) ?? nobody;
      return [name, locations.map((location) => readLocation(reader, program, location, scope))];
    }),
  );
  const properties = program.properties.map(({ expression }) =>
    reader.condition(expression, nobody),
  );
  const levels = program.threads.flatMap(({ graph, level, processor }, index) =>
    processor === undefined ? [] : [reader.value(level, numbers, { graph, threads: [index + 1] })],
  );
  readVariables(reader, program);
  readThreads(reader, program);
  return { reader, graphs, properties, levels };
}

function scopeOf({ threads }: Program, graph: string): Scope {
  const running = threads.flatMap((thread, index) => (thread.graph === graph ? [index + 1] : []));
  return { graph, threads: running };
}

function readVariables({ sorts, asked }: Reader, { variables, graphs }: Program): void {
  const stores = [
    ...variables.map(({ name, type }) => ({ type, place: valuesOf(name) })),
    ...graphs.flatMap(({ name: graph, locals }) =>
      locals.map(({ name, type }) => ({ type, place: localOf(graph, name) })),
    ),
  ];
  for (const { type, place } of stores) {
    // Machine integers wrap, and the members of an enumeration are known by number.
    if (type.kind !== "range" && type.kind !== "reference") sorts.unite(numbers, place);
    if (type.kind === "reference" && asked.has(type.to)) sorts.unite(referencesTo(type.to), place);
  }
  for (const { name, tags } of variables)
    if (tags.holder !== undefined) sorts.unite(threadNumbers, valuesOf(name));
}

/** Every thread's number, and the first values of its locals, are evidence. */
function readThreads({ evidence }: Reader, program: Program): void {
  const all = program.threads.map((_, index) => index + 1);
  evidence.push({ place: threadNumbers, values: new Map(all.map((number) => [number, number])) });
  for (const { name: graph, locals } of program.graphs) {
    const { threads } = scopeOf(program, graph);
    for (const { name, initial } of locals) {
      const values = new Map(
        threads.map((number) => [number, program.threads[number - 1]?.locals?.[name] ?? initial]),
      );
      evidence.push({ graph, place: localOf(graph, name), values });
    }
  }
}

function readLocation(
  reader: Reader,
  program: Program,
  { waits, requests, steps }: Location,
  scope: Scope,
): ReadLocation {
  const notes: Term[] = [];
  if (waits?.owner) notes.push(reader.value(waits.owner, threadNumbers, scope));
  if (waits?.on) notes.push(reader.value(waits.on.index, blocksOf(waits.on.block), scope));
  if (requests) notes.push(reader.value(requests.index, indicesOf(requests.holder), scope));
  return {
    notes: node("notes", ...notes),
    steps: steps.map((step) => readStep(reader, program, step, scope)),
  };
}

const spot = ({ rule, place }: Violation): string => JSON.stringify([rule, place]);

function readStep(reader: Reader, { graphs }: Program, step: Step, scope: Scope): Term {
  const { to, fatal, limit, frees } = step;
  const end = fatal ? ["fatal", spot(fatal)] : limit === undefined ? ["to", to] : ["limit", limit];
  return node(
    "step",
    fixed(JSON.stringify(end)),
    together(
      "when",
      step.guards.map((guard) => reader.condition(guard, scope)),
    ),
    together(
      "do",
      step.updates.map((update) => readUpdate(reader, update, scope)),
    ),
    together(
      "start",
      step.starts.map((start) => readStart(reader, graphs, start, scope)),
    ),
    together(
      "touch",
      step.accesses.map(({ variable, index, writes, plain }) =>
        node(`${writes} ${plain}`, reader.cell(variable, index, scope)),
      ),
    ),
    together(
      "check",
      step.checks.map((check) => node(spot(check), reader.condition(check.when, scope))),
    ),
    frees
      ? node(
          `free ${JSON.stringify(frees.block)} ${spot(frees.violation)}`,
          reader.value(frees.index, blocksOf(frees.block), scope),
        )
      : fixed("free nothing"),
  );
}

function readUpdate(reader: Reader, { target, value }: Update, scope: Scope): Term {
  if (target.kind === "cell") {
    return node(
      "set",
      reader.cell(target.variable, target.index, scope),
      reader.value(value, valuesOf(target.variable), scope),
    );
  }
  const place = localOf(scope.graph ?? "", target.name);
  return node("set", fixed(`local ${target.name}`), reader.value(value, place, scope));
}

/** Which thread is started may depend on the state, so an argument goes to any local of its name. */
function readStart(
  reader: Reader,
  graphs: readonly Graph[],
  start: Step["starts"][number],
  scope: Scope,
): Term {
  const given = start.arguments.map(({ local, value }) => {
    const place = reader.sorts.fresh();
    for (const { name, locals } of graphs)
      if (locals.some((one) => one.name === local)) reader.sorts.unite(place, localOf(name, local));
    return node(`local ${local}`, reader.value(value, place, scope));
  });
  return node("start", reader.value(start.thread, threadNumbers, scope), together("with", given));
}

/** Threads that do the same work until their numbers and constants are looked at. */
export function sameTemplate(one: Thread, other: Thread): boolean {
  return (
    one.graph === other.graph &&
    one.start === other.start &&
    one.mayWaitForEver === other.mayWaitForEver &&
    one.processor === undefined &&
    other.processor === undefined
  );
}
