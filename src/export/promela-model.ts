/**
 * What the printers of an exported model share: the storage and identifier of everything, made once per Program.
 *
 * Each thread's place is a variable of ours: UNBORN is 0, ENDED is 1, the locations follow in the order of the graph.
 */
import { ENDED, type Graph, type Program, type Thread } from "../ir/program.ts";
import { assert } from "../support/assert.ts";
import type { Scope } from "./promela-expression.ts";
import { createNames, type Names } from "./promela-names.ts";
import { type Storage, storageOf } from "./promela-storage.ts";

export interface Model {
  readonly program: Program;
  /** Whether violations are assertions. */
  readonly asserts: boolean;
  readonly threads: readonly ThreadModel[];
  readonly storages: readonly Storage[];
  /** Scope of properties, which no thread runs. */
  readonly nobody: Scope;
  readonly rules: RuleNames;
}

export interface ThreadModel {
  /** Counted from 1. */
  readonly number: number;
  readonly thread: Thread;
  readonly graph: Graph;
  readonly identifier: string;
  readonly location: Storage;
  readonly locals: ReadonlyMap<string, Storage>;
  readonly scope: Scope;
}

/** Identifiers that say in an assertion which rule is violated where, and that are never true. */
interface RuleNames {
  of(violation: { readonly rule: string; readonly place: string }): string;
  /** What was asked for so far: identifier to rule and place. */
  readonly used: ReadonlyMap<string, string>;
}

const UNBORN_CODE = 0;
const ENDED_CODE = 1;

export function modelOf(program: Program, asserts: boolean): Model {
  const names = createNames();
  const variables = new Map(
    program.variables.map((variable) => [
      variable.name,
      storageOf({ ...variable, identifier: names.fresh("var", variable.name) }),
    ]),
  );
  const shared = [...variables.values()];
  const drafts = program.threads.map((_, index) => threadDraft(program, index + 1, names));
  const storages = [
    ...shared,
    ...drafts.flatMap(({ location, locals }) => [location, ...locals.values()]),
  ];
  const holders = [...shared, ...drafts.flatMap(({ locals }) => [...locals.values()])];
  const scopeOf = (draft: ThreadDraft | undefined): Scope => ({
    self: draft?.number ?? 0,
    constants: draft?.thread.constants ?? {},
    variable: (name) => known(variables.get(name), name),
    local: (name) => known(draft?.locals.get(name), name),
    variableType: (name) => known(variables.get(name), name).type,
    localType: (name) => known(draft?.locals.get(name), name).type,
    holders: (kind) => holders.filter(({ type }) => type.kind === "reference" && type.to === kind),
  });
  const threads = drafts.map((draft) => ({ ...draft, scope: scopeOf(draft) }));
  return {
    program,
    asserts,
    threads,
    storages,
    nobody: scopeOf(undefined),
    rules: ruleNames(names),
  };
}

type ThreadDraft = Omit<ThreadModel, "scope">;

function threadDraft(program: Program, number: number, names: Names): ThreadDraft {
  const thread = known(program.threads[number - 1], `thread ${number}`);
  const graph = known(
    program.graphs.find(({ name }) => name === thread.graph),
    thread.graph,
  );
  const identifier = names.fresh("thread", thread.name);
  const location = storageOf({
    identifier: names.fresh("location", thread.name),
    type: { kind: "range", min: 0, max: graph.locations.length + ENDED_CODE },
    first: 0,
    initial: [thread.start === "active" ? entryCode(graph) : UNBORN_CODE],
  });
  const locals = graph.locals.map(({ name, type, initial }): readonly [string, Storage] => [
    name,
    storageOf({
      identifier: names.fresh("local", `${thread.name} ${name}`),
      type,
      first: 0,
      initial: [thread.locals?.[name] ?? initial],
    }),
  ]);
  return { number, thread, graph, identifier, location, locals: new Map(locals) };
}

/** The number of a location; of the first one when a thread starts, unless its graph is empty. */
export function codeOf(graph: Graph, id: string): number {
  if (id === ENDED) return ENDED_CODE;
  const index = graph.locations.findIndex((location) => location.id === id);
  assert(index >= 0, `${graph.name} has a location ${id}`);
  return index + ENDED_CODE + 1;
}

export const entryCode = (graph: Graph): number => codeOf(graph, graph.locations[0]?.id ?? ENDED);

/** Where the thread's process waits at a location; an unborn or ended thread's, at the first one. */
export function labelOf(graph: Graph, id: string): string {
  const code = id === ENDED ? entryCode(graph) : codeOf(graph, id);
  return `end_${code}`;
}

export const standsAt = ({ location, graph }: ThreadModel, id: string): string =>
  `${location.identifier} == ${codeOf(graph, id)}`;

export const isActiveText = ({ location }: ThreadModel): string =>
  `${location.identifier} > ${ENDED_CODE}`;

function ruleNames(names: Names): RuleNames {
  const used = new Map<string, string>();
  const byKey = new Map<string, string>();
  return {
    used,
    of({ rule, place }) {
      const key = `${rule} at ${place}`;
      const identifier = byKey.get(key) ?? names.fresh("rule", rule);
      byKey.set(key, identifier);
      used.set(identifier, key);
      return identifier;
    },
  };
}

function known<T>(value: T | undefined, what: string): T {
  assert(value !== undefined, `the Program has no ${what}; was it validated?`);
  return value;
}
