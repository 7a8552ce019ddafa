/**
 * A routine's body under recording: statements, locals, sites. What authors call is in `thread.ts`, on top of this.
 */
import { constant, type Expression, rewrite } from "../ir/expression.ts";
import type { Update } from "../ir/program.ts";
import type { RuleId } from "../ir/rules.ts";
import type { Span } from "../ir/span.ts";
import type { Type } from "../ir/type.ts";
import { read } from "../kernel/memory.ts";
import type { ObjectArgument, Routine } from "../kernel/routine.ts";
import { type CallSite, describeCall } from "../lower/call.ts";
import { localStep, PLAIN_OUTCOME, type Statement, type Template } from "../lower/statement.ts";
import { callerSpan } from "./caller.ts";
import { placeOf } from "./memory.ts";
import type { ModelContext } from "./model-context.ts";
import { recording } from "./recording.ts";
import { expressionOf, type Operand, Value } from "./value.ts";

/** A local of the running thread: reading and writing it costs no step. */
export class Local extends Value {
  readonly name: string;

  constructor(name: string, type: Type) {
    super({ kind: "local", name }, type);
    this.name = name;
  }
}

export class RecordedBody {
  readonly model: ModelContext;
  readonly name: string;
  private readonly locals: Template["locals"][number][] = [];
  private readonly creates: Template["creates"][number][] = [];
  private readonly allocates: Template["allocates"][number][] = [];
  private readonly acquired = new Set<string>();
  private readonly idle = new Map<string, Local[]>();
  protected readonly loops: { readonly leave: string; readonly again: string }[] = [];
  protected readonly functions: string[] = ["thread"];
  private statements: Statement[] = [];
  private labels = 0;

  constructor(model: ModelContext, name: string) {
    this.model = model;
    this.name = name;
  }

  /** Notes a recorded call and where it stands in the model. */
  called(): Span | undefined {
    const source = callerSpan();
    recording().call(() => source);
    return source;
  }

  /** Records a statement. */
  push(statement: Statement): void {
    this.statements.push(statement);
  }

  /** What the body records, apart. */
  collected(body: () => void): readonly Statement[] {
    const outer = this.statements;
    this.statements = [];
    try {
      body();
      return this.statements;
    } finally {
      this.statements = outer;
    }
  }

  /** A body that `leave(label)` ends. */
  scope(label: string, body: () => void): void {
    this.push({ kind: "scope", label, body: this.collected(body) });
  }

  /** A body that `return` ends. */
  functionScope(name: string, body: () => void): void {
    const label = this.label(name);
    this.functions.push(label);
    this.scope(label, body);
    this.functions.pop();
  }

  leave(label: string): void {
    this.push({ kind: "leave", label });
  }

  label(name: string): string {
    this.labels += 1;
    return `${name} ${this.labels}`;
  }

  newLocal(name: string, type: Type, hidden: boolean): Local {
    const same = this.locals.filter(
      (local) => local.name === name || local.name.startsWith(`${name} `),
    ).length;
    const unique = same === 0 ? name : `${name} ${same + 1}`;
    this.locals.push({
      name: unique,
      type,
      initial: lowest(type),
      ...(hidden && { hidden: true }),
    });
    return new Local(unique, type);
  }

  /** Sets a local; no step. */
  set(local: Local, value: Expression): void {
    const update: Update = { target: { kind: "local", name: local.name }, value };
    this.push(localStep(`${local.name} =`, [update]));
  }

  /** A site where this routine creates a thread; its number is a constant of the running thread. */
  createSite(template: string, source: Span | undefined): Expression {
    const site = this.label(`create ${template}`);
    this.creates.push({ site, template, ...(source && { source }) });
    return { kind: "own", name: site };
  }

  /** A site where this routine allocates; slots in loops are used again. */
  allocateSite(
    storage: string,
    source: Span | undefined,
  ): { readonly site: string; readonly first: Expression; readonly slots: number } {
    const site = this.label(`allocate ${storage}`);
    const slots = this.loops.length > 0 ? this.model.slotsInLoops : 1;
    this.allocates.push({ site, storage, slots, ...(source && { source }) });
    return { site, first: { kind: "own", name: site }, slots };
  }

