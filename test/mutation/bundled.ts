/** What the bundle of kernel tests offers to the mutation run: its cases, and the hook that breaks one routine. */
import { RecordedBody } from "../../src/dsl/body.ts";
import type { Routine } from "../../src/kernel/routine.ts";
import { Parts } from "./mutants.ts";

export { cases, handedOver } from "./collect.ts";

/** What every routine that a test calls goes through. */
export const hook: { change: (routine: Routine) => Routine } = { change: (routine) => routine };

const original = RecordedBody.prototype.call;
RecordedBody.prototype.call = function (routine, given) {
  return original.call(this, hook.change(routine), given);
};

export const newParts = (): Parts => new Parts();
