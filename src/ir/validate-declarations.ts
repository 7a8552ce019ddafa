/** The names, types and initial values that a Program declares. */
import { type Diagnostic, errorDiagnostic } from "./diagnostic.ts";
import type { Graph, Program, Thread, Variable } from "./program.ts";
import type { Span } from "./span.ts";
import { bounds, contains, type Type, valueText } from "./type.ts";

/** A diagnostic of severity warning. */
export function warningDiagnostic(id: string, message: string, source?: Span): Diagnostic {
  return { ...errorDiagnostic(id, message, { source }), severity: "warning" };
}

export function validateDeclarations(program: Program): readonly Diagnostic[] {
  const { variables, graphs, threads } = program;
  const numbers = [program.exclusiveLevel, ...Object.values(program.parameters)];
  return [
    ...numbers.flatMap((value) => notInteger(value, "a level or parameter of the Program")),
    ...duplicates("variable", variables),
    ...duplicates("graph", graphs),
    ...duplicates("thread", threads),
    ...variables.flatMap((variable) => validateVariable(variable, threads.length)),
    ...graphs.flatMap(validateLocals),
    ...threads.flatMap((thread) => validateThread(thread, graphs)),
  ];
}

/** Names that occur a second time, or are empty. */
export function duplicates(
  what: string,
  named: readonly { readonly name: string; readonly source?: Span }[],
): readonly Diagnostic[] {
  const first = new Map<string, { readonly source?: Span }>();
  return named.flatMap(({ name, source }) => {
    if (name === "") return [errorDiagnostic("empty-name", `a ${what} has no name`, { source })];
    const earlier = first.get(name);
    if (!earlier) {
      first.set(name, { ...(source && { source }) });
      return [];
    }
    const notes = [{ message: "the first one is here", ...earlier }];
    return [
      errorDiagnostic("duplicate-name", `a second ${what} is called ${name}`, { source, notes }),
    ];
  });
}

export function notInteger(value: number, what: string, source?: Span): readonly Diagnostic[] {
  if (Number.isSafeInteger(value)) return [];
  return [errorDiagnostic("not-an-integer", `${what} is ${value}, no whole number`, { source })];
}

function validateVariable(variable: Variable, threads: number): readonly Diagnostic[] {
  const { name, type, first, initial, tags, source } = variable;
  const problems = [
    ...validateType(name, type, source),
    ...initial.flatMap((value) => outOfType(name, type, value, source)),
  ];
  if (initial.length === 0) {
    problems.push(errorDiagnostic("wrong-length", `variable ${name} has no cell`, { source }));
  }
  if ((tags.level || tags.private) && (first !== 1 || initial.length !== threads)) {
    const message = `variable ${name} is indexed by thread, so it needs the cells 1 to ${threads}`;
    problems.push(errorDiagnostic("wrong-length", message, { source }));
  }
  return problems;
}

function validateLocals(graph: Graph): readonly Diagnostic[] {
  return [
    ...duplicates(`local of ${graph.name}`, graph.locals),
    ...graph.locals.flatMap(({ name, type, initial, source }) => [
      ...validateType(name, type, source),
      ...outOfType(name, type, initial, source),
    ]),
  ];
}

function validateThread(thread: Thread, graphs: readonly Graph[]): readonly Diagnostic[] {
  const graph = graphs.find(({ name }) => name === thread.graph);
  if (!graph) {
    const message = `thread ${thread.name} runs ${thread.graph}, which is no graph`;
    return [errorDiagnostic("unknown-graph", message)];
  }
  const { source } = graph;
  const constants = Object.entries(thread.constants).flatMap(([name, value]) =>
    notInteger(value, `constant ${name} of thread ${thread.name}`, source),
  );
  const locals = Object.entries(thread.locals ?? {}).flatMap(([name, value]) => {
    const local = graph.locals.find((candidate) => candidate.name === name);
    if (local) return outOfType(`${name} of thread ${thread.name}`, local.type, value, source);
    const message = `thread ${thread.name} gives a value to ${name}, which is no local of ${graph.name}`;
    return [errorDiagnostic("unknown-local", message, { source })];
  });
  return [...constants, ...locals];
}

function validateType(name: string, type: Type, source?: Span): readonly Diagnostic[] {
  const { min, max } = bounds(type);
  if (isEmpty(type)) {
    const message = `the type of ${name} has no values: ${min} to ${max}`;
    return [errorDiagnostic("empty-type", message, { source })];
  }
  if (type.kind !== "enumeration") return [];
  const members = type.members.map((member) => ({ name: member, ...(source && { source }) }));
  return duplicates(`member of ${type.name}`, members);
}

function isEmpty(type: Type): boolean {
  const { min, max } = bounds(type);
  return !Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min > max;
}

function outOfType(name: string, type: Type, value: number, source?: Span): readonly Diagnostic[] {
  if (isEmpty(type) || contains(type, value)) return [];
  const { min, max } = bounds(type);
  const message = `${name} starts as ${valueText(type, value)}, which is not within ${min} to ${max}`;
  return [errorDiagnostic("initial-out-of-range", message, { source })];
}
