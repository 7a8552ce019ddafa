/**
 * A Program's threads, each with code of its own: the thread's number and constants folded in, its locals as cells.
 *
 * The analyses see cells only. The local `x` of thread 3 is the cell `@3.x`; starting a thread is a step that also gives
 * the child's locals their first values. What cannot be said so (which thread a step starts is known only in a state)
 * makes the Program *wild*: it is then searched without reduction.
 */
import type { Outcome } from "../../ir/compose.ts";
import {
  and,
  cell,
  constant,
  type Expression,
  lessThan,
  not,
  rewrite,
  walk,
} from "../../ir/expression.ts";
import type {
  Graph,
  Location,
  Program,
  Step,
  Thread,
  Update,
  Violation,
} from "../../ir/program.ts";
import { ENDED, UNBORN } from "../../ir/program.ts";
import { bounds, type Type } from "../../ir/type.ts";

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
  readonly threads: readonly ThreadCode[];
  readonly typeOf: (variable: string) => Type;
}

/** Why a Program cannot be reduced. */
export class Wild extends Error {}

const localCell = (thread: number, name: string): string => `@${thread}.${name}`;

/**
 * The code of all threads. Throws `Wild` where it cannot be made. Leaving the range of a variable in `ranged` is an outcome
 * of its own: the step is split into one that stays within and a fatal one.
 */
export function codeOf(program: Program, ranged: ReadonlySet<string> = new Set()): Code {
  if (program.threads.some(({ processor }) => processor !== undefined))
    throw new Wild("threads are placed on processors");
  for (const { expression } of program.properties) {
    walk(expression, ({ kind }) => {
      if (kind === "referenced") throw new Wild("a property asks who holds a reference");
    });
  }
  const types = new Map(program.variables.map(({ name, type }) => [name, type]));
  for (const [index, thread] of program.threads.entries()) {
    for (const { name, type } of graphOf(program, thread).locals)
      types.set(localCell(index + 1, name), type);
  }
  const typeOf = (variable: string): Type => {
    const type = types.get(variable);
    if (!type) throw new Wild(`nothing is known of ${variable}`);
    return type;
  };
  const threads = program.threads.map((thread, index) => threadCode(program, thread, index + 1));
  return {
    program,
    threads:
      ranged.size === 0 ? threads : threads.map((thread) => withRanges(thread, ranged, typeOf)),
    typeOf,
  };
}

function withRanges(
  thread: ThreadCode,
  ranged: ReadonlySet<string>,
  typeOf: Code["typeOf"],
): ThreadCode {
  const locations = [...thread.locations].map(([id, location]) => {
    const steps = location.steps.flatMap((step) => splitByRange(step, ranged, typeOf));
    return [id, { ...location, steps }] as const;
  });
  return { ...thread, locations: new Map(locations) };
}

/** The step while all its values stay in their ranges, and what it is when one does not. */
function splitByRange(
  step: CodeStep,
  ranged: ReadonlySet<string>,
  typeOf: Code["typeOf"],
): readonly CodeStep[] {
  const { outcome } = step;
  if (outcome.fatal || outcome.limit !== undefined) return [step];
  const within = outcome.updates.flatMap(({ target, value }) => {
    if (target.kind !== "cell" || !ranged.has(target.variable)) return [];
    const { min, max } = bounds(typeOf(target.variable));
    return [not(lessThan(value, constant(min))), lessThan(value, constant(max + 1))];
  });
  if (within.length === 0) return [step];
  const inside = and(...within);
  const outside: Outcome = {
    ...outcome,
    guards: [...outcome.guards, not(inside)],
    updates: [],
    fatal: RANGE,
  };
  return [
    { ...step, outcome: { ...outcome, guards: [...outcome.guards, ...within] } },
    { ...step, starts: [], outcome: outside },
  ];
}

/** Stands for the violation; the search that fires the step words it. */
const RANGE: Violation = { rule: "range", message: "", place: "" };

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

function threadCode(program: Program, thread: Thread, number: number): ThreadCode {
  const graph = graphOf(program, thread);
  const own = specialised(thread, number);
  const entry = graph.locations[0]?.id ?? ENDED;
  return {
    number,
    start: thread.start === "active" ? entry : UNBORN,
    locals: initialLocals(program, number),
    locations: new Map(
      graph.locations.map((location) => [location.id, codeLocation(program, location, own)]),
    ),
  };
}

type Specialise = (expression: Expression) => Expression;

function specialised(thread: Thread, number: number): Specialise {
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
          throw new Wild("slots are used again");
        default:
          return part;
      }
    });
}

function codeLocation(program: Program, location: Location, own: Specialise): CodeLocation {
  return {
    id: location.id,
    steps: location.steps.map((step, index) => codeStep(program, step, index, own)),
    waitsOn: location.waits?.on?.block,
  };
}

function codeStep(program: Program, step: Step, index: number, own: Specialise): CodeStep {
  const starts = step.starts.map(({ thread }) => {
    const child = own(thread);
    if (child.kind !== "constant")
      throw new Wild("which thread is started is known only in a state");
    return child.value;
  });
  const { to, ...outcome } = step;
  const selfNumber = own({ kind: "self" });
  const children = step.starts.flatMap((start, index) =>
    startUpdates(program, starts[index] ?? 0, start, own),
  );
  return {
    index,
    to,
    starts,
    outcome: {
      ...outcome,
      guards: step.guards.map(own),
      updates: [...step.updates.map((update) => ownUpdate(update, own, selfNumber)), ...children],
      starts: [],
      accesses: step.accesses.map((access) => ({ ...access, index: own(access.index) })),
      checks: step.checks.map((check) => ({ ...check, when: own(check.when) })),
      ...(step.frees && { frees: { ...step.frees, index: own(step.frees.index) } }),
    },
  };
}

function ownUpdate({ target, value }: Update, own: Specialise, self: Expression): Update {
  if (target.kind === "cell")
    return { target: { ...target, index: own(target.index) }, value: own(value) };
  const variable = localCell(self.kind === "constant" ? self.value : 0, target.name);
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
