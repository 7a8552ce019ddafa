/**
 * The statements that make a step's successor. Assignments of a step are simultaneous: where one would change what a
 * later one reads, all values are first put into hidden variables, which are no part of the state.
 */
import { constant, type Expression } from "../ir/expression.ts";
import type { Step } from "../ir/program.ts";
import { intervalOf, isSingle } from "./interval.ts";
import {
  type Dialect,
  dialectOf,
  indexText,
  place,
  printed,
  promelaText,
  type Scope,
} from "./promela-expression.ts";
import { codeOf, entryCode, type Model, type ThreadModel } from "./promela-model.ts";
import type { Storage } from "./promela-storage.ts";
import {
  type Beginning,
  beginningsOf,
  isEntangled,
  onlyBeginning,
  updatesOf,
  type Write,
} from "./promela-write.ts";

/** A value where it can be read: in an expression, or already in a hidden variable. */
type Source =
  | { readonly kind: "expression"; readonly expression: Expression }
  | { readonly kind: "temporary"; readonly identifier: string; readonly dialect: Dialect };

/** Turns expressions into sources, and keeps the statements that fill the hidden variables. */
interface Reader {
  readonly scope: Scope;
  readonly statements: readonly string[];
  readonly declarations: readonly string[];
  source(expression: Expression): Source;
}

export function successorStatements(
  model: Model,
  runner: ThreadModel,
  step: Step,
): { readonly statements: readonly string[]; readonly declarations: readonly string[] } {
  const writes = updatesOf(runner, step);
  const starts = beginningsOf(model, runner, step);
  const entangled = isEntangled(runner, writes, starts.flat());
  const reader = entangled ? hiddenReader(runner.scope) : directReader(runner.scope);
  const assignments = writes.map((write) => assigned(reader, write));
  const begun = starts.map((beginnings) => begin(reader, beginnings));
  const moved = `${runner.location.identifier} = ${codeOf(runner.graph, step.to)}`;
  return {
    statements: [...reader.statements, ...assignments, moved, ...begun.flat()],
    declarations: reader.declarations,
  };
}

const directReader = (scope: Scope): Reader => ({
  scope,
  statements: [],
  declarations: [],
  source: (expression) => ({ kind: "expression", expression }),
});

function hiddenReader(scope: Scope): Reader {
  const statements: string[] = [];
  const declarations: string[] = [];
  return {
    scope,
    statements,
    declarations,
    source(expression) {
      if (isSingle(intervalOf(scope, expression))) return { kind: "expression", expression };
      const dialect = dialectOf(scope, expression);
      const text = printed(scope, expression, dialect);
      const wide = dialect === "c";
      const identifier = `${wide ? "wide" : "value"}_${statements.length}`;
      declarations.push(wide ? `c_decl { long long ${identifier}; }` : `hidden int ${identifier};`);
      statements.push(wide ? `c_code { ${identifier} = ${text}; }` : `${identifier} = ${text}`);
      return { kind: "temporary", identifier, dialect };
    },
  };
}

function assigned(reader: Reader, { storage, index, value }: Write): string {
  const { scope } = reader;
  const [at, from] = [reader.source(index), reader.source(value)];
  const dialects = [at, from].map((source) => sourceDialect(scope, source));
  const dialect = storage.foreign || dialects.includes("c") ? "c" : "promela";
  const target = place(storage, sourceIndex(scope, { storage, source: at, dialect }), dialect);
  const statement = `${target} = ${sourceText(scope, from, dialect)}`;
  return dialect === "c" ? `c_code { ${statement}; }` : statement;
}

function sourceDialect(scope: Scope, source: Source): Dialect {
  return source.kind === "temporary" ? source.dialect : dialectOf(scope, source.expression);
}

function sourceText(scope: Scope, source: Source, dialect: Dialect): string {
  return source.kind === "temporary"
    ? source.identifier
    : printed(scope, source.expression, dialect);
}

function sourceIndex(
  scope: Scope,
  { storage, source, dialect }: { storage: Storage; source: Source; dialect: Dialect },
): string {
  if (source.kind === "expression") return indexText(scope, storage, source.expression, dialect);
  return storage.first === 0 ? source.identifier : `${source.identifier} - 1`;
}

/**
 * Puts a thread at its first location; where the expression can mean several threads, the one it means. One that means
 * none is a defect of the Program, which the interpreter does not survive either.
 */
function begin(reader: Reader, beginnings: readonly Beginning[]): readonly string[] {
  const only = onlyBeginning(beginnings);
  if (only) return beginStatements(reader, only);
  const [first] = beginnings;
  if (!first) return ["assert(false)"];
  const options = beginnings.map((beginning) => ({
    number: beginning.child.number,
    statements: beginStatements(reader, beginning),
  }));
  const child = numberText(reader, first.start.thread);
  const lines = options.map(
    ({ number, statements }) => `  :: ${child} == ${number} -> ${statements.join("; ")}`,
  );
  return [["if", ...lines, "  :: else -> assert(false)", "fi"].join("\n")];
}

/** The number of the thread that starts, in Promela: it was read before anything changed. */
function numberText(reader: Reader, thread: Expression): string {
  const source = reader.source(thread);
  if (source.kind === "expression") return promelaText(reader.scope, source.expression);
  return source.dialect === "c" ? `c_expr { ${source.identifier} }` : source.identifier;
}

function beginStatements(reader: Reader, { child, writes }: Beginning): readonly string[] {
  const given = new Map(writes.map((write) => [write.storage, write]));
  const locals = [...child.locals.values()].map((storage) => {
    const initial = { storage, index: constant(0), value: constant(storage.initial[0] ?? 0) };
    return assigned(reader, given.get(storage) ?? initial);
  });
  return [...locals, `${child.location.identifier} = ${entryCode(child.graph)}`];
}
