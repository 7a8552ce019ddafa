/**
 * A Program's threads, each with code of its own: the thread's number and constants folded in, its locals as cells.
 *
 * The analyses see cells only. The local `x` of thread 3 is the cell `@3.x`; starting a thread is a step that also gives
 * the child's locals their first values. What cannot be said so (which thread a step starts is known only in a state)
 * makes the Program *wild*: it is then searched without reduction.
 */
import type { Outcome } from "../../ir/compose.ts";
import { cell, constant, type Expression, equals, or, rewrite } from "../../ir/expression.ts";
import type {
  Graph,
  Location,
  Program,
  Property,
  Step,
  Thread,
  Update,
  Variable,
} from "../../ir/program.ts";
import { ENDED, UNBORN } from "../../ir/program.ts";
import type { Type } from "../../ir/type.ts";
import { ACTIVE, livesOf, mayRunOf, OVER, setLife } from "./scheduling.ts";

export interface CodeStep {
  /** Among the steps of its location in the Program. */
  readonly index: number;
  readonly outcome: Outcome;
  readonly to: string;
  /** Numbers of the threads that the step starts. */
  readonly starts: readonly number[];
}

interface CodeLocation {
  readonly id: string;
  readonly steps: readonly CodeStep[];
  /** The storage that a thread standing here waits on. */
  readonly waitsOn: string | undefined;
}

export interface ThreadCode {
  readonly number: number;
  /** Location in the initial state. */
  readonly start: string;
  readonly locations: ReadonlyMap<string, CodeLocation>;
  /** Initial values of its locals, by cell variable. */
  readonly locals: ReadonlyMap<string, number>;
}

export interface Code {
  readonly program: Program;
  /** The Program's, and one for the life of each thread. */
  readonly variables: readonly Variable[];
  /** The Program's, as expressions on cells. */
  readonly properties: readonly Property[];
  readonly threads: readonly ThreadCode[];
  readonly typeOf: (variable: string) => Type;
}

/** Why a Program cannot be reduced. */
export class Wild extends Error {}

const localCell = (thread: number, name: string): string => `@${thread}.${name}`;

/** The code of all threads. Throws `Wild` where it cannot be made. */
export function codeOf(program: Program): Code {
  const variables = [...program.variables, ...livesOf(program)];
  const types = new Map(variables.map(({ name, type }) => [name, type]));
  for (const [index, thread] of program.threads.entries()) {
    for (const { name, type } of graphOf(program, thread).locals)
      types.set(localCell(index + 1, name), type);
  }
  const typeOf = (variable: string): Type => {
    const type = types.get(variable);
    if (!type) throw new Wild(`nothing is known of ${variable}`);
    return type;
  };
  const referrers = referrersOf(program);
  const threads = program.threads.map((thread, index) =>
    threadCode(program, thread, index + 1, referrers),
  );
  return {
    program,
    variables,
    properties: program.properties.map((property) => ({
      ...property,
      expression: rewrite(property.expression, (part) => asCells(part, referrers)),
    })),
    threads,
    typeOf,
  };
}

function graphOf(program: Program, thread: Thread): Graph {
  const graph = program.graphs.find(({ name }) => name === thread.graph);
  if (!graph) throw new Wild(`there is no graph ${thread.graph}`);
  return graph;
}

function initialLocals(program: Program, number: number): ReadonlyMap<string, number> {
  const thread = program.threads[number - 1];
  if (!thread) throw new Wild(`there is no thread ${number}`);
  return new Map(
    graphOf(program, thread).locals.map(({ name, initial }) => [
      localCell(number, name),
      thread.locals?.[name] ?? initial,
    ]),
  );
}

function threadCode(
  program: Program,
  thread: Thread,
  number: number,
  referrers: Referrers,
): ThreadCode {
  const graph = graphOf(program, thread);
  const own = specialised(thread, number, referrers);
  const mayRun = mayRunOf(program, number, (of) => {
    const { level } = program.threads[of - 1] ?? thread;
    return specialised(program.threads[of - 1] ?? thread, of, referrers)(level);
  });
  const entry = graph.locations[0]?.id ?? ENDED;
  return {
    number,
    start: thread.start === "active" ? entry : UNBORN,
    locals: initialLocals(program, number),
    locations: new Map(
      graph.locations.map((location) => [
        location.id,
        codeLocation(program, location, { own, mayRun, number }),
      ]),
    ),
  };
}