  /**
   * Records a call of a routine. The results are values; those that nothing uses cost nothing.
   * `sections: false` keeps the call from opening or closing a section of mutual exclusion.
   */
  call(
    routine: Routine,
    given: {
      readonly objects?: readonly ObjectArgument[];
      readonly values?: Readonly<Record<string, Expression>>;
      readonly options?: Readonly<Record<string, string>>;
      readonly sections?: boolean;
      readonly label?: string;
      /** Locals that take results, by result name; the others get locals of their own if they are used. */
      readonly into?: Readonly<Record<string, Local>>;
      readonly source: Span | undefined;
    },
  ): Readonly<Record<string, Value>> {
    const objects = given.objects ?? [];
    const targets = new Map<string, Local>(Object.entries(given.into ?? {}));
    for (const { prefix } of routine.section === "enter" ? objects : []) this.acquired.add(prefix);
    for (const { prefix } of routine.revokes ? objects : []) this.model.revoke(prefix);
    const site: CallSite = {
      routine,
      objects,
      values: given.values ?? {},
      options: given.options ?? {},
      results: () =>
        Object.fromEntries([...targets].map(([name, { name: target }]) => [name, target])),
      acquires: () => objects.some(({ prefix }) => this.acquired.has(prefix)),
      sections: given.sections ?? true,
      graph: this.name,
      ...(given.label !== undefined && { label: given.label }),
      ...(given.source && { source: given.source }),
    };
    const source = given.source ? { source: given.source } : {};
    if (routine.arrives) {
      this.push({
        kind: "step",
        describe: (sizes) => describeCall(site, sizes, "arrival"),
        ...source,
      });
    }
    this.push({
      kind: "step",
      describe: (sizes) => describeCall(site, sizes, "completion"),
      ...source,
    });
    return this.resultValues(routine, targets);
  }

  private resultValues(
    routine: Routine,
    targets: Map<string, Local>,
  ): Readonly<Record<string, Value>> {
    const results = Object.entries<Type>(routine.results ?? {}).map(([name, type]) => {
      // Only a result that somebody uses takes room in the state.
      const own = targets.get(name) ?? this.newLocal(name, type, false);
      return [name, new Value(own.expression, type, () => targets.set(name, own))] as const;
    });
    return Object.fromEntries(results);
  }

  /** A violation that stops the run here. */
  violate(rule: RuleId, message: string, source: Span | undefined): void {
    const place = `${this.name}${source ? `:${source.line}` : ""} ${rule}`;
    const fatal = { rule, message, place, ...(source && { source }) };
    this.push({
      kind: "step",
      describe: () => ({ label: rule, local: true, outcomes: [{ ...PLAIN_OUTCOME, fatal }] }),
    });
  }

  /**
   * Reads the memory in the operands into temporaries, left to right, calls `use` with what is left, and gives the
   * temporaries back: they are zero again in the state after the step that used them.
   */
  evaluated<T>(
    operands: readonly Operand[],
    source: Span | undefined,
    use: (values: readonly Expression[]) => T,
  ): T {
    const taken: Local[] = [];
    const values = operands.map((operand) => this.withReads(expressionOf(operand), source, taken));
    const result = use(values);
    this.giveBack(taken);
    return result;
  }

  /** The recorded routine. */
  template(source: Span | undefined): Template {
    const { name, locals, creates, allocates } = this;
    const body: Statement[] = [{ kind: "scope", label: "thread", body: this.statements }];
    return { name, locals, creates, allocates, body, ...(source && { source }) };
  }

  protected withReads(
    expression: Expression,
    source: Span | undefined,
    taken: Local[],
  ): Expression {
    return rewrite(expression, (part) => {
      const variable = part.kind === "cell" ? this.model.memory(part.variable) : undefined;
      if (part.kind !== "cell" || !variable) return part;
      const temporary = this.temporary(variable.type);
      taken.push(temporary);
      const routine = read("read", placeOf(variable, part.index), !variable.atomic);
      this.call(routine, { label: `read ${variable.display}`, source, into: { value: temporary } });
      return temporary.expression;
    });
  }

  private temporary(type: Type): Local {
    const key = JSON.stringify(type);
    return this.idle.get(key)?.pop() ?? this.newLocal("read", type, true);
  }

  private giveBack(taken: readonly Local[]): void {
    for (const local of taken) {
      this.set(local, constant(lowest(local.type)));
      const key = JSON.stringify(local.type);
      this.idle.set(key, [...(this.idle.get(key) ?? []), local]);
    }
  }
}

/** The value that a local of this type starts with: 0 where it is one. */
export function lowest(type: Type): number {
  return type.kind === "range" && type.min > 0 ? type.min : 0;
}
