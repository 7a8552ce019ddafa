/**
 * Results that a model never tests: a wait's status where it may time out (`wait-status-ignored`), and failures of calls
 * that can fail (`fault-ignored`). Found in the text of the model: whether some condition is built from the result.
 */
import type { Violation } from "../ir/program.ts";
import type { Span } from "../ir/span.ts";
import type { Routine } from "../kernel/routine.ts";
import type { Value } from "./value.ts";

/** A call whose result somebody should test. */
interface Watched {
  readonly warning: Violation;
  tested: boolean;
}

export class IgnoredResults {
  private readonly watched: Watched[] = [];

  /** Watches the results of a call that `graph` makes. */
  watch(
    call: {
      readonly routine: Pick<Routine, "name" | "fallible">;
      readonly options: Readonly<Record<string, string>> | undefined;
      readonly graph: string;
      readonly source: Span | undefined;
    },
    results: Readonly<Record<string, Value>>,
  ): void {
    const { routine, options, graph, source } = call;
    const { timeout } = options ?? {};
    const timed = timeout !== undefined && timeout !== "none";
    if (!timed && !routine.fallible) return;
    const says = timed
      ? "the status is not tested, so a wait that timed out goes on as if it were satisfied"
      : "whether the call failed is not tested";
    const one: Watched = {
      warning: {
        rule: timed ? "wait-status-ignored" : "fault-ignored",
        message: `${routine.name}: ${says}`,
        place: `${graph}${source ? `:${source.line}` : ""} ${routine.name}`,
        ...(source && { source }),
      },
      tested: false,
    };
    this.watched.push(one);
    for (const value of Object.values(results)) {
      value.onTested(() => {
        one.tested = true;
      });
    }
  }

  /** One warning for each place that never tests its result, in any of the calls it makes. */
  warnings(): readonly Violation[] {
    const tested = new Set(
      this.watched.filter((one) => one.tested).map(({ warning }) => warning.place),
    );
    const ignored = this.watched.filter(({ warning }) => !tested.has(warning.place));
    return [...new Map(ignored.map(({ warning }) => [warning.place, warning])).values()];
  }
}