/** The cells that hold references to objects of a kind, as expressions: what `referenced` asks. */
type Referrers = (kind: string) => readonly Expression[];

function referrersOf(program: Program): Referrers {
  const known = new Map<string, Expression[]>();
  const add = (
    { kind, ...type }: Type & { readonly to?: string },
    cells: readonly Expression[],
  ) => {
    if (kind !== "reference" || type.to === undefined) return;
    known.set(type.to, [...(known.get(type.to) ?? []), ...cells]);
  };
  for (const { name, type, first, initial } of program.variables)
    add(
      type,
      initial.map((_, position) => cell(name, position + first)),
    );
  for (const [index, thread] of program.threads.entries()) {
    for (const { name, type } of graphOf(program, thread).locals)
      add(type, [cell(localCell(index + 1, name))]);
  }
  return (kind) => known.get(kind) ?? [];
}

/** `referenced` spelled out: any of the cells holds the reference. */
function asCells(part: Expression, referrers: Referrers): Expression {
  if (part.kind !== "referenced") return part;
  return or(...referrers(part.to).map((holder) => equals(holder, part.slot)));
}

type Specialise = (expression: Expression) => Expression;

function specialised(thread: Thread, number: number, referrers: Referrers): Specialise {
  return (expression) =>
    rewrite(expression, (part) => {
      switch (part.kind) {
        case "self":
          return constant(number);
        case "own":
          return constant(thread.constants[part.name] ?? 0);
        case "local":
          return cell(localCell(number, part.name));
        case "referenced":
          return asCells(part, referrers);
        default:
          return part;
      }
    });
}

/** Whose code is made. */
interface Owner {
  readonly number: number;
  readonly own: Specialise;
  /** Conditions under which the scheduler lets the thread step. */
  readonly mayRun: readonly Expression[];
}

function codeLocation(program: Program, location: Location, owner: Owner): CodeLocation {
  return {
    id: location.id,
    steps: location.steps.map((step, index) => codeStep(program, step, index, owner)),
    waitsOn: location.waits?.on?.block,
  };
}

function codeStep(program: Program, step: Step, index: number, owner: Owner): CodeStep {
  const { own, mayRun, number } = owner;
  const starts = step.starts.map(({ thread }) => {
    const child = own(thread);
    if (child.kind !== "constant")
      throw new Wild("which thread is started is known only in a state");
    return child.value;
  });
  const { to, ...outcome } = step;
  const children = step.starts.flatMap((start, index) =>
    startUpdates(program, starts[index] ?? 0, start, own),
  );
  return {
    index,
    to,
    starts,
    outcome: {
      ...outcome,
      guards: [...mayRun, ...step.guards.map(own)],
      updates: [
        ...step.updates.map((update) => ownUpdate(update, own, number)),
        ...(to === ENDED ? [setLife(number, OVER)] : []),
        ...starts.map((child) => setLife(child, ACTIVE)),
        ...children,
      ],
      starts: [],
      accesses: step.accesses.map((access) => ({ ...access, index: own(access.index) })),
      checks: step.checks.map((check) => ({ ...check, when: own(check.when) })),
      ...(step.frees && { frees: { ...step.frees, index: own(step.frees.index) } }),
    },
  };
}

function ownUpdate({ target, value }: Update, own: Specialise, number: number): Update {
  if (target.kind === "cell")
    return { target: { ...target, index: own(target.index) }, value: own(value) };
  const variable = localCell(number, target.name);
  return { target: { kind: "cell", variable, index: constant(0) }, value: own(value) };
}

/** A started thread's locals: the arguments, else their initial values. */
function startUpdates(
  program: Program,
  child: number,
  start: Step["starts"][number],
  own: Specialise,
): readonly Update[] {
  const given = new Map(
    start.arguments.map(({ local, value }) => [localCell(child, local), own(value)]),
  );
  return [...initialLocals(program, child)].map(([variable, initial]) => ({
    target: { kind: "cell", variable, index: constant(0) },
    value: given.get(variable) ?? constant(initial),
  }));
}
