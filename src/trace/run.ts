/**
 * A replayed run with what explanations ask of it: who stood where, what each step read and wrote, who wrote last.
 * Apart from the trace, which is text for readers, since these questions need the states.
 */
import type { Expression } from "../ir/expression.ts";
import type { Location, Program, Step } from "../ir/program.ts";
import { enabledStepsOf, stepOf } from "../semantics/interpreter.ts";
import type { Replay } from "../semantics/replay.ts";
import { isActive } from "../semantics/scheduling.ts";
import { locationOf, type State, threadOf } from "../semantics/state.ts";
import { assert } from "../support/assert.ts";
import { differences, type Storage, sameStorage } from "./cell.ts";
import { cellStorage, localStorage, storagesRead } from "./reads.ts";

/** One fired step; `index` counts from 1. */
export interface RunStep {
  readonly index: number;
  readonly thread: number;
  readonly name: string;
  readonly location: Location;
  readonly step: Step;
  readonly before: State;
  /** Missing where the run stops with this step. */
  readonly after?: State;
  /** What the step changed. */
  readonly wrote: readonly Storage[];
  /** What it assigned, even where the value stayed the same: a store over another thread's equal one is a store. */
  readonly assigned: readonly Storage[];
}

export interface Run {
  readonly program: Program;
  readonly replay: Replay;
  readonly steps: readonly RunStep[];
  /** The last state that was reached. */
  readonly last: State;
}

/** The run of a replay. */
export function runOf(program: Program, replay: Replay): Run {
  const steps = replay.steps.map(({ choice, before, after }, index): RunStep => {
    const { location, step } = stepOf(program, before, choice);
    return {
      index: index + 1,
      thread: choice.thread,
      name: threadOf(program, choice.thread).name,
      location,
      step,
      before,
      ...(after && { after }),
      wrote: after ? differences(before, after) : [],
      assigned: after ? assignedBy(program, before, choice.thread, step) : [],
    };
  });
  const end = steps.at(-1);
  return { program, replay, steps, last: end?.after ?? end?.before ?? replay.initial };
}

function assignedBy(
  program: Program,
  state: State,
  thread: number,
  { updates }: Step,
): readonly Storage[] {
  return updates.map(({ target }) =>
    target.kind === "local"
      ? localStorage(program, thread, target.name)
      : cellStorage(program, state, thread, target),
  );
}

/** The state after step `index`; 0 is the initial state. A step that stopped the run leaves the state before it. */
export function stateAfter(run: Run, index: number): State {
  if (index === 0) return run.replay.initial;
  const step = run.steps[index - 1];
  assert(step !== undefined, `the run has no step ${index}`);
  return step.after ?? step.before;
}

/** The last step before `before` that changed one of the storages and that `admit` admits. */
export function lastWriter(
  run: Run,
  storages: readonly Storage[],
  before: number,
  admit: (step: RunStep) => boolean = () => true,
): RunStep | undefined {
  return run.steps.findLast(
    (step) =>
      step.index < before &&
      admit(step) &&
      step.wrote.some((written) => storages.some((storage) => sameStorage(storage, written))),
  );
}

/** What a step's guards read. */
export function guardReads(run: Run, step: RunStep): readonly Storage[] {
  return readsOf(run.program, step.before, step.thread, step.step.guards);
}

/** What a step reads in its guards, checks and right sides. */
export function stepReads(run: Run, step: RunStep): readonly Storage[] {
  const { guards, updates, checks, fatal } = step.step;
  // The right sides of a step that stops the run are never evaluated.
  const values = fatal ? [] : updates.map(({ value }) => value);
  const whens = checks.map(({ when }) => when);
  return readsOf(run.program, step.before, step.thread, [...guards, ...whens, ...values]);
}

function readsOf(
  program: Program,
  state: State,
  thread: number,
  expressions: readonly Expression[],
): readonly Storage[] {
  return expressions.flatMap((expression) => storagesRead(program, state, thread, expression));
}

/** Threads that are somewhere in their code and cannot step. */
export function blockedThreads(program: Program, state: State): readonly number[] {
  return program.threads.flatMap((_, index) =>
    isActive(state, index + 1) && enabledStepsOf(program, state, index + 1).length === 0
      ? [index + 1]
      : [],
  );
}

/** The step since which the thread stands blocked where it stands at the end; 0 for the start of the run. */
export function blockedSince(run: Run, thread: number): number {
  const location = locationOf(run.program, run.last, thread);
  let since = run.steps.length;
  while (since > 0) {
    const state = stateAfter(run, since - 1);
    const stood = isActive(state, thread) && locationOf(run.program, state, thread) === location;
    if (!stood || enabledStepsOf(run.program, state, thread).length > 0) return since;
    since -= 1;
  }
  return 0;
}
