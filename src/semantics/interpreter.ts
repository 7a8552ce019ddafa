/**
 * The reference interpreter: what a Program means. Slow, short, and the judge of every engine.
 *
 * A step is enabled if its thread stands before it, the scheduler lets the thread run, and every guard holds, tested in
 * order. Firing it evaluates all right sides and indices in the state before, then writes. Nothing here is shared with
 * the engines but the IR.
 */

import { placeOf } from "../ir/place.ts";
import type { Location, Program, Start, Step, Update, Violation } from "../ir/program.ts";
import { ENDED, UNBORN } from "../ir/program.ts";
import type { Choice } from "../ir/schedule.ts";
import { contains, stored, type Type, valueText } from "../ir/type.ts";
import { assert } from "../support/assert.ts";
import { evaluate } from "./evaluate.ts";
import { isActive, mayRun } from "./scheduling.ts";
import {
  entryOf,
  graphOf,
  initialLocals,
  localIndex,
  locationOf,
  type State,
  threadOf,
  variableAt,
  variableIndex,
} from "./state.ts";

/** A violation that a run committed, and who had part in it. */
export interface Found extends Violation {
  /** Numbers of the threads involved, the acting one first. */
  readonly threads: readonly number[];
}

/** What firing a step led to: `next` is missing when the run stops there. */
export interface Fired {
  readonly next?: State;
  readonly found: readonly Found[];
  readonly limit?: string;
}

/** The steps of one thread that could fire now. */
export function enabledStepsOf(program: Program, state: State, thread: number): readonly Choice[] {
  const location = locationOf(program, state, thread);
  if (!location || !mayRun(program, state, thread)) return [];
  const enabled = location.steps.flatMap((step, index) =>
    step.guards.every((guard) => evaluate(program, state, thread, guard) !== 0) ? [index] : [],
  );
  return enabled.map((step) => ({ thread, step, only: enabled.length === 1 }));
}

/** All transitions out of a state, by thread and then by the order of outcomes. */
export function enabledSteps(program: Program, state: State): readonly Choice[] {
  return program.threads.flatMap((_, index) => enabledStepsOf(program, state, index + 1));
}

export function stepOf(
  program: Program,
  state: State,
  choice: Choice,
): { location: Location; step: Step } {
  const location = locationOf(program, state, choice.thread);
  const step = location?.steps[choice.step];
  assert(
    location !== undefined && step !== undefined,
    `thread ${choice.thread} has no step ${choice.step}`,
  );
  return { location, step };
}

/** Fires an enabled step. */
export function fire(program: Program, state: State, choice: Choice): Fired {
  const { location, step } = stepOf(program, state, choice);
  const threads = [choice.thread];
  const found: Found[] = step.checks
    .filter((check) => evaluate(program, state, choice.thread, check.when) !== 0)
    .map(({ when: _, ...violation }) => ({ ...violation, threads }));
  if (step.limit !== undefined) return { found, limit: step.limit };
  if (step.fatal) return { found: [...found, { ...step.fatal, threads }] };
  found.push(...freedWhileWaited(program, state, choice.thread, step));

  const writes = step.updates.map((update) =>
    evaluatedWrite(program, state, choice.thread, update),
  );
  const starts = step.starts.map((start) => evaluatedStart(program, state, choice.thread, start));
  const all = [...writes, ...starts.flatMap((start) => start.writes)];
  const outside = all.find((write) => !contains(write.type, write.value));
  if (outside)
    return { found: [...found, rangeViolation(program, choice.thread, location, outside)] };
  return { next: applied(program, state, choice.thread, { to: step.to, writes, starts }), found };
}

interface Write {
  readonly name: string;
  readonly type: Type;
  readonly value: number;
  /** Where in the state: a cell, or a local of the running thread. */
  readonly at: { readonly variable: number; readonly index: number } | { readonly local: number };
}

/** A thread that begins, and its arguments: stored in its locals as an assignment would. */
interface EvaluatedStart {
  readonly child: number;
  readonly writes: readonly Write[];
}

function evaluatedWrite(program: Program, state: State, thread: number, update: Update): Write {
  const value = evaluate(program, state, thread, update.value);
  const { target } = update;
  if (target.kind === "local") return localWrite(program, thread, target.name, value);
  const variable = variableIndex(program, target.variable);
  const { type, first, initial } = variableAt(program, variable);
  const index = evaluate(program, state, thread, target.index) - first;
  assert(index >= 0 && index < initial.length, `${target.variable} is written outside its bounds`);
  return { name: target.variable, type, value: stored(type, value), at: { variable, index } };
}

function localWrite(program: Program, thread: number, name: string, value: number): Write {
  const local = localIndex(program, threadOf(program, thread), name);
  const type = graphOf(program, threadOf(program, thread)).locals[local]?.type;
  assert(type !== undefined, `local ${name} has a type`);
  return { name, type, value: stored(type, value), at: { local } };
}

/** Arguments are read in the state before, like every right side. */
function evaluatedStart(
  program: Program,
  state: State,
  thread: number,
  start: Start,
): EvaluatedStart {
  const child = evaluate(program, state, thread, start.thread);
  assert(!isActive(state, child), `thread ${child} is started while it runs`);
  const writes = start.arguments.map(({ local, value }) =>
    localWrite(program, child, local, evaluate(program, state, thread, value)),
  );
  return { child, writes };
}

function rangeViolation(program: Program, thread: number, location: Location, write: Write): Found {
  const graph = graphOf(program, threadOf(program, thread));
  return {
    rule: "range",
    message: `${write.name} would become ${valueText(write.type, write.value)}, outside its declared range`,
    place: placeOf(graph, location),
    ...(location.source && { source: location.source }),
    threads: [thread],
  };
}

function freedWhileWaited(
  program: Program,
  state: State,
  thread: number,
  step: Step,
): readonly Found[] {
  if (!step.frees) return [];
  const { block, index, violation } = step.frees;
  const freed = evaluate(program, state, thread, index);
  const waiters = program.threads.flatMap((_, other) => {
    const on = locationOf(program, state, other + 1)?.waits?.on;
    if (other + 1 === thread || on?.block !== block) return [];
    const waited = evaluate(program, state, other + 1, on.index);
    return waited === freed && enabledStepsOf(program, state, other + 1).length === 0
      ? [other + 1]
      : [];
  });
  return waiters.length === 0 ? [] : [{ ...violation, threads: [thread, ...waiters] }];
}

interface Effect {
  readonly to: string;
  readonly writes: readonly Write[];
  readonly starts: readonly EvaluatedStart[];
}

function applied(
  program: Program,
  state: State,
  thread: number,
  { to, writes, starts }: Effect,
): State {
  const cells = state.cells.map((row) => [...row]);
  const locals = state.locals.map((row) => [...row]);
  const locations = [...state.locations];
  const write = (owner: number, { at, value }: Write): void => {
    if ("local" in at) (locals[owner - 1] as number[])[at.local] = value;
    else (cells[at.variable] as number[])[at.index] = value;
  };
  for (const each of writes) write(thread, each);
  locations[thread - 1] = to;
  for (const { child, writes: given } of starts) {
    const target = threadOf(program, child);
    locations[child - 1] = entryOf(graphOf(program, target));
    locals[child - 1] = [...initialLocals(program, target)];
    for (const each of given) write(child, each);
  }
  return { cells, locals, locations };
}

/** Whether every thread that was started has ended. */
export function hasEnded(state: State): boolean {
  return state.locations.every((location) => location === UNBORN || location === ENDED);
}
