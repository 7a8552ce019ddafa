/** A trace as rows for lanes: what stands in each column, which steps are left out, and what every thread's bar shows. */
import type { Explanation, KeyStep, Standing, Trace, TraceStep } from "../trace/document.ts";
import type { Screen } from "./glyphs.ts";

/** One step, or where a thread stands after the last one. */
export interface Row {
  /** The step's number, with `>` before it where the step matters. */
  readonly mark: string;
  /** The lane of the thread that steps. */
  readonly lane: number;
  readonly label: string;
  readonly changes: readonly string[];
  readonly source: string;
  readonly role: string;
  readonly violates: boolean;
  /** What each lane shows beside the label. */
  readonly bars: readonly string[];
}

/** Threads in the order in which they first appear. */
export function threadsOf(trace: Trace, standing: readonly Standing[] = []): readonly string[] {
  const stepping = trace.steps.map(({ thread }) => thread);
  const waiting = trace.steps.flatMap(({ blocked }) => blocked);
  return [...new Set([...stepping, ...standing.map(({ thread }) => thread), ...waiting])];
}

const STEPS_SHOWN_MAX = 40;
const STEPS_FIRST = 6;
const STEPS_LAST = 16;

/**
 * The steps of a trace that are shown. Of long ones the beginning, the end, and what is next to a step that matters; a
 * number stands for so many steps left out.
 */
export function shownSteps(
  { steps }: Trace,
  keys: readonly number[],
  full: boolean,
): readonly (TraceStep | number)[] {
  const isShown = ({ index }: TraceStep): boolean =>
    full ||
    steps.length <= STEPS_SHOWN_MAX ||
    index <= STEPS_FIRST ||
    index > steps.length - STEPS_LAST ||
    keys.some((key) => Math.abs(key - index) <= 1);
  const shown: (TraceStep | number)[] = [];
  for (const step of steps) {
    const last = shown.at(-1);
    if (isShown(step)) shown.push(step);
    else if (typeof last === "number") shown[shown.length - 1] = last + 1;
    else shown.push(1);
  }
  return shown;
}

/** All rows, and numbers for the steps left out between them. */
export function rowsOf(
  screen: Screen,
  trace: Trace,
  explanation: Explanation | undefined,
): readonly (Row | number)[] {
  const standing = explanation?.standing ?? [];
  const keyed = new Map(explanation?.steps.map((key) => [key.index, key]));
  const keys = [...keyed.keys()];
  const threads = threadsOf(trace, standing);
  const count = trace.steps.length;
  const steps = shownSteps(trace, keys, screen.full).map((step) =>
    typeof step === "number"
      ? step
      : stepRow(screen, threads, step, { count, key: keyed.get(step.index) }),
  );
  const end = trace.steps.at(-1);
  return [...steps, ...standing.map((one) => standingRow(screen, threads, one, end))];
}

function stepRow(
  screen: Screen,
  threads: readonly string[],
  step: TraceStep,
  { count, key }: { readonly count: number; readonly key: KeyStep | undefined },
): Row {
  const { arrow } = screen.glyphs;
  const outcome = outcomeOf(step);
  return {
    mark: `${key ? ">" : " "}${String(step.index).padStart(String(count).length)}`,
    lane: threads.indexOf(step.thread),
    label: screen.text(outcome === "" ? step.label : `${step.label} ${arrow} ${outcome}`),
    changes: step.changes.map(({ variable, from, to }) =>
      screen.text(`${variable}: ${from} ${arrow} ${to}`),
    ),
    source: sourceText(screen, step),
    role: screen.text(step.why ?? ""),
    violates: key?.violates ?? false,
    bars: barsOf(screen, threads, step),
  };
}

/** Where a thread stands after the last step. */
function standingRow(
  screen: Screen,
  threads: readonly string[],
  standing: Standing,
  end: TraceStep | undefined,
): Row {
  return {
    mark: ">",
    lane: threads.indexOf(standing.thread),
    label: screen.text(standing.label),
    changes: [],
    source: sourceText(screen, standing),
    role: screen.text(standing.role),
    violates: standing.violates ?? false,
    bars: barsOf(screen, threads, end),
  };
}

/** The outcome worth telling: success is what a reader expects, and the label has better use for the room. */
export function outcomeOf({ returns }: TraceStep): string {
  return returns === undefined || returns === "STATUS_SUCCESS" ? "" : returns;
}

function sourceText(screen: Screen, { source }: Pick<TraceStep, "source">): string {
  return source ? screen.text(`${source.file}:${source.line}`) : "";
}

function barsOf(
  { glyphs }: Screen,
  threads: readonly string[],
  state: TraceStep | undefined,
): readonly string[] {
  return threads.map((thread) => {
    if (state?.blocked.includes(thread)) return glyphs.blocked;
    if (state?.holds.some((hold) => hold.thread === thread)) return glyphs.holding;
    return glyphs.bar;
  });
}
