/**
 * A model as its author writes it: `model("name", (m) => { … })`. Recording the body gives the structured model that
 * `lower/` turns into a Program. The body runs once for each set of parameters.
 */
import { type Diagnostic, errorDiagnostic } from "../ir/diagnostic.ts";
import { constant, type Expression } from "../ir/expression.ts";
import type { ProgramResult, Property } from "../ir/program.ts";
import type { Span } from "../ir/span.ts";
import { contains, type Type } from "../ir/type.ts";
import { HANDLE, HANDLE_PREFIX } from "../kernel/handle.ts";
import { type ObjectKind, viewOf } from "../kernel/object-kind.ts";
import { THREAD, THREAD_PREFIX } from "../kernel/thread.ts";
import type { Fields, PoolOptions } from "../library/pool-block.ts";
import { lower } from "../lower/lower.ts";
import type {
  Model,
  ObjectDescription,
  Root,
  Template,
  VariableDescription,
} from "../lower/statement.ts";
import { BlockType } from "./block.ts";
import { callerSpan } from "./caller.ts";
import { type DriverBodies, recordDriver, recordMain } from "./driver.ts";
import { IgnoredResults } from "./ignored.ts";
import { leakProperties } from "./leaks.ts";
import {
  Memory,
  type MemoryArray,
  type MemoryVariable,
  memoryArray,
  type ObjectReference,
} from "./memory.ts";
import type { ModelContext } from "./model-context.ts";
import { RecordingError, recorded } from "./recording.ts";
import { newThread, type Thread, type ThreadRoutine } from "./routines.ts";
import { expressionOf, type Operand } from "./value.ts";

/** A parameter that a model declared. */
export interface ParameterDeclaration {
  readonly name: string;
  readonly default: number;
  readonly from: number;
  readonly to: number;
}

/** What a model was recorded as, for one set of parameters. */
interface Recorded {
  readonly result: ProgramResult;
  readonly declared: readonly ParameterDeclaration[];
}

/** What a model file exports by default: plain data and one function. */
export interface ModelDefinition {
  readonly kind: "kecheck/model";
  readonly name: string;
  readonly record: (given: RecordingOptions) => Recorded;
}

interface RecordingOptions {
  readonly parameters: Readonly<Record<string, number>>;
}

export interface StartOptions {
  readonly name?: string;
  /** Threads of one processor exclude each other by IRQL. */
  readonly processor?: number;
  /** A service that may be left waiting. */
  readonly mayWaitForEver?: boolean;
}

/** The model under recording. Authors know it as `m`. */
export class ModelBody implements ModelContext {
  readonly slotsInLoops = 3;
  readonly templates: Template[] = [];
  readonly roots: Root[] = [];
  readonly objects: ObjectDescription[] = [];
  readonly variables: VariableDescription[] = [];
  readonly properties: Property[] = [];
  readonly ignored = new IgnoredResults();
  readonly blocks: BlockType[] = [];
  readonly declared: ParameterDeclaration[] = [];
  readonly values: Record<string, number> = {};
  readonly revoked = new Set<string>();
  readonly diagnostics: Diagnostic[] = [];
  /** Whether the model says when the driver is gone. */
  hasDriver = false;
  private readonly given: Readonly<Record<string, number>>;
  private readonly memories = new Map<string, MemoryVariable>();
  private readonly names = new Set<string>();

  constructor(given: Readonly<Record<string, number>>) {
    this.given = given;
    this.objects.push({ prefix: THREAD_PREFIX, kind: THREAD, storage: "thread" });
    this.objects.push({ prefix: HANDLE_PREFIX, kind: HANDLE, storage: "handle" });
  }

  /** A number that whoever checks the model may choose. */
  parameter(
    name: string,
    bounds: { readonly default: number; readonly from: number; readonly to: number },
  ): number {
    const source = callerSpan();
    this.declared.push({ name, ...bounds });
    const value = this.given[name] ?? bounds.default;
    if (!contains({ kind: "range", min: bounds.from, max: bounds.to }, value)) {
      this.diagnostics.push(
        errorDiagnostic(
          "parameter-out-of-range",
          `${name} = ${value}, but the model wants a whole number from ${bounds.from} to ${bounds.to}`,
          { source },
        ),
      );
    }
    this.values[name] = value;
    return value;
  }

