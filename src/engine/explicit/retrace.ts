/** Steps that were taken, run again from the initial state to make a schedule of them. */
import type { Choice, Schedule } from "../../ir/schedule.ts";
import { assert } from "../../support/assert.ts";
import type { Machine } from "./compile.ts";
import type { RareCode } from "./rare-code.ts";
import { initialWords } from "./state-words.ts";
import { stepOfTag, threadOfTag } from "./tag.ts";

/** A step of a schedule, before it is known whether the thread had another one. */
export type Taken = Omit<Choice, "only">;

/** The steps from the initial state as a schedule. The last one may stop the run. Uses the machine's source. */
export function retraced(machine: Machine, rare: RareCode, taken: readonly Taken[]): Schedule {
  const { source, successors, stride, layout } = machine;
  source.set(initialWords(layout));
  return taken.map(({ thread, step }, index) => {
    const only = rare.enabled(thread, 0).length === 1;
    const end = machine.expand(0, 1);
    const isTaken = (o: number): boolean => {
      const tag = successors[o + layout.words] ?? 0;
      return threadOfTag(tag) === thread && stepOfTag(tag) === step;
    };
    let o = 0;
    while (o < end && !isTaken(o)) o += stride;
    assert(o < end || index === taken.length - 1, "a step that was taken can be taken again");
    if (o < end) source.set(successors.subarray(o, o + layout.words));
    return { thread, step, only };
  });
}
