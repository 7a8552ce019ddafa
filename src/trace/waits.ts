/** Deadlocks: who waits for what, since when, and whom only could end it. */
import { evaluate } from "../semantics/evaluate.ts";
import { locationOf, threadOf } from "../semantics/state.ts";
import type { Standing, WaitFor } from "./document.ts";
import { listed, shortSpan } from "./phrase.ts";
import { storagesRead } from "./reads.ts";
import { blockedSince, lastWriter, type Run } from "./run.ts";
import type { Draft, Scene } from "./scene.ts";

/** Explains a deadlock of whatever length by its chain of waits. */
export function waitsDraft({ run, finding }: Scene): Draft | undefined {
  const standing = finding.threads.flatMap((thread) => standingOf(run, thread) ?? []);
  if (standing.length === 0) return undefined;
  const owned = standing.flatMap(({ wait }) => wait?.ownedSince ?? []);
  const indices = [...new Set(owned)].filter((index) => index > 0).sort((a, b) => a - b);
  return {
    sentence: headline(standing),
    steps: indices.slice(0, 4).map((index) => ({ index, role: roleOf(standing, index) })),
    standing,
  };
}

function roleOf(standing: readonly Standing[], index: number): string {
  const objects = standing.flatMap(({ wait }) => (wait?.ownedSince === index ? wait.object : []));
  return `takes ${listed(objects)}`;
}

function headline(standing: readonly Standing[]): string {
  const names = standing.map(({ thread }) => thread);
  const cyclic = standing.every(({ wait }) => names.includes(wait?.owner ?? ""));
  if (cyclic && names.length === 1) return `${names[0]} waits for itself, for ever.`;
  if (cyclic) return `${listed(names)} wait for each other for ever.`;
  return `${listed(names)} can never go on.`;
}

function standingOf(run: Run, thread: number): Standing | undefined {
  const location = locationOf(run.program, run.last, thread);
  if (!location) return undefined;
  return {
    thread: threadOf(run.program, thread).name,
    label: location.label,
    ...(location.source && { source: location.source }),
    role: "waits for ever",
    violates: true,
    wait: waitOf(run, thread),
  };
}

function waitOf(run: Run, thread: number): WaitFor {
  const location = locationOf(run.program, run.last, thread);
  const object = location?.waits?.object ?? location?.label ?? "";
  const since = blockedSince(run, thread);
  const owner = location?.waits?.owner;
  const number = owner ? evaluate(run.program, run.last, thread, owner) : 0;
  if (!owner || number < 1 || number > run.program.threads.length) return { object, since };
  const cells = storagesRead(run.program, run.last, thread, owner).filter(
    ({ kind }) => kind === "cell",
  );
  const taken = location?.waits?.kind === "lock" ? ownedSince(run, cells) : undefined;
  return { object, since, owner: threadOf(run.program, number).name, ...taken };
}

function ownedSince(run: Run, cells: Parameters<typeof lastWriter>[1]): Partial<WaitFor> {
  const taker = lastWriter(run, cells, run.steps.length + 1);
  if (!taker) return { ownedSince: 0 };
  const { source } = taker.location;
  return { ownedSince: taker.index, ...(source && { ownedSource: source }) };
}

/** `W1 waits for B (driver.rs:70, since step 4), owned by W2 since step 3 (driver.rs:66).` */
export function waitText({ thread, source, wait }: Standing): string {
  if (!wait) return "";
  const since = wait.since === 0 ? "since the start" : `since step ${wait.since}`;
  const place = source ? `${shortSpan(source)}, ${since}` : since;
  const what = `${thread} waits for ${wait.object} (${place})`;
  if (wait.owner === undefined) return `${what}.`;
  if (wait.ownedSince === undefined) return `${what}, which only ${wait.owner} could end.`;
  const start = wait.ownedSince === 0 ? "the start" : `step ${wait.ownedSince}`;
  const taken = wait.ownedSource ? ` (${shortSpan(wait.ownedSource)})` : "";
  return `${what}, owned by ${wait.owner} since ${start}${taken}.`;
}
