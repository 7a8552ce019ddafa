/** The driver's life as the body of a thread: DriverEntry, Unload, gone. */
import { constant, equals } from "../ir/expression.ts";
import type { Span } from "../ir/span.ts";
import { driverGone } from "../kernel/driver.ts";
import { routine } from "../kernel/routine.ts";
import type { Template } from "../lower/statement.ts";
import { callerSpan } from "./caller.ts";
import type { ModelContext } from "./model-context.ts";
import { newThread, type Thread } from "./routines.ts";

export interface DriverBodies {
  readonly entry: (t: Thread) => void;
  readonly unload?: (t: Thread) => void;
}

/** A thread for a DriverEntry that does everything. */
export function recordMain(model: ModelContext, body: (t: Thread) => void): Template {
  const source = callerSpan();
  const thread = newThread(model, "main");
  thread.functionScope("main", () => body(thread));
  recordGone(thread, source);
  return thread.template(source);
}

/** Unload runs unless DriverEntry failed (`t.fail()`). */
export function recordDriver(model: ModelContext, { entry, unload }: DriverBodies): Template {
  const source = callerSpan();
  const thread = newThread(model, "driver");
  thread.functionScope("DriverEntry", () => entry(thread));
  const failed = thread.entryFailed();
  const unloads = (): void => thread.functionScope("Unload", () => unload?.(thread));
  if (failed) {
    thread.push({
      kind: "if",
      condition: equals(failed.expression, constant(0)),
      then: thread.collected(unloads),
      otherwise: [],
    });
  } else {
    unloads();
  }
  recordGone(thread, source);
  return thread.template(source);
}

/** The step in which the driver goes away; recorded calls of the driver itself end before it. */
function recordGone(thread: Thread, source: Span | undefined): void {
  const gone = routine({
    name: "unload",
    page: "wdm/nc-wdm-driver_unload",
    takes: [],
    irql: () => ({ atMost: "PASSIVE_LEVEL" }),
    misuse: ({ sizes }) => [driverGone(sizes).misuse],
    outcomes: ({ sizes }) => [driverGone(sizes).outcome],
  });
  thread.call(gone, { label: "the driver is gone", source });
}
