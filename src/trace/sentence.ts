/**
 * The opening sentence of a violation: it names the two steps that matter (ordered by what the rule is about), so that
 * a reader need not infer them from a list of steps. Where no form knows better: the step that violates, and the last
 * step of another thread that changed what its guards read.
 */

import { type Storage, sameStorage, storageName, typeOf, valueAt } from "./cell.ts";
import type { Explanation, KeyStep } from "./document.ts";
import { isLeak, leakDraft } from "./leak.ts";
import { levelDraft } from "./level-violation.ts";
import { lostUpdateDraft } from "./lost-update.ts";
import { deedPhrase, doer, stepPhrase } from "./phrase.ts";
import {
  freeWhileOwnedDraft,
  freeWhileWaitedDraft,
  notOwnedDraft,
  useAfterFreeDraft,
} from "./pointer.ts";
import { raceDraft } from "./race.ts";
import { lastWriter, type Run, type RunStep, stepReads } from "./run.ts";
import {
  causeOf,
  culpritsOf,
  type Draft,
  type Scene,
  sceneOf,
  type ViolationName,
} from "./scene.ts";
import { waitsDraft, waitText } from "./waits.ts";

/** Explains what a run violates. Always gives a sentence; the steps may be few where the violation is in the text. */
export function explanationOf(run: Run, finding: ViolationName): Explanation {
  const scene = sceneOf(run, finding);
  const draft = FORMS[finding.rule]?.(scene) ?? (isLeak(finding.rule) && leakDraft(scene));
  const { sentence, steps, standing } = draft || propertyDraft(scene) || genericDraft(scene);
  const violating = violatingIndex(scene);
  const ordered = [...steps]
    .sort((one, other) => one.index - other.index)
    .map((step): KeyStep => (step.index === violating ? { ...step, violates: true } : step));
  return { sentence, steps: ordered, standing: standing ?? [] };
}

/** The step that commits the violation, or leads to the state that does; 0 if only the end of the run does. */
function violatingIndex({ act, property, at }: Scene): number {
  return act?.index ?? (property?.kind === "invariant" ? at : 0);
}

/** The links of a deadlock's chain, a sentence each; none for other rules. */
export function waitChain({ standing }: Explanation): readonly string[] {
  return standing.flatMap((one) => (one.wait && one.violates ? [waitText(one)] : []));
}

/** The whole explanation as one paragraph, the chain of waits included: for messages without room for a layout. */
export function explanationText(explanation: Explanation): string {
  return [explanation.sentence, ...waitChain(explanation)].join(" ");
}

type Form = (scene: Scene) => Draft | undefined;

const FORMS: Readonly<Record<string, Form>> = {
  "use-after-free": useAfterFreeDraft,
  "free-while-owned": freeWhileOwnedDraft,
  "free-while-waited": freeWhileWaitedDraft,
  "data-race": raceDraft,
  "mutex-not-owned": notOwnedDraft,
  "double-release": notOwnedDraft,
  "spin-lock-not-held": notOwnedDraft,
  "fast-mutex-not-owned": notOwnedDraft,
  deadlock: waitsDraft,
  "partial-deadlock": waitsDraft,
  "self-deadlock": waitsDraft,
  "join-self": waitsDraft,
  "irql-too-high": levelDraft,
  "irql-too-low": levelDraft,
  "wait-at-dispatch": levelDraft,
  "release-above-dispatch": levelDraft,
  "irql-not-restored": levelDraft,
  "irql-raise-lowers": levelDraft,
  "irql-lower-raises": levelDraft,
  "paged-at-dispatch": levelDraft,
  "exit-at-raised-irql": levelDraft,
  "double-free": causedBy("the block was freed before by", "frees it"),
  "invalid-handle": (scene) =>
    nullDraft(scene, "handle") ?? causedBy("the handle was closed before by", "closes it")(scene),
  "over-dereference": causedBy("the last reference was given back by", "gives back the last"),
  "null-dereference": (scene) => nullDraft(scene, "pointer"),
  "guard-aliasing": causedBy("the first guard was made by", "makes the first guard"),
  "exit-in-region": causedBy("the region was entered by", "enters the region"),
  "region-underflow": causedBy("the region was left by", "leaves the region"),
  "mutual-exclusion": insideDraft,
};

