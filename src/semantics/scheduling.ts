/**
 * Which threads may run now, by level and processor.
 *
 * Threads of one processor share it. One that is active at or above the Program's exclusive level (DISPATCH_LEVEL, for
 * Windows) is not preempted by equal or lower work: another thread of that processor may step only if its own level is
 * higher. A thread without a processor has one of its own.
 */
import { ENDED, type Program, UNBORN } from "../ir/program.ts";
import { evaluate } from "./evaluate.ts";
import { type State, threadOf } from "./state.ts";

/** Whether a thread is somewhere in its graph: started and not ended. */
export function isActive(state: State, number: number): boolean {
  const location = state.locations[number - 1];
  return location !== UNBORN && location !== ENDED;
}

export function levelOf(program: Program, state: State, number: number): number {
  return evaluate(program, state, number, threadOf(program, number).level);
}

/** Whether the scheduler may let the thread step. */
export function mayRun(program: Program, state: State, number: number): boolean {
  const { processor } = threadOf(program, number);
  if (processor === undefined) return true;
  const level = levelOf(program, state, number);
  return program.threads.every((other, index) => {
    const rival = index + 1;
    if (rival === number || other.processor !== processor || !isActive(state, rival)) return true;
    const rivalLevel = levelOf(program, state, rival);
    return rivalLevel < program.exclusiveLevel || rivalLevel < level;
  });
}
