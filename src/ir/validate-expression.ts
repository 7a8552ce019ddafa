/** What an expression may name at its place, and the threads that starts can mean. */
import { type Diagnostic, errorDiagnostic } from "./diagnostic.ts";
import { type Expression, walk } from "./expression.ts";
import type { Graph, Local, Program, Thread, Variable } from "./program.ts";
import type { Span } from "./span.ts";
import { notInteger } from "./validate-declarations.ts";

/** What is visible to an expression. Properties see least: no thread runs them. */
export interface ExpressionScope {
  readonly variables: ReadonlyMap<string, Variable>;
  /** The locals that may be read; missing outside graphs. */
  readonly locals?: ReadonlyMap<string, Local>;
  /** The threads that may run the expression; each must have the constants it reads. */
  readonly threads: readonly Thread[];
  /** Some thread runs the expression. */
  readonly self: boolean;
  /** Kinds that some variable or local refers to, and kinds that `referenced` asks for. */
  readonly kindsHeld: ReadonlySet<string>;
  readonly kindsAsked: Set<string>;
  /** Numbers of the threads that some step may start. */
  readonly started: ReadonlySet<number> | "any";
  /** Words for messages: `property x`. */
  readonly where: string;
  readonly source?: Span | undefined;
}

/** The scope of a property: cells and constants. */
export function scopeOf(program: Program): ExpressionScope {
  const locals = program.graphs.flatMap((graph) => graph.locals);
  const types = [...program.variables, ...locals].map(({ type }) => type);
  return {
    variables: new Map(program.variables.map((variable) => [variable.name, variable])),
    threads: [],
    self: false,
    kindsHeld: new Set(types.flatMap((type) => (type.kind === "reference" ? [type.to] : []))),
    kindsAsked: new Set(),
    started: startedBy(program),
    where: program.name,
  };
}

function startedBy(program: Program): ReadonlySet<number> | "any" {
  const numbers = new Set<number>();
  for (const graph of program.graphs) {
    const starts = graph.locations.flatMap(({ steps }) => steps.flatMap((step) => step.starts));
    for (const { thread } of starts) {
      const targets = startTargets(program, graph, thread);
      if (targets === "any") return "any";
      for (const target of targets) numbers.add(target);
    }
  }
  return numbers;
}

/** The numbers that a start may name, where its expression tells: a constant, or one of the thread's own. */
export function startTargets(
  program: Program,
  graph: Graph,
  thread: Expression,
): readonly number[] | "any" {
  if (thread.kind === "constant") return [thread.value];
  if (thread.kind !== "own") return "any";
  return program.threads
    .filter((runner) => runner.graph === graph.name && Object.hasOwn(runner.constants, thread.name))
    .map((runner) => runner.constants[thread.name] as number);
}

/** Every name and index of an expression that its scope does not have. */
export function validateExpression(
  expression: Expression,
  scope: ExpressionScope,
): readonly Diagnostic[] {
  const problems: Diagnostic[] = [];
  walk(expression, (part) => {
    problems.push(...validatePart(part, scope));
  });
  return problems;
}

function validatePart(part: Expression, scope: ExpressionScope): readonly Diagnostic[] {
  const { where, source } = scope;
  const error = (id: string, message: string): readonly Diagnostic[] => [
    errorDiagnostic(id, `${message} (in ${where})`, { source }),
  ];
  switch (part.kind) {
    case "constant":
      return notInteger(part.value, `a constant in ${where}`, source);
    case "cell":
      return validateCell(part.variable, part.index, scope);
    case "local":
      if (!scope.locals)
        return error("local-out-of-place", `local ${part.name} cannot be read here`);
      if (scope.locals.has(part.name)) return [];
      return error("unknown-local", `there is no local ${part.name}`);
    case "self":
      return scope.self
        ? []
        : error("self-out-of-place", "no thread runs this, so self means none");
    case "own": {
      if (!scope.self)
        return error("self-out-of-place", `no thread runs this, so ${part.name} means none`);
      const without = scope.threads.find(({ constants }) => !Object.hasOwn(constants, part.name));
      if (!without) return [];
      return error("unknown-constant", `thread ${without.name} has no constant ${part.name}`);
    }
    case "referenced":
      scope.kindsAsked.add(part.to);
      return [];
    default:
      return [];
  }
}

/** A cell that is read, written or touched: the variable exists, and a constant index lies in it. */
export function validateCell(
  name: string,
  index: Expression,
  { variables, where, source }: ExpressionScope,
): readonly Diagnostic[] {
  const variable = variables.get(name);
  if (!variable) {
    const message = `there is no variable ${name} (in ${where})`;
    return [errorDiagnostic("unknown-variable", message, { source })];
  }
  if (index.kind !== "constant") return [];
  const { first, initial } = variable;
  const last = first + initial.length - 1;
  if (index.value >= first && index.value <= last) return [];
  const message = `${name} has the cells ${first} to ${last}, not ${index.value} (in ${where})`;
  return [errorDiagnostic("index-out-of-bounds", message, { source })];
}
