/**
 * Recognises a lost update: a thread reads a cell, another one writes it, and the first writes over that.
 * The usual reason why an invariant over a counter fails; told by the two writes and the stale read.
 */

import type { Storage } from "./cell.ts";
import { sameStorage, storageName } from "./cell.ts";
import { deed, stepPhrase, stepReference } from "./phrase.ts";
import { type Run, type RunStep, stepReads } from "./run.ts";
import { culpritsOf, type Draft, type Scene } from "./scene.ts";

interface LostUpdate {
  readonly storage: Storage;
  readonly read: RunStep;
  readonly between: RunStep;
  readonly write: RunStep;
}

/** Explains a violated property by a lost update of a cell that it reads, if there is one. */
export function lostUpdateDraft(scene: Scene): Draft | undefined {
  for (const storage of culpritsOf(scene)) {
    const lost = storage.kind === "cell" && lostUpdate(scene.run, storage, scene.at);
    if (lost) return draft(scene.run, lost);
  }
  return undefined;
}

/** How many stores are looked at, from the last one backwards: a long run is not searched to its beginning. */
const STORES_MAX = 64;

/** The last lost update of the storage among the first `until` steps. */
function lostUpdate(run: Run, storage: Storage, until: number): LostUpdate | undefined {
  let end = until;
  for (let tries = 0; tries < STORES_MAX && end > 0; tries += 1) {
    const write = lastStore(run, storage, end);
    if (!write) return undefined;
    const read = run.steps.findLast(
      (step) =>
        step.index <= write.index && step.thread === write.thread && reads(run, step, storage),
    );
    const between = lastStore(run, storage, write.index - 1);
    const isLost = read && between && between.index > read.index && between.thread !== write.thread;
    if (isLost) return { storage, read, between, write };
    end = write.index - 1;
  }
  return undefined;
}

/** The last step among the first `until` that assigned the storage. */
function lastStore(run: Run, storage: Storage, until: number): RunStep | undefined {
  return run.steps.findLast(
    ({ index, assigned }) =>
      index <= until && assigned.some((target) => sameStorage(target, storage)),
  );
}

function reads(run: Run, step: RunStep, storage: Storage): boolean {
  return stepReads(run, step).some((read) => sameStorage(read, storage));
}

function draft(run: Run, { storage, read, between, write }: LostUpdate): Draft {
  const name = storageName(run.program, storage);
  const { name: reader } = read;
  return {
    sentence:
      `${reader} reads ${name} ${stepReference(read)} and writes it back in ${stepPhrase(write)}; ` +
      `in between ${between.name} ${deed(between.location)} ${stepReference(between)}, ` +
      `and that update of ${name} is lost.`,
    steps: [
      { index: read.index, role: `reads ${name}` },
      { index: between.index, role: "is lost" },
      { index: write.index, role: "writes over it" },
    ],
  };
}
