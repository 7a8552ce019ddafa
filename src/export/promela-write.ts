/** What a step assigns, to cells, to its own locals and to those of threads it starts; wrapped as the types say. */
import {
  atLeast,
  atMost,
  binary,
  constant,
  type Expression,
  minus,
  walk,
} from "../ir/expression.ts";
import type { Start, Step } from "../ir/program.ts";
import { bounds, contains, type Type } from "../ir/type.ts";
import { intervalOf, isSingle, isWithin } from "./interval.ts";
import { ALWAYS, all, any, conditionText, NEVER, negated } from "./promela-condition.ts";
import { readDirectly, type Scope } from "./promela-expression.ts";
import type { Model, ThreadModel } from "./promela-model.ts";
import type { Storage } from "./promela-storage.ts";

export interface Write {
  readonly storage: Storage;
  /** As the Program counts: the first cell of a field of objects is 1. */
  readonly index: Expression;
  readonly value: Expression;
}

/** A start of one thread that the step's expression can mean. */
export interface Beginning {
  readonly start: Start;
  readonly child: ThreadModel;
  /** Whether the expression means this thread. */
  readonly when: string;
  readonly writes: readonly Write[];
}

const zero = constant(0);

export function updatesOf({ scope }: ThreadModel, step: Step): readonly Write[] {
  return step.updates.map(({ target, value }) => {
    const isCell = target.kind === "cell";
    const storage = isCell ? scope.variable(target.variable) : scope.local(target.name);
    const index = isCell ? target.index : zero;
    return { storage, index, value: storedExpression(scope, storage.type, value) };
  });
}

/** Every thread that each start of the step can mean. */
export function beginningsOf(
  { threads }: Model,
  runner: ThreadModel,
  step: Step,
): readonly (readonly Beginning[])[] {
  return step.starts.map((start) => {
    const numbers = intervalOf(runner.scope, start.thread);
    const children = threads.filter(
      (child) =>
        isWithin({ min: child.number, max: child.number }, numbers) &&
        start.arguments.every(({ local }) => child.locals.has(local)),
    );
    return children.map((child) => {
      const same = binary("=", start.thread, constant(child.number));
      const when = conditionText(runner.scope, same);
      return { start, child, when, writes: argumentsOf(runner, child, start) };
    });
  });
}

function argumentsOf({ scope }: ThreadModel, child: ThreadModel, start: Start): readonly Write[] {
  return start.arguments.map(({ local, value }) => {
    const storage = child.scope.local(local);
    return { storage, index: zero, value: storedExpression(scope, storage.type, value) };
  });
}

/** The value that an assignment stores, as `stored` of the IR computes it. */
function storedExpression(scope: Scope, type: Type, value: Expression): Expression {
  if (type.kind !== "wrapping" || isWithin(intervalOf(scope, value), bounds(type))) return value;
  const half = 2 ** (type.bits - 1);
  const unsigned = binary("&", value, constant(2 * half - 1));
  if (!type.signed) return unsigned;
  return minus(binary("^", unsigned, constant(half)), constant(half));
}

/** Whether all values lie in their types; otherwise the step has no successor. */
export function insideText(
  { scope }: ThreadModel,
  writes: readonly Write[],
  beginnings: readonly Beginning[],
): string {
  return all([
    ...writes.map((write) => fitsText(scope, write)),
    ...beginnings.map(({ when, writes: given }) =>
      any([negated(when), all(given.map((write) => fitsText(scope, write)))]),
    ),
  ]);
}

function fitsText(scope: Scope, { storage, value }: Write): string {
  const { min, max } = bounds(storage.type);
  const interval = intervalOf(scope, value);
  if (isSingle(interval)) return contains(storage.type, interval.min) ? ALWAYS : NEVER;
  const low = interval.min < min ? conditionText(scope, atLeast(value, constant(min))) : ALWAYS;
  const high = interval.max > max ? conditionText(scope, atMost(value, constant(max))) : ALWAYS;
  return all([low, high]);
}

/**
 * Whether assigning in order would differ from assigning at once: something reads what was written before it.
 */
export function isEntangled(
  { scope }: ThreadModel,
  writes: readonly Write[],
  beginnings: readonly Beginning[],
): boolean {
  const written = new Set<Storage>();
  const reads = (...expressions: readonly Expression[]): boolean =>
    expressions.some((expression) =>
      [...storagesOf(scope, expression)].some((s) => written.has(s)),
    );
  for (const { storage, index, value } of writes) {
    if (reads(index, value)) return true;
    written.add(storage);
  }
  for (const { start, child, writes: given } of beginnings) {
    for (const storage of child.locals.values()) written.add(storage);
    if (reads(start.thread, ...given.map(({ value }) => value))) return true;
  }
  return false;
}

function storagesOf(scope: Scope, expression: Expression): ReadonlySet<Storage> {
  const storages = new Set<Storage>();
  walk(expression, (part) => {
    for (const storage of readDirectly(scope, part)) storages.add(storage);
  });
  return storages;
}

/** The beginning of a start that can mean one thread only. */
export function onlyBeginning(beginnings: readonly Beginning[]): Beginning | undefined {
  const [first] = beginnings;
  return first?.when === ALWAYS ? first : undefined;
}
