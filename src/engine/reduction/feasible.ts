/** The steps of each location that what a thread knows there does not exclude. */
import type { Knowledge } from "./cases.ts";
import type { Coexistence } from "./coexistence.ts";
import type { Code, CodeStep } from "./thread-code.ts";

export class Feasible {
  private readonly code: Code;
  private readonly coexistence: Coexistence;
  private readonly known = new Map<string, readonly CodeStep[]>();

  constructor(code: Code, coexistence: Coexistence) {
    this.code = code;
    this.coexistence = coexistence;
  }

  /** With values that are known there for certain put in: after that, pointers are constants almost everywhere. */
  steps(thread: number, location: string): readonly CodeStep[] {
    const key = `${thread} ${location}`;
    const old = this.known.get(key);
    if (old) return old;
    const known = this.coexistence.at(thread, location);
    const steps = this.code.threads[thread - 1]?.locations.get(location)?.steps ?? [];
    const made = known ? this.withCertain(steps, known) : [];
    this.known.set(key, made);
    return made;
  }

  private withCertain(steps: readonly CodeStep[], known: Knowledge): readonly CodeStep[] {
    const certain = new Map<number, readonly number[]>();
    for (const [cluster, set] of known.entries()) {
      const [tuple] = set?.tuples ?? [];
      if (tuple && set?.tuples.length === 1) certain.set(cluster, tuple);
    }
    return steps
      .filter(({ outcome }) => this.coexistence.cases(outcome, known).length > 0)
      .map((step) => ({ ...step, outcome: this.coexistence.putIn(step.outcome, certain) }));
  }
}
