/**
 * What is wrong in a Program: every name resolves, every value fits its type, every thread can be started and every
 * location be reached. All problems at once, each with the nearest source place.
 *
 * Whoever makes a Program or reads one from outside validates it; the interpreter and the engines then only assert.
 * Not decided here: what depends on values, such as an index that is computed.
 */
import { type Diagnostic, errorDiagnostic } from "./diagnostic.ts";
import type { Program } from "./program.ts";
import { isRuleId } from "./rules.ts";
import { duplicates, validateDeclarations, warningDiagnostic } from "./validate-declarations.ts";
import { type ExpressionScope, scopeOf, validateExpression } from "./validate-expression.ts";
import { validateGraph } from "./validate-graph.ts";

/** Numbers of threads beyond this are a mistake in the model: no search gets through them. */
const THREADS_MAX = 1000;

/** Every problem of a Program, errors and warnings, in the order of its parts. */
export function validate(program: Program): readonly Diagnostic[] {
  const scope = scopeOf(program);
  return [
    ...validateDeclarations(program),
    ...program.graphs.flatMap((graph) => validateGraph(program, graph, scope)),
    ...validateThreads(program, scope),
    ...validateProperties(program, scope),
    ...validateViolations(program),
    ...validateReferenceKinds(scope),
  ];
}

function validateThreads(program: Program, scope: ExpressionScope): readonly Diagnostic[] {
  const { threads } = program;
  const message = `${threads.length} threads are more than the ${THREADS_MAX} that a Program may have`;
  const tooMany =
    threads.length > THREADS_MAX
      ? [errorDiagnostic("too-many-threads", message, { source: program.source })]
      : [];
  const levels = threads.flatMap((thread) =>
    validateExpression(thread.level, {
      ...scope,
      where: `the level of thread ${thread.name}`,
      threads: [thread],
      self: true,
    }),
  );
  const unstarted = threads.flatMap((thread, index) => {
    if (thread.start === "active" || scope.started === "any" || scope.started.has(index + 1)) {
      return [];
    }
    return [warningDiagnostic("never-started", `nothing starts thread ${thread.name}`)];
  });
  return [...tooMany, ...levels, ...unstarted];
}

function validateProperties(program: Program, scope: ExpressionScope): readonly Diagnostic[] {
  const { properties } = program;
  return [
    ...duplicates("property", properties),
    ...properties.flatMap(({ name, expression, violation }) =>
      validateExpression(expression, {
        ...scope,
        where: `property ${name}`,
        source: violation.source,
      }),
    ),
  ];
}

/** Violations outside graphs; those of steps are seen with their step. */
function validateViolations(program: Program): readonly Diagnostic[] {
  const violations = [
    ...program.properties.map(({ violation }) => violation),
    ...program.initialViolations,
    ...program.warnings,
  ];
  const rules = violations.flatMap(({ rule, source }) =>
    isRuleId(rule) ? [] : [errorDiagnostic("unknown-rule", `there is no rule ${rule}`, { source })],
  );
  const threads = program.initialViolations.flatMap(({ thread, source }) =>
    program.threads[thread - 1]
      ? []
      : [errorDiagnostic("unknown-thread", `there is no thread number ${thread}`, { source })],
  );
  return [...rules, ...threads];
}

/** A `referenced` that can only be false: probably a misspelt kind, but harmless. */
function validateReferenceKinds({ kindsAsked, kindsHeld }: ExpressionScope): readonly Diagnostic[] {
  return [...kindsAsked]
    .filter((kind) => !kindsHeld.has(kind))
    .map((kind) =>
      warningDiagnostic("never-referenced", `no variable or local holds references to ${kind}`),
    );
}
