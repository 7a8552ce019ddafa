/** Leaks: what was taken, opened or allocated, by whom, and that nobody gives it back. */
import { valueAt } from "./cell.ts";
import { deedPhrase, stepPhrase } from "./phrase.ts";
import type { RunStep } from "./run.ts";
import { causeOf, type Draft, type Scene } from "./scene.ts";

/** What each leak lacks, and the part of the step that made it. */
const LEAKS: Readonly<Record<string, readonly [lacks: string, role: string]>> = {
  "pool-leak": ["nobody frees that memory", "allocates"],
  "handle-leak": ["nobody closes that handle", "opens the handle"],
  "object-leak": ["nobody gives that reference back", "takes the reference"],
  "thread-not-joined": ["nobody waits for the end of that thread", "creates the thread"],
  "lock-held-at-exit": ["nobody releases that lock", "takes the lock"],
  "thread-outlives-driver": ["that thread still runs when the driver is gone", "starts the thread"],
};

/** Leaks of threads, which are told by who created the thread. */
const THREAD_RULES: readonly string[] = ["thread-not-joined", "thread-outlives-driver"];

export const isLeak = (rule: string): boolean => rule in LEAKS;

/** Explains a leak by the last step that added to what is counted at the end. */
export function leakDraft(scene: Scene): Draft | undefined {
  const [lacks, role] = LEAKS[scene.finding.rule] ?? [];
  const starting = THREAD_RULES.includes(scene.finding.rule)
    ? causeOf(scene, ({ step }) => step.starts.length > 0)
    : undefined;
  const adding = causeOf(
    scene,
    ({ before, after }, storage) =>
      after !== undefined && valueAt(after, storage) > valueAt(before, storage),
  );
  const taking = starting ?? adding ?? causeOf(scene);
  if (!taking || !lacks || !role) return undefined;
  return {
    sentence: `${deedPhrase(taking)}, and ${lacks}${ending(scene, taking)}.`,
    steps: [
      { index: taking.index, role },
      ...(scene.act ? [{ index: scene.act.index, role: "too late from here on" }] : []),
    ],
  };
}

function ending({ act, run }: Scene, taking: RunStep): string {
  if (act) return `; the end is ${stepPhrase(act)}`;
  return taking.index === run.steps.length
    ? ""
    : ` before the run ends after step ${run.steps.length}`;
}
