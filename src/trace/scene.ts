/** A violation within its run: the step or the state that commits it, what it depends on, and who caused that. */
import type { Property } from "../ir/program.ts";
import type { Storage } from "./cell.ts";
import type { Explanation } from "./document.ts";
import { culprits } from "./reads.ts";
import { lastWriter, type Run, type RunStep, stateAfter } from "./run.ts";

/** What names a violation: one finding is reported per rule and place. */
export interface ViolationName {
  readonly rule: string;
  readonly place: string;
  readonly message: string;
  /** Numbers of the threads involved. */
  readonly threads: readonly number[];
}

export interface Scene {
  readonly run: Run;
  readonly finding: ViolationName;
  /** The violation is read in the state after this many steps. */
  readonly at: number;
  /** The step that commits it, where it is not a property of a state. */
  readonly act?: RunStep;
  /** The property that is violated. */
  readonly property?: Property;
}

/** A sentence and the steps it names; an explanation still without the chain of waits. */
export type Draft = Pick<Explanation, "sentence" | "steps"> & Partial<Explanation>;

const isSame = (one: { rule: string; place: string }, other: { rule: string; place: string }) =>
  one.rule === other.rule && one.place === other.place;

/** Finds the violation in the run; at the end of the run if no step commits it (a finding about the whole graph). */
export function sceneOf(run: Run, finding: ViolationName): Scene {
  const property = run.program.properties.find(({ violation }) => isSame(violation, finding));
  const known = { run, finding, ...(property && { property }) };
  if (run.replay.initialFound.some((found) => isSame(found, finding))) return { ...known, at: 0 };
  const index = run.replay.steps.findIndex(({ found }) => found.some((f) => isSame(f, finding)));
  const step = run.steps[index];
  if (!step) return { ...known, at: run.steps.length };
  const byState = property !== undefined || finding.rule === "data-race";
  return { ...known, at: index + 1, ...(!byState && { act: step }) };
}

/** What the violation depends on, the most telling first: what its own condition reads, then all its guards. */
export function culpritsOf({ run, finding, at, act, property }: Scene): readonly Storage[] {
  if (property) return culprits(run.program, stateAfter(run, at), 0, property.expression);
  if (!act) return [];
  const { before, thread, step } = act;
  const check = step.checks.find((candidate) => isSame(candidate, finding));
  const conditions = check ? [check.when] : [...step.guards].reverse();
  return conditions.flatMap((condition) => culprits(run.program, before, thread, condition));
}

/** The step that last changed what the violation depends on; the first storage that was ever changed decides. */
export function causeOf(
  scene: Scene,
  admit: (step: RunStep, storage: Storage) => boolean = () => true,
): RunStep | undefined {
  const before = scene.act ? scene.act.index : scene.at + 1;
  for (const storage of culpritsOf(scene)) {
    const writer = lastWriter(scene.run, [storage], before, (step) => admit(step, storage));
    if (writer) return writer;
  }
  return undefined;
}
