/**
 * Programs by hand, for tests: short to write, validated, and every default plain to see.
 *
 * A thread is a list of locations; a step without `to` goes to the next one, the last one's to ENDED.
 */
import { type Diagnostic, diagnosticText } from "../../src/ir/diagnostic.ts";
import {
  cell,
  constant,
  type Expression,
  equals,
  local,
  plus,
  self,
} from "../../src/ir/expression.ts";
import type {
  Access,
  Graph,
  Local,
  Location,
  Program,
  Property,
  Start,
  Step,
  Thread,
  Update,
  Variable,
} from "../../src/ir/program.ts";
import { ENDED } from "../../src/ir/program.ts";
import type { PlainRuleId, RuleId } from "../../src/ir/rules.ts";
import type { Type } from "../../src/ir/type.ts";
import { validate } from "../../src/ir/validate.ts";

export const boolean: Type = { kind: "boolean" };
export const range = (min: number, max: number): Type => ({ kind: "range", min, max });
export const wrapping = (bits: 8 | 16 | 32, signed: boolean): Type => ({
  kind: "wrapping",
  bits,
  signed,
});
export const reference = (to: string, slots: number): Type => ({ kind: "reference", to, slots });

/** A scalar that starts at 0, unless `extra` says otherwise. */
export function variable(name: string, type: Type, extra: Partial<Variable> = {}): Variable {
  return { name, type, first: 0, initial: [0], cluster: name, tags: {}, ...extra };
}

/** The holder of a lock: 0, or the number of the thread that owns it. */
export function lock(name: string, extra: Partial<Variable> = {}): Variable {
  return variable(name, range(0, 9), { tags: { holder: name }, ...extra });
}

export function localVariable(name: string, type: Type, initial = 0): Local {
  return { name, type, initial };
}

export function set(name: string, value: Expression | number, index: Expression | number = 0) {
  const at = typeof index === "number" ? constant(index) : index;
  const target = { kind: "cell", variable: name, index: at } as const;
  return { target, value: typeof value === "number" ? constant(value) : value } satisfies Update;
}

export function setLocal(name: string, value: Expression | number): Update {
  const target = { kind: "local", name } as const;
  return { target, value: typeof value === "number" ? constant(value) : value };
}

export const access = (name: string, writes: boolean, plain = true): Access => ({
  variable: name,
  index: constant(0),
  writes,
  plain,
});

export function start(thread: Expression | number, given: Record<string, Expression> = {}): Start {
  return {
    thread: typeof thread === "number" ? constant(thread) : thread,
    arguments: Object.entries(given).map(([name, value]) => ({ local: name, value })),
  };
}

export const violation = (rule: RuleId, place: string = rule) => ({ rule, message: rule, place });

/** A step of which only what matters is said. */
export type StepSketch = Partial<Step>;

export interface LocationSketch extends Omit<Location, "steps" | "label"> {
  readonly label?: string;
  readonly steps: readonly StepSketch[];
}

/** A location; its label is its id. */
export function at(
  id: string,
  steps: StepSketch | readonly StepSketch[],
  extra: Partial<LocationSketch> = {},
): LocationSketch {
  return { id, steps: "length" in steps ? (steps as readonly StepSketch[]) : [steps], ...extra };
}

/** One step that does nothing but go on. */
export const skip = (id: string): LocationSketch => at(id, {});

/** Waits until the lock is free, then owns it. */
export function acquire(name: string, id = `acquire ${name}`): LocationSketch {
  const free = equals(cell(name), constant(0));
  return at(
    id,
    { guards: [free], updates: [set(name, self)] },
    {
      waits: { object: name, kind: "lock", owner: cell(name) },
      requests: { holder: name, index: constant(0) },
    },
  );
}

export function release(name: string, id = `release ${name}`): LocationSketch {
  return at(id, { updates: [set(name, 0)] });
}

/** `name = name + 1` as compiled code does it: a read step, then a write step, through the local `seen`. */
export function increment(name: string): readonly LocationSketch[] {
  return [
    at(`read ${name}`, {
      updates: [setLocal("seen", cell(name))],
      accesses: [access(name, false)],
    }),
    at(`write ${name}`, {
      updates: [set(name, plus(local("seen"), constant(1)))],
      accesses: [access(name, true)],
    }),
  ];
}

export interface ThreadSketch {
  readonly graph: Graph;
  readonly threads: readonly Thread[];
}

interface ThreadExtra extends Partial<Omit<Thread, "name" | "graph" | "locals">> {
  readonly locals?: readonly Local[];
  /** Initial values of locals that differ from the graph's. */
  readonly values?: Readonly<Record<string, number>>;
}

/** One thread with a graph of its own. */
export function thread(
  name: string,
  locations: readonly LocationSketch[],
  extra: ThreadExtra = {},
): ThreadSketch {
  return threads([name], locations, extra, name);
}

/** Several threads of one graph. */
export function threads(
  names: readonly string[],
  locations: readonly LocationSketch[],
  { locals = [], values, ...extra }: ThreadExtra = {},
  graph = "worker",
): ThreadSketch {
  const made = locations.map((sketch, index) => locationOf(sketch, locations[index + 1]?.id));
  return {
    graph: { name: graph, locals, locations: made },
    threads: names.map((name) => ({
      name,
      graph,
      start: "active",
      constants: {},
      level: constant(0),
      ...(values && { locals: values }),
      ...extra,
    })),
  };
}

function locationOf(sketch: LocationSketch, next: string = ENDED): Location {
  const steps = sketch.steps.map((step) => ({
    to: next,
    guards: [],
    updates: [],
    starts: [],
    accesses: [],
    checks: [],
    ...step,
  }));
  return { label: sketch.id, ...sketch, steps };
}

export function property(
  kind: Property["kind"],
  name: string,
  expression: Expression,
  rule: RuleId | PlainRuleId = `${kind === "atEnd" ? "at-end" : kind}:${name}`,
): Property {
  return { kind, name, expression, violation: violation(rule, name) };
}

interface ProgramSketch extends Partial<Omit<Program, "graphs" | "threads">> {
  readonly threads: readonly ThreadSketch[];
}

/** A Program as sketched, whether or not it is valid. */
export function sketchProgram({ threads: sketches, ...extra }: ProgramSketch): Program {
  return {
    name: "test",
    variables: [],
    graphs: sketches.map(({ graph }) => graph),
    threads: sketches.flatMap((sketch) => sketch.threads),
    properties: [],
    initialViolations: [],
    exclusiveLevel: 2,
    warnings: [],
    choices: {},
    parameters: {},
    ...extra,
  };
}

/** A valid Program; throws what `validate` says of one that is not. */
export function buildProgram(sketch: ProgramSketch): Program {
  const program = sketchProgram(sketch);
  const errors = validate(program).filter(({ severity }: Diagnostic) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(diagnosticText).join("\n"));
  return program;
}
