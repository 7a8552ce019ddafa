/**
 * A schedule: which thread steps next, and with which outcome. Printable, short, editable by hand, and it replays.
 *
 * Text: choices separated by dots. `2` lets thread 2 (counted from 1) take its only enabled outcome; `2/3` its outcome
 * number 3, counted from 1 among all outcomes of the location; `2x40` repeats `2` forty times.
 */
export interface Choice {
  /** Number of the thread, from 1. */
  readonly thread: number;
  /** Index of the step among the steps of the thread's location, from 0. */
  readonly step: number;
  /** No other step of the thread was enabled, so the text may leave the outcome out. */
  readonly only: boolean;
}

export type Schedule = readonly Choice[];

/** What schedule text says: `step` is missing where the thread had no choice. */
export interface ScheduleItem {
  readonly thread: number;
  readonly step?: number;
}

/** The schedule as text; inverse of `parseSchedule`, given the program. */
export function scheduleText(schedule: Schedule): string {
  const words: string[] = [];
  let last = "";
  let repeated = 0;
  const flush = (): void => {
    if (repeated > 0) words.push(repeated === 1 ? last : `${last}x${repeated}`);
  };
  for (const { thread, step, only } of schedule) {
    const word = only ? `${thread}` : `${thread}/${step + 1}`;
    if (word === last) {
      repeated += 1;
      continue;
    }
    flush();
    last = word;
    repeated = 1;
  }
  flush();
  return words.join(".");
}

/** Largest number of steps a schedule text may stand for; longer ones are refused rather than built. */
export const SCHEDULE_STEPS_MAX = 10_000_000;

/** The items of a schedule text, or the first word that is none. The empty text is the empty schedule. */
export function parseSchedule(
  text: string,
):
  | { readonly ok: true; readonly items: readonly ScheduleItem[] }
  | { readonly ok: false; readonly word: string } {
  const items: ScheduleItem[] = [];
  const trimmed = text.trim();
  if (trimmed === "") return { ok: true, items };
  for (const word of trimmed.split(".")) {
    const match = /^([1-9]\d{0,3})(?:\/([1-9]\d{0,3}))?(?:x([1-9]\d{0,7}))?$/.exec(word);
    const count = Number(match?.[3] ?? 1);
    if (!match || items.length + count > SCHEDULE_STEPS_MAX) return { ok: false, word };
    const thread = Number(match[1]);
    const item = match[2] === undefined ? { thread } : { thread, step: Number(match[2]) - 1 };
    for (let i = 0; i < count; i += 1) items.push(item);
  }
  return { ok: true, items };
}