/** A form for rules where the last change of what the violating step depends on tells the story. */
function causedBy(how: string, role: string): Form {
  return (scene) => {
    const { act } = scene;
    const cause = act && causeOf(scene);
    if (!act || !cause) return undefined;
    return {
      sentence: `${deedPhrase(act)}, but ${how} ${doer(cause, act)}.`,
      steps: [
        { index: cause.index, role },
        { index: act.index, role: "violates" },
      ],
    };
  };
}

/** The use of a null reference: who gave the null that was used. */
function nullDraft(scene: Scene, what: string): Draft | undefined {
  const { act, run } = scene;
  if (!act) return undefined;
  const isNull = (storage: Storage): boolean =>
    typeOf(run.program, storage)?.kind === "reference" && valueAt(act.before, storage) === 0;
  const source = nullSource(run, culpritsOf(scene).filter(isNull), act.index);
  if (!source) return undefined;
  const { outcome } = source.step;
  const how = outcome === undefined ? "" : ` → ${outcome}`;
  const who = source.thread === act.thread ? "" : `${source.name}, `;
  return {
    sentence: `${deedPhrase(act)}, but the ${what} is null since ${stepPhrase(source)}: ${who}${source.location.label}${how}.`,
    steps: [
      { index: source.index, role: "gives null" },
      { index: act.index, role: `uses the null ${what}` },
    ],
  };
}

/** The last step before `before` that assigned one of the storages: null over null is no change, but a cause. */
function nullSource(run: Run, storages: readonly Storage[], before: number): RunStep | undefined {
  return run.steps.findLast(
    ({ index, assigned }) =>
      index < before &&
      assigned.some((target) => storages.some((storage) => sameStorage(storage, target))),
  );
}

/** Two threads in one section: who is inside since when, and who comes to it. */
function insideDraft(scene: Scene): Draft | undefined {
  const entering = scene.run.steps[scene.at - 1];
  const inside =
    entering &&
    causeOf(scene, ({ thread, index }) => thread !== entering.thread && index < entering.index);
  if (!entering || !inside) return undefined;
  return {
    sentence: `${deedPhrase(entering)} while ${inside.name} is still inside, since ${stepPhrase(inside)}.`,
    steps: [
      { index: inside.index, role: "enters" },
      { index: entering.index, role: "enters too" },
    ],
  };
}

/** A property: a lost update if there is one, else the last step that changed what makes it false. */
function propertyDraft(scene: Scene): Draft | undefined {
  const { property, run, finding, at } = scene;
  const lost = lostUpdateDraft(scene);
  if (lost) return lost;
  if (!property) return undefined;
  const last = causeOf(scene);
  if (!last) return undefined;
  const other = causeOf(scene, ({ thread }) => thread !== last.thread);
  const when = at === run.steps.length ? "at the end" : `after step ${at}`;
  return {
    sentence: `${sentenceStart(finding.message)} ${when}; the last to change what it depends on: ${deedPhrase(last)}${other ? `, and before it ${deedPhrase(other)}` : ""}.`,
    steps: [
      ...(other ? [{ index: other.index, role: "changes what it depends on" }] : []),
      { index: last.index, role: "changes it last" },
    ],
  };
}

const sentenceStart = (message: string) => message.replace(/[.\s]+$/, "");

function genericDraft(scene: Scene): Draft {
  const { act, run, finding } = scene;
  if (!act) return { sentence: `${sentenceStart(finding.message)}.`, steps: [] };
  const other = otherWriter(scene, act);
  const violating = { index: act.index, role: "violates" };
  const message = sentenceStart(finding.message);
  if (!other) return { sentence: `${deedPhrase(act)}: ${message}.`, steps: [violating] };
  const changed = other.wrote.find((storage) => storage.kind === "cell");
  const name = changed ? storageName(run.program, changed) : "what it reads";
  return {
    sentence: `${deedPhrase(act)}: ${message}; ${name} was last changed by ${doer(other, act)}.`,
    steps: [{ index: other.index, role: `changes ${name}` }, violating],
  };
}

/** The last step of another thread that changed what the step read, or what its locals were computed from. */
function otherWriter(scene: Scene, act: RunStep): RunStep | undefined {
  const { run } = scene;
  const isOther = ({ thread }: RunStep) => thread !== act.thread;
  const direct = lastWriter(
    run,
    [...culpritsOf(scene), ...stepReads(run, act)],
    act.index,
    isOther,
  );
  if (direct) return direct;
  const locals = stepReads(run, act).filter(({ kind }) => kind === "local");
  const source = lastWriter(run, locals, act.index);
  return source && lastWriter(run, stepReads(run, source), source.index, isOther);
}