  /** Plain memory that threads share. */
  shared(name: string, type: Type, initial: number | boolean = 0): Memory {
    return this.variable(name, type, initial, false);
  }

  /** Atomic memory: an Interlocked variable, or one of Rust's atomics. */
  atomic(name: string, type: Type, initial: number | boolean = 0): Memory {
    return this.variable(name, type, initial, true);
  }

  /** Plain memory with `length` cells, from 0. */
  array(name: string, type: Type, length: number, initial = 0): MemoryArray {
    const source = this.named(name);
    this.variables.push(
      memoryDescription(
        name,
        type,
        Array.from({ length }, () => initial),
        source,
      ),
    );
    return memoryArray(this.remembered(name, type, false), length);
  }

  /** A kernel object. */
  object<Name extends string>(
    name: string,
    kind: ObjectKind<Name>,
    initial: { readonly [Field in NoInfer<Name>]?: number } = {},
  ): ObjectReference<Name> {
    const source = this.named(name);
    this.objects.push({
      prefix: name,
      kind: kind as unknown as ObjectKind,
      length: 1,
      initial: initial as Readonly<Record<string, number>>,
      ...(source && { source }),
    });
    return objectAt(name, kind, 0, name);
  }

  /** Several kernel objects of one kind, in an array from 0. */
  objectArray<Name extends string>(
    name: string,
    kind: ObjectKind<Name>,
    length: number,
    initial: { readonly [Field in NoInfer<Name>]?: number } = {},
  ): readonly ObjectReference<Name>[] {
    return Array.from({ length }, (_, index) => this.object(`${name}[${index}]`, kind, initial));
  }

  /** A type of pool block. */
  block<F extends Fields>(name: string, fields: F, options: PoolOptions = {}): BlockType<F> {
    this.named(name);
    const block = new BlockType(name, fields, options);
    this.blocks.push(block as unknown as BlockType);
    for (const variable of block.memoryVariables()) this.memories.set(variable.name, variable);
    return block;
  }

  /** A routine that threads run. Recorded here, once; every creation makes a thread of its own. */
  thread(name: string, body: (t: Thread) => void): ThreadRoutine {
    const source = this.named(name);
    const thread = newThread(this, name);
    body(thread);
    this.templates.push(thread.template(source));
    return { threadRoutine: name };
  }

  /** A thread that is active from the start (litmus programs). */
  start(routine: ThreadRoutine, options: StartOptions = {}): void {
    this.roots.push({
      name: options.name ?? routine.threadRoutine,
      template: routine.threadRoutine,
      ...(options.processor !== undefined && { processor: options.processor }),
      ...(options.mayWaitForEver && { mayWaitForEver: true }),
    });
  }

  /** The driver's life: DriverEntry, then Unload, then it is gone. */
  driver(bodies: DriverBodies): void {
    this.lives(recordDriver(this, bodies));
  }

  /** Short for a DriverEntry that does everything, with an empty Unload right after it. */
  main(body: (t: Thread) => void): void {
    this.lives(recordMain(this, body));
  }

  /** Must hold in the initial state and after every step. */
  invariant(name: string, condition: Operand): void {
    this.property("invariant", name, condition);
  }

  /** Must hold wherever an execution ends. */
  atEnd(name: string, condition: Operand): void {
    this.property("atEnd", name, condition);
  }

  /** Must hold in some reachable state; a run to it is shown. */
  reachable(name: string, condition: Operand): void {
    this.property("reachable", name, condition);
  }

  // --- For the recording of bodies ---------------------------------------------------------------------------------

  memory(name: string): MemoryVariable | undefined {
    return this.memories.get(name);
  }

  revoke(prefix: string): void {
    this.revoked.add(prefix);
  }

  comparesAddresses(storage: string): () => string | undefined {
    const block = this.blocks.find((candidate) => candidate.storage === storage);
    const variable = block?.address();
    return () => variable;
  }

