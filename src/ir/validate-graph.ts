/** The locations and steps of one graph. */
import { type Diagnostic, errorDiagnostic } from "./diagnostic.ts";
import { sameExpression } from "./expression.ts";
import {
  ENDED,
  type Graph,
  type Location,
  type Program,
  type Step,
  type Thread,
  UNBORN,
} from "./program.ts";
import { reachableLocations } from "./reachable.ts";
import { isRuleId } from "./rules.ts";
import { duplicates, warningDiagnostic } from "./validate-declarations.ts";
import {
  type ExpressionScope,
  startTargets,
  validateCell,
  validateExpression,
} from "./validate-expression.ts";

export function validateGraph(
  program: Program,
  graph: Graph,
  outside: ExpressionScope,
): readonly Diagnostic[] {
  const scope: ExpressionScope = {
    ...outside,
    locals: new Map(graph.locals.map((local) => [local.name, local])),
    threads: program.threads.filter((thread) => thread.graph === graph.name),
    self: true,
  };
  const ids = new Set(graph.locations.map(({ id }) => id));
  const named = graph.locations.map(({ id, source }) => ({ name: id, ...(source && { source }) }));
  return [
    ...duplicates(`location of ${graph.name}`, named),
    ...graph.locations.flatMap((location) => {
      const here: ExpressionScope = {
        ...scope,
        where: `${graph.name} at ${location.label}`,
        source: location.source,
      };
      return [
        ...validateLocation(location, here),
        ...location.steps.flatMap((step) => validateStep(step, ids, here)),
        ...location.steps.flatMap((step) => validateStarts(program, graph, step, here)),
      ];
    }),
    ...validateReachability(graph),
  ];
}

function validateLocation(location: Location, scope: ExpressionScope): readonly Diagnostic[] {
  const { id, waits, requests, source } = location;
  const problems: Diagnostic[] = [];
  if (id === ENDED || id === UNBORN) {
    const message = `a location cannot be called ${id} (in ${scope.where})`;
    problems.push(errorDiagnostic("reserved-location", message, { source }));
  }
  if (waits?.owner) problems.push(...validateExpression(waits.owner, scope));
  if (waits?.on) problems.push(...validateExpression(waits.on.index, scope));
  if (!requests) return problems;
  problems.push(...validateCell(requests.holder, requests.index, scope));
  problems.push(...validateExpression(requests.index, scope));
  const holder = scope.variables.get(requests.holder);
  if (holder && holder.tags.holder === undefined) {
    const message = `${requests.holder} is requested as a lock, but its tags name none`;
    problems.push(errorDiagnostic("not-a-lock", message, { source }));
  }
  return problems;
}

function validateStep(
  step: Step,
  ids: ReadonlySet<string>,
  scope: ExpressionScope,
): readonly Diagnostic[] {
  const { source, where } = scope;
  const stops = step.fatal !== undefined || step.limit !== undefined;
  const leadsNowhere = !stops && step.to !== ENDED && !ids.has(step.to);
  const target = leadsNowhere
    ? [errorDiagnostic("unknown-location", `a step leads to ${step.to} (in ${where})`, { source })]
    : [];
  const freed = step.frees ? [step.frees.violation] : [];
  const violations = [...step.checks, ...freed, ...(step.fatal ? [step.fatal] : [])];
  const rules = violations.flatMap(({ rule }) =>
    isRuleId(rule)
      ? []
      : [errorDiagnostic("unknown-rule", `there is no rule ${rule} (in ${where})`, { source })],
  );
  const expressions = [
    ...step.guards,
    ...step.updates.flatMap(({ target: written, value }) =>
      written.kind === "cell" ? [written.index, value] : [value],
    ),
    ...step.starts.flatMap((start) => [start.thread, ...start.arguments.map(({ value }) => value)]),
    ...step.accesses.map(({ index }) => index),
    ...step.checks.map(({ when }) => when),
    ...(step.frees ? [step.frees.index] : []),
  ];
  return [
    ...target,
    ...rules,
    ...expressions.flatMap((expression) => validateExpression(expression, scope)),
    ...step.accesses.flatMap(({ variable, index }) => validateCell(variable, index, scope)),
    ...validateUpdates(step, scope),
  ];
}

function validateUpdates(step: Step, scope: ExpressionScope): readonly Diagnostic[] {
  const { source, where } = scope;
  return step.updates.flatMap(({ target }, index): readonly Diagnostic[] => {
    const name = target.kind === "cell" ? target.variable : target.name;
    const again = step.updates.slice(0, index).some((earlier) => {
      const other = earlier.target;
      if (target.kind === "local") return other.kind === "local" && other.name === target.name;
      return (
        other.kind === "cell" &&
        other.variable === target.variable &&
        sameExpression(other.index, target.index)
      );
    });
    const twice = again
      ? [errorDiagnostic("written-twice", `a step writes ${name} twice (in ${where})`, { source })]
      : [];
    if (target.kind === "cell") return [...twice, ...validateCell(name, target.index, scope)];
    if (scope.locals?.has(name)) return twice;
    const message = `there is no local ${name} (in ${where})`;
    return [errorDiagnostic("unknown-local", message, { source })];
  });
}

/** A start names a thread that exists and locals that it has; one that is computed, a local of some thread. */
function validateStarts(
  program: Program,
  graph: Graph,
  step: Step,
  { where, source }: ExpressionScope,
): readonly Diagnostic[] {
  const localsOf = (thread: Thread): readonly string[] =>
    program.graphs.find(({ name }) => name === thread.graph)?.locals.map(({ name }) => name) ?? [];
  const missing = (who: string, local: string): Diagnostic =>
    errorDiagnostic("unknown-local", `${who} local ${local} to start with (in ${where})`, {
      source,
    });
  return step.starts.flatMap(({ thread, arguments: given }) => {
    const numbers = startTargets(program, graph, thread);
    if (numbers === "any") {
      const locals = new Set(program.threads.flatMap(localsOf));
      return given.flatMap(({ local }) =>
        locals.has(local) ? [] : [missing("no thread has a", local)],
      );
    }
    return numbers.flatMap((number): readonly Diagnostic[] => {
      const child = program.threads[number - 1];
      if (child) {
        const locals = localsOf(child);
        return given
          .filter(({ local }) => !locals.includes(local))
          .map(({ local }) => missing(`${child.name} has no`, local));
      }
      const message = `there is no thread number ${number} (in ${where})`;
      return [errorDiagnostic("unknown-thread", message, { source })];
    });
  });
}

/** Locations that no path of steps leads to, whatever the guards say. */
function validateReachability({ name, locations }: Graph): readonly Diagnostic[] {
  const reached = new Set(reachableLocations(locations));
  return locations
    .filter((location) => !reached.has(location))
    .map(({ label, source }) =>
      warningDiagnostic("unreachable-location", `no path of ${name} leads to ${label}`, source),
    );
}
