/**
 * What no step ever writes is its initial value: such cells and locals become constants, and the outcomes that are then
 * impossible go away, until nothing changes.
 *
 * Routines are described for everything that could happen (an IRQL that is raised somewhere); this makes a Program hold
 * only what its own text can do. No step is added, merged or dropped but those that no state enables.
 */

import { isConstant, simplified } from "../ir/compose.ts";
import { constant, type Expression, rewrite, sameExpression } from "../ir/expression.ts";
import type { Graph, Location, Program, Step, Update, Variable } from "../ir/program.ts";
import { reachableLocations } from "../ir/reachable.ts";

/** The Program without what is constant. Cost: a few passes over its text. */
export function folded(program: Program): Program {
  let current = program;
  for (;;) {
    const constants = constantsOf(current);
    const next = withConstants(current, constants);
    if (size(next) === size(current)) return next;
    current = next;
  }
}

const size = (program: Program): string =>
  `${program.variables.length} ${program.graphs
    .map(
      ({ locals, locations }) =>
        `${locals.length},${locations.map(({ steps }) => steps.length).join(",")}`,
    )
    .join(";")}`;

interface Constants {
  readonly variables: ReadonlyMap<string, number>;
  readonly locals: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

function constantsOf(program: Program): Constants {
  const steps = program.graphs.flatMap(({ locations }) =>
    locations.flatMap((location) => location.steps),
  );
  const initial = new Map(
    program.variables.map((variable) => [variable.name, variable.initial[0]]),
  );
  // A store of the value that is there already is a store all the same: it races.
  const written = new Set(
    steps.flatMap(({ updates, accesses }) => [
      ...updates.flatMap((update) => changed(update, initial)),
      ...accesses.flatMap(({ variable, writes }) => (writes ? [variable] : [])),
    ]),
  );
  const given = new Set(
    steps.flatMap(({ starts }) =>
      starts.flatMap((start) => start.arguments.map(({ local }) => local)),
    ),
  );
  return {
    variables: new Map(program.variables.flatMap((variable) => unwritten(variable, written))),
    locals: new Map(
      program.graphs.map((graph) => [graph.name, unwrittenLocals(program, graph, given)]),
    ),
  };
}

/** The variable that an update may change: writing back a variable's only initial value changes nothing. */
function changed(
  { target, value }: Update,
  initial: ReadonlyMap<string, number | undefined>,
): readonly string[] {
  if (target.kind !== "cell") return [];
  const same = value.kind === "constant" && value.value === initial.get(target.variable);
  return same ? [] : [target.variable];
}

function unwritten(
  { name, initial }: Variable,
  written: ReadonlySet<string>,
): readonly (readonly [string, number])[] {
  const value = initial[0];
  if (value === undefined || written.has(name) || initial.some((other) => other !== value))
    return [];
  return [[name, value]];
}

function unwrittenLocals(
  program: Program,
  graph: Graph,
  given: ReadonlySet<string>,
): ReadonlyMap<string, number> {
  const initially = new Map(graph.locals.map(({ name, initial }) => [name, initial]));
  const written = new Set(
    graph.locations.flatMap(({ steps }) =>
      steps.flatMap(({ updates }) =>
        updates.flatMap(({ target, value }) =>
          target.kind === "local" && !isConstant(value, initially.get(target.name) ?? Number.NaN)
            ? [target.name]
            : [],
        ),
      ),
    ),
  );
  const differs = new Set(
    program.threads
      .filter((thread) => thread.graph === graph.name)
      .flatMap(({ locals }) => Object.keys(locals ?? {})),
  );
  return new Map(
    graph.locals
      .filter(({ name }) => !written.has(name) && !given.has(name) && !differs.has(name))
      .map(({ name, initial }) => [name, initial]),
  );
}

function withConstants(program: Program, constants: Constants): Program {
  const none: ReadonlyMap<string, number> = new Map();
  const shared = (expression: Expression): Expression =>
    replaced(expression, constants.variables, none);
  return {
    ...program,
    variables: program.variables.filter(({ name }) => !constants.variables.has(name)),
    graphs: program.graphs.map((graph) => foldedGraph(graph, constants)),
    threads: program.threads.map((thread) => ({ ...thread, level: shared(thread.level) })),
    properties: program.properties.map((property) => ({
      ...property,
      expression: shared(property.expression),
    })),
  };
}

function replaced(
  expression: Expression,
  variables: ReadonlyMap<string, number>,
  locals: ReadonlyMap<string, number>,
): Expression {
  return rewrite(expression, (part) => {
    const value =
      part.kind === "cell"
        ? variables.get(part.variable)
        : part.kind === "local"
          ? locals.get(part.name)
          : undefined;
    return value === undefined ? part : constant(value);
  });
}

function foldedGraph(graph: Graph, { variables, locals }: Constants): Graph {
  const own = locals.get(graph.name) ?? new Map<string, number>();
  const fold = (expression: Expression): Expression => replaced(expression, variables, own);
  const locations = graph.locations.map((location) =>
    foldedLocation(location, fold, { variables, locals: own }),
  );
  return {
    ...graph,
    locals: graph.locals.filter(({ name }) => !own.has(name)),
    locations: reachableLocations(locations),
  };
}

type Fold = (expression: Expression) => Expression;

/** What is constant where a graph's steps run. */
interface Known {
  readonly variables: ReadonlyMap<string, number>;
  readonly locals: ReadonlyMap<string, number>;
}

function foldedLocation(location: Location, fold: Fold, constants: Known): Location {
  const { waits, requests } = location;
  return {
    ...location,
    steps: location.steps
      .map((step) => foldedStep(step, fold, constants))
      .filter(({ guards }) => !guards.some((guard) => isConstant(guard, 0))),
    ...(waits && {
      waits: {
        ...waits,
        ...(waits.owner && { owner: fold(waits.owner) }),
        ...(waits.on && { on: { ...waits.on, index: fold(waits.on.index) } }),
      },
    }),
    ...(requests && { requests: { ...requests, index: fold(requests.index) } }),
  };
}

function foldedStep(step: Step, fold: Fold, { variables, locals }: Known): Step {
  return {
    ...step,
    guards: simplified(step.guards.map(fold)),
    updates: step.updates
      .filter(({ target }) =>
        target.kind === "local" ? !locals.has(target.name) : !variables.has(target.variable),
      )
      .map(({ target, value }) => ({
        target: target.kind === "cell" ? { ...target, index: fold(target.index) } : target,
        value: fold(value),
      }))
      // What keeps its value is not written: a wait on a notification event only reads it.
      .filter(({ target, value }) => !sameExpression(target, value)),
    starts: step.starts.map((start) => ({
      thread: fold(start.thread),
      arguments: start.arguments.map(({ local, value }) => ({ local, value: fold(value) })),
    })),
    accesses: step.accesses
      .filter(({ variable }) => !variables.has(variable))
      .map((access) => ({ ...access, index: fold(access.index) })),
    checks: step.checks
      .map((check) => ({ ...check, when: fold(check.when) }))
      .filter(({ when }) => !isConstant(when, 0)),
    ...(step.frees && { frees: { ...step.frees, index: fold(step.frees.index) } }),
  };
}
