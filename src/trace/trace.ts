import type { Location, Program } from "../ir/program.ts";
import { type ScheduleItem, scheduleText } from "../ir/schedule.ts";
import { type Replay, type ReplayFailure, replay } from "../semantics/replay.ts";
import { levelOf } from "../semantics/scheduling.ts";
import { threadOf } from "../semantics/state.ts";
import { heldLocks, isVisible, storageName, storageText, valueAt } from "./cell.ts";
import type { Change, Trace, TraceStep } from "./document.ts";
import { blockedThreads, type Run, type RunStep, runOf } from "./run.ts";

/** Replays a schedule and makes the trace to read, or says where the schedule does not run. */
export function traceOf(
  program: Program,
  schedule: readonly ScheduleItem[],
):
  | { readonly ok: true; readonly trace: Trace; readonly replay: Replay }
  | { readonly ok: false; readonly failure: ReplayFailure } {
  const result = replay(program, schedule);
  if (!result.ok) return result;
  return { ok: true, trace: traceOfRun(runOf(program, result.replay)), replay: result.replay };
}

/**
 * The run as a trace. `roles` gives steps their part in a violation, by index from 1; `loopStart` is the step from
 * which the run repeats for ever.
 */
export function traceOfRun(
  run: Run,
  roles: ReadonlyMap<number, string> = new Map(),
  loopStart?: number,
): Trace {
  return {
    schedule: scheduleText(run.replay.steps.map(({ choice }) => choice)),
    steps: run.steps.map((step) => traceStep(run.program, step, roles.get(step.index))),
    ...(loopStart !== undefined && { loopStart }),
  };
}

function traceStep(program: Program, step: RunStep, why: string | undefined): TraceStep {
  const state = step.after ?? step.before;
  const level = levelOf(program, step.before, step.thread);
  const levelAfter = levelOf(program, state, step.thread);
  const name = (number: number) => threadOf(program, number).name;
  return {
    index: step.index,
    thread: step.name,
    label: step.location.label,
    ...called(step.location),
    ...(step.step.outcome !== undefined && { returns: step.step.outcome }),
    ...(step.location.source && { source: step.location.source }),
    ...(why !== undefined && { why }),
    level,
    ...(levelAfter !== level && { levelAfter }),
    changes: changesOf(program, step),
    blocked: blockedThreads(program, state).map(name),
    holds: heldLocks(program, state).map(({ object, thread }) => ({
      thread: name(thread),
      object,
    })),
  };
}

function called({ routine, arguments: given }: Location): Partial<TraceStep> {
  return { ...(routine !== undefined && { routine }), ...(given && { arguments: given }) };
}

function changesOf(program: Program, { before, after, wrote }: RunStep): readonly Change[] {
  if (!after) return [];
  return wrote
    .filter((storage) => isVisible(program, storage))
    .map((storage) => ({
      variable: storageName(program, storage),
      from: storageText(program, storage, valueAt(before, storage)),
      to: storageText(program, storage, valueAt(after, storage)),
    }));
}