  /** The recorded model. */
  finished(name: string, source: Span | undefined): Model {
    const unknown = Object.keys(this.given).filter(
      (key) => !this.declared.some((one) => one.name === key),
    );
    for (const key of unknown) {
      const names = this.declared.map((one) => one.name).join(", ");
      this.diagnostics.push(
        errorDiagnostic("unknown-parameter", `the model has no parameter ${key}`, {
          source,
          fix: names === "" ? "it has none at all" : `its parameters are ${names}`,
        }),
      );
    }
    if (this.roots.length === 0) {
      this.diagnostics.push(
        errorDiagnostic("no-thread", "the model starts no thread", {
          source,
          fix: "use m.main, m.driver or m.start",
        }),
      );
    }
    return {
      name,
      ...(source && { source }),
      templates: this.templates,
      roots: this.roots,
      objects: [...this.objects, ...this.blocks.flatMap((block) => block.objects())],
      variables: [...this.variables, ...this.blocks.flatMap((block) => block.variables())],
      properties: (numbering) => [...this.properties, ...leakProperties(this, numbering)],
      warnings: this.ignored.warnings(),
      choices: {},
      parameters: this.values,
      depth: 4,
      revoked: this.revoked,
    };
  }

  /** The thread that runs the driver's life. */
  private lives(template: Template): void {
    this.hasDriver = true;
    this.templates.push(template);
    this.roots.push({ name: template.name, template: template.name });
  }

  private property(kind: Property["kind"], name: string, condition: Operand): void {
    const source = callerSpan();
    const prefix = kind === "atEnd" ? "at-end" : kind;
    this.properties.push({
      kind,
      name,
      expression: expressionOf(condition),
      violation: {
        rule: `${prefix}:${name}`,
        message:
          kind === "reachable"
            ? `"${name}" holds in no reachable state`
            : `"${name}" does not hold`,
        place: name,
        ...(source && { source }),
      },
    });
  }

  private variable(name: string, type: Type, initial: number | boolean, atomic: boolean): Memory {
    const source = this.named(name);
    this.variables.push(memoryDescription(name, type, [Number(initial)], source));
    return new Memory(this.remembered(name, type, atomic), constant(0));
  }

  private remembered(name: string, type: Type, atomic: boolean): MemoryVariable {
    const variable: MemoryVariable = { name, type, atomic, display: name, validity: () => [] };
    this.memories.set(name, variable);
    return variable;
  }

  /** Claims a name; gives the place of its declaration. */
  private named(name: string): Span | undefined {
    const source = callerSpan();
    if (this.names.has(name)) {
      throw new RecordingError(
        "duplicate-name",
        `the model has two things named ${name}`,
        source,
        "give each a name of its own",
      );
    }
    this.names.add(name);
    return source;
  }
}

function memoryDescription(
  name: string,
  type: Type,
  initial: readonly number[],
  source: Span | undefined,
): VariableDescription {
  return {
    name,
    type: () => type,
    initial,
    cluster: name,
    tags: { data: true },
    ...(source && { source }),
  };
}

/** The object of this kind at an index of its storage. */
function objectAt<Name extends string>(
  prefix: string,
  kind: ObjectKind<Name>,
  index: number,
  display: string,
): ObjectReference<Name> {
  const place: Expression = constant(index);
  return {
    kindName: kind.name as Name,
    kind: kind as unknown as ObjectKind,
    view: viewOf(kind as unknown as ObjectKind, prefix, place),
    display,
    prefix,
    index: place,
    first: 0,
    validity: [],
  };
}

/** Declares a model. The body is recorded, not run: see `Thread` for what a body may say. */
export function model(name: string, body: (m: ModelBody) => void): ModelDefinition {
  const source = callerSpan();
  const record = ({ parameters }: RecordingOptions): Recorded => {
    const under = new ModelBody(parameters);
    const { value, diagnostics } = recorded(() => {
      body(under);
      return under.finished(name, source);
    });
    const all = [...under.diagnostics, ...diagnostics];
    const { declared } = under;
    if (!value || all.some(({ severity }) => severity === "error")) {
      return { result: { ok: false, diagnostics: all }, declared };
    }
    const result = lower(value);
    return { result: { ...result, diagnostics: [...all, ...result.diagnostics] }, declared };
  };
  return { kind: "kecheck/model", name, record };
}
