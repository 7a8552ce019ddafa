/** The pieces that explanations are made of: a step as part of a sentence, lists, capitals. */
import type { Location } from "../ir/program.ts";
import type { Span } from "../ir/span.ts";
import type { RunStep } from "./run.ts";

/** `driver.rs:41`: the file without its folder, since a sentence is to be read; tables give the whole path. */
export function shortSpan({ file, line }: Span): string {
  return `${file.split(/[\\/]/).at(-1) ?? file}:${line}`;
}

/** `(step 4, driver.rs:41)`. */
export function stepReference(step: RunStep): string {
  const { source } = step.location;
  return source ? `(step ${step.index}, ${shortSpan(source)})` : `(step ${step.index})`;
}

/** `step 4 (driver.rs:41)`, for use after a preposition. */
export function stepPhrase(step: RunStep): string {
  const { source } = step.location;
  return source ? `step ${step.index} (${shortSpan(source)})` : `step ${step.index}`;
}

/** "calls KeReleaseMutex(M)", "runs `x = 1`". Not every label of a routine's step is a call: "write counter". */
export function deed({ routine, label }: Location): string {
  return routine !== undefined && label.startsWith(`${routine}(`)
    ? `calls ${label}`
    : `runs \`${label}\``;
}

/** `worker 1 calls KeReleaseMutex(M) (step 4, driver.rs:41)`. */
export function deedPhrase(step: RunStep): string {
  return `${step.name} ${deed(step.location)} ${stepReference(step)}`;
}

/** `worker 2 in step 4 (driver.rs:41)`, or `the same thread in step 4`. */
export function doer(step: RunStep, than: RunStep | undefined): string {
  const who = than && step.thread === than.thread ? "the same thread" : step.name;
  return `${who} in ${stepPhrase(step)}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
