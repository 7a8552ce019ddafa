/** Stale pointers: use after free, and freeing what another thread owns or waits for. */
import { evaluate } from "../semantics/evaluate.ts";
import { locationOf, threadOf } from "../semantics/state.ts";
import { heldLocks, lockName, type Storage, storageName, typeOf, valueAt } from "./cell.ts";
import { deed, deedPhrase, doer, stepPhrase, stepReference } from "./phrase.ts";
import { storagesRead } from "./reads.ts";
import { blockedSince, guardReads, lastWriter, type Run, type RunStep } from "./run.ts";
import { causeOf, culpritsOf, type Draft, type Scene } from "./scene.ts";

/** Who freed the block while the user still held a pointer to it, and since when. */
export function useAfterFreeDraft(scene: Scene): Draft | undefined {
  const { act, run } = scene;
  if (!act) return undefined;
  const freeing = causeOf(scene, ({ step }) => step.frees !== undefined) ?? causeOf(scene);
  if (!freeing) return undefined;
  const use = `${act.name} ${deed(act.location)} in ${stepPhrase(act)}`;
  const roles = [
    { index: freeing.index, role: "frees it" },
    { index: act.index, role: "still uses it" },
  ];
  if (freeing.thread === act.thread) {
    return {
      sentence: `${deedPhrase(freeing)}, and then still uses the block: ${deed(act.location)} ${stepReference(act)}.`,
      steps: roles,
    };
  }
  const loading = loadOf(run, act, freeing);
  const since = loading ? `, which it loaded in ${stepPhrase(loading)}` : "";
  const loaded = loading ? [{ index: loading.index, role: "loads the pointer" }] : [];
  return {
    sentence: `${deedPhrase(freeing)} while ${act.name} still holds a pointer to the block${since}; ${use}.`,
    steps: [...loaded, ...roles],
  };
}

/** The step by which the user came to hold the pointer that it uses. */
function loadOf(run: Run, act: RunStep, freeing: RunStep): RunStep | undefined {
  const pointers = guardReads(run, act).filter(
    (storage) =>
      storage.kind === "local" &&
      typeOf(run.program, storage)?.kind === "reference" &&
      valueAt(act.before, storage) !== 0,
  );
  const wanted = freedSlot(run, freeing);
  const exact = pointers.filter((storage) => valueAt(act.before, storage) === wanted);
  return lastWriter(run, exact.length > 0 ? exact : pointers, act.index);
}

function freedSlot(run: Run, { step, before, thread }: RunStep): number | undefined {
  return step.frees && evaluate(run.program, before, thread, step.frees.index);
}

/** Who owns the lock in the block that is freed, and since when. */
export function freeWhileOwnedDraft(scene: Scene): Draft | undefined {
  const { act, run } = scene;
  const owned = act && ownedLock(scene, act);
  if (!act || !owned) return undefined;
  const taking = lastWriter(run, [owned.storage], act.index);
  const since = taking ? ` since ${stepPhrase(taking)}` : "";
  const who = owned.thread === act.thread ? "it" : threadOf(run.program, owned.thread).name;
  return {
    sentence: `${deedPhrase(act)} while ${who} still owns ${owned.object}${since}.`,
    steps: [
      ...(taking ? [{ index: taking.index, role: `takes ${owned.object}` }] : []),
      { index: act.index, role: "frees it" },
    ],
  };
}

function ownedLock(scene: Scene, act: RunStep) {
  const culprits = culpritsOf(scene);
  const held = heldLocks(scene.run.program, act.before);
  const isCulprit = ({ storage }: { readonly storage: Storage }) =>
    culprits.some(
      (culprit) => JSON.stringify(culprit) === JSON.stringify(storage), // Small plain records.
    );
  return held.find(isCulprit);
}

/** Who waits for the object whose storage is freed, and since when. */
export function freeWhileWaitedDraft({ act, run, finding }: Scene): Draft | undefined {
  const waiter = finding.threads.find((thread) => thread !== act?.thread);
  if (!act || waiter === undefined) return undefined;
  const location = locationOf(run.program, act.before, waiter);
  const since = blockedSince(
    { ...run, steps: run.steps.slice(0, act.index - 1), last: act.before },
    waiter,
  );
  const when = since === 0 ? "since the start" : `since step ${since}`;
  const name = threadOf(run.program, waiter).name;
  const object = location?.waits?.object ?? "it";
  return {
    sentence: `${deedPhrase(act)} while ${name} waits for ${object} in that block, ${when}.`,
    steps: [{ index: act.index, role: "frees it" }],
    standing: [
      {
        thread: name,
        label: location?.label ?? "",
        ...(location?.source && { source: location.source }),
        role: "waits",
        wait: { object, since },
      },
    ],
  };
}

/** A release of a lock that the caller does not own: who owns it, or who released it before. */
export function notOwnedDraft(scene: Scene): Draft | undefined {
  const { act, run } = scene;
  const storage = act && holderCell(scene, act);
  if (!act || !storage) return undefined;
  const variable = run.program.variables[storage.variable];
  const object = variable ? lockName(variable, storage.offset) : storageName(run.program, storage);
  const owner = valueAt(act.before, storage);
  const last = lastWriter(run, [storage], act.index);
  if (owner !== 0) {
    const name = owner === act.thread ? "it" : threadOf(run.program, owner).name;
    const since = last ? ` since ${stepPhrase(last)}` : " since the start";
    return {
      sentence: `${deedPhrase(act)}, but ${name} owns ${object}${since}.`,
      steps: [
        ...(last ? [{ index: last.index, role: `takes ${object}` }] : []),
        { index: act.index, role: "releases it" },
      ],
    };
  }
  if (!last) {
    return {
      sentence: `${deedPhrase(act)}, which nobody has taken.`,
      steps: [{ index: act.index, role: "releases it" }],
    };
  }
  return releasedBefore(run, act, storage, last, object);
}

function releasedBefore(
  run: Run,
  act: RunStep,
  storage: Storage,
  release: RunStep,
  object: string,
): Draft {
  const taking = lastWriter(run, [storage], release.index);
  const taken = taking ? `taken by ${doer(taking, act)} and ` : "";
  const releaser =
    taking?.thread === release.thread ? `in ${stepPhrase(release)}` : `by ${doer(release, act)}`;
  return {
    sentence: `${deedPhrase(act)}, but ${object} is free: it was ${taken}released before ${releaser}.`,
    steps: [
      ...(taking ? [{ index: taking.index, role: `takes ${object}` }] : []),
      { index: release.index, role: "releases it" },
      { index: act.index, role: "releases it again" },
    ],
  };
}

/** The holder cell that the violating step's condition reads. */
function holderCell({ run, ...scene }: Scene, act: RunStep) {
  const own = culpritsOf({ run, ...scene });
  const all = [
    ...own,
    ...act.step.guards.flatMap((guard) => storagesRead(run.program, act.before, act.thread, guard)),
  ];
  return all.find(
    (storage): storage is Storage & { readonly kind: "cell" } =>
      storage.kind === "cell" && run.program.variables[storage.variable]?.tags.holder !== undefined,
  );
}
