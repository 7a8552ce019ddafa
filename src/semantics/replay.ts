/**
 * Runs a schedule with the reference interpreter, step by step, and says what it found on the way.
 * Every counterexample that a person reads went through here.
 */
import type { Program } from "../ir/program.ts";
import type { Choice, ScheduleItem } from "../ir/schedule.ts";
import { enabledSteps, enabledStepsOf, type Found, fire } from "./interpreter.ts";
import { judgeTerminal, observe } from "./observe.ts";
import { initialState, type State } from "./state.ts";

/** One fired step of a replay. */
interface ReplayedStep {
  readonly choice: Choice;
  readonly before: State;
  /** Missing when the run stopped with this step. */
  readonly after?: State;
  /** What the step itself violated, and what is wrong in the state after it. */
  readonly found: readonly Found[];
}

export interface Replay {
  readonly initial: State;
  /** What is wrong in the initial state. */
  readonly initialFound: readonly Found[];
  readonly steps: readonly ReplayedStep[];
  /** What the end of the run violates, if nothing can step there. */
  readonly terminalFound: readonly Found[];
}

/** Why a schedule does not run, and how far it did. */
export interface ReplayFailure {
  readonly index: number;
  readonly message: string;
  readonly enabled: readonly Choice[];
}

export function replay(
  program: Program,
  schedule: readonly ScheduleItem[],
):
  | { readonly ok: true; readonly replay: Replay }
  | { readonly ok: false; readonly failure: ReplayFailure } {
  const initial = initialState(program);
  const local = program.initialViolations.map((violation) => ({
    ...violation,
    threads: [violation.thread],
  }));
  const stopped = program.initialViolations.some(({ fatal }) => fatal);
  const initialFound = stopped ? local : [...local, ...observe(program, initial)];
  const steps: ReplayedStep[] = [];
  let state: State | undefined = stopped ? undefined : initial;
  for (const [index, item] of schedule.entries()) {
    const choice = state && chosen(program, state, item);
    if (!state || typeof choice !== "object") {
      const message = typeof choice === "string" ? choice : "the run has stopped before this step";
      return {
        ok: false,
        failure: { index, message, enabled: state ? enabledSteps(program, state) : [] },
      };
    }
    const fired = fire(program, state, choice);
    const seen = fired.next ? observe(program, fired.next) : [];
    steps.push({
      choice,
      before: state,
      ...(fired.next && { after: fired.next }),
      found: [...fired.found, ...seen],
    });
    state = fired.next;
  }
  const stuck = state !== undefined && enabledSteps(program, state).length === 0;
  const terminalFound = state && stuck ? judgeTerminal(program, state) : [];
  return { ok: true, replay: { initial, initialFound, steps, terminalFound } };
}

/** The choice that an item of a schedule means in a state, or why there is none. */
function chosen(program: Program, state: State, item: ScheduleItem): Choice | string {
  if (item.thread > program.threads.length) return `there is no thread ${item.thread}`;
  const enabled = enabledStepsOf(program, state, item.thread);
  if (enabled.length === 0) return `thread ${item.thread} cannot step here`;
  if (item.step === undefined) {
    return enabled.length === 1
      ? (enabled[0] as Choice)
      : `thread ${item.thread} has ${enabled.length} outcomes here, and the schedule names none`;
  }
  return (
    enabled.find(({ step }) => step === item.step) ??
    `outcome ${item.step + 1} of thread ${item.thread} cannot happen here`
  );
}
