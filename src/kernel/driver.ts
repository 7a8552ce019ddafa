/**
 * The driver's end: after Unload has returned, or after a DriverEntry that failed (Unload does not run then).
 *
 * Pages: kernel/unload-routine-environment, kernel/releasing-driver-allocated-resources. Whatever still runs driver
 * code then stops the system; leaks are judged in the state after this step.
 */
import { constant, type Expression, equals, or } from "../ir/expression.ts";
import type { Sizes } from "./object-kind.ts";
import type { Misuse, Outcome } from "./routine.ts";
import { THREAD_STATE, threadAt } from "./thread.ts";

/** Some thread that the driver created has not ended. */
function someThreadRuns({ threads }: Sizes): Expression {
  const running = Array.from({ length: threads }, (_, index) =>
    equals(threadAt(constant(index + 1)).state, constant(THREAD_STATE.running)),
  );
  return or(...running);
}

export function driverGone(sizes: Sizes): { readonly misuse: Misuse; readonly outcome: Outcome } {
  return {
    misuse: {
      rule: "thread-outlives-driver",
      when: someThreadRuns(sizes),
      says: "a thread of the driver still runs when its code is unloaded",
    },
    outcome: { when: [], effect: [] },
  };
}
