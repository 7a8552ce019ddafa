/** Where everything of a swim-lane drawing goes: columns, rows, and the text of each box in lines. */
import type {
  Explanation,
  Finding,
  KeyStep,
  Standing,
  Trace,
  TraceStep,
} from "../../trace/document.ts";
import { visible } from "../escape.ts";
import { widest } from "../glyphs.ts";
import { outcomeOf, shownSteps, threadsOf } from "../lane-rows.ts";
import { brokenText } from "./element.ts";

/** Width of a monospaced column and height of a line, at the sizes that the drawing uses. */
const COLUMN = 7.3;
export const LINE = 16;
const ROW_GAP = 12;
export const BOX_PADDING = 8;
/** Room left of a box for the thread's line, its locks and its level. */
export const RAIL = 44;

/** The height at which a row's step happens: the middle of its first line. */
export const pointOf = ({ top }: LaneRow): number => top + BOX_PADDING + 6;

export interface LaneRow {
  /** The step, where a thread stands at the end, or how many steps are left out. */
  readonly kind: "step" | "standing" | "gap";
  readonly number: string;
  readonly lane: number;
  readonly label: readonly string[];
  readonly role: readonly string[];
  readonly source: readonly string[];
  readonly changes: readonly string[];
  readonly tone: "plain" | "key" | "violates";
  readonly top: number;
  readonly height: number;
  /** The state that this row leads to. */
  readonly state: TraceStep | undefined;
}

export interface SwimlaneLayout {
  readonly threads: readonly string[];
  readonly headline: string;
  readonly sentence: readonly string[];
  readonly laneWidth: number;
  readonly lanesLeft: number;
  readonly lanesTop: number;
  readonly changesLeft: number;
  readonly width: number;
  readonly height: number;
  readonly rows: readonly LaneRow[];
}

const LABEL_COLUMNS_MAX = 28;
const CHANGE_COLUMNS_MAX = 46;

/** Lays out a finding's trace. */
export function swimlaneLayout(finding: Finding, trace: Trace, full: boolean): SwimlaneLayout {
  const { explanation } = finding;
  const threads = threadsOf(trace, explanation?.standing);
  const drafts = rowDrafts(trace, explanation, threads, full);
  const texts = drafts.flatMap(({ label, role, source }) => [...label, ...role, ...source]);
  const heads = threads.map((thread) => `${visible(thread)}    `);
  const columns = Math.max(12, widest([...heads, ...texts]));
  const laneWidth = Math.min(columns, LABEL_COLUMNS_MAX + 2) * COLUMN + RAIL + 2 * BOX_PADDING + 12;
  const lanesLeft = 52;
  const changesLeft = lanesLeft + threads.length * laneWidth + 12;
  const changeColumns = Math.max(24, widest(drafts.flatMap(({ changes }) => changes)));
  const width = Math.max(720, changesLeft + changeColumns * COLUMN + 24);
  const chain = (explanation?.standing ?? []).length;
  const sentence = brokenText(
    visible(explanation?.sentence ?? finding.message),
    Math.floor((width - 40) / 7),
  );
  const lanesTop = 56 + sentence.length * 18 + (chain > 0 ? 4 : 0) + 40;
  const rows = placed(drafts, lanesTop + 12);
  const last = rows.at(-1);
  const height = (last ? last.top + last.height : lanesTop) + 56;
  const headline = visible(finding.rule);
  return {
    threads,
    headline,
    sentence,
    laneWidth,
    lanesLeft,
    lanesTop,
    changesLeft,
    width,
    height,
    rows,
  };
}

type Draft = Omit<LaneRow, "top" | "height">;

function rowDrafts(
  trace: Trace,
  explanation: Explanation | undefined,
  threads: readonly string[],
  full: boolean,
): readonly Draft[] {
  const keys = new Map(explanation?.steps.map((step) => [step.index, step]));
  let seen = 0;
  const steps = shownSteps(trace, [...keys.keys()], full).map((step): Draft => {
    seen += typeof step === "number" ? step : 1;
    if (typeof step === "number") return gapDraft(step, trace.steps[seen - 1]);
    return stepDraft(step, keys.get(step.index), threads.indexOf(step.thread));
  });
  const standing = (explanation?.standing ?? []).map((one) =>
    standingDraft(one, threads.indexOf(one.thread), trace.steps.at(-1)),
  );
  return [...steps, ...standing];
}

const nothing = { label: [], role: [], source: [], changes: [], number: "", lane: -1 };

function gapDraft(count: number, state: TraceStep | undefined): Draft {
  const label = [`… ${count} ${count === 1 ? "step" : "steps"} left out`];
  return { ...nothing, kind: "gap", label, tone: "plain", state };
}

function stepDraft(step: TraceStep, key: KeyStep | undefined, lane: number): Draft {
  const outcome = outcomeOf(step) === "" ? "" : ` → ${outcomeOf(step)}`;
  return {
    kind: "step",
    number: String(step.index),
    lane,
    label: brokenText(visible(step.label + outcome), LABEL_COLUMNS_MAX),
    role: roleLines(key?.role, key?.violates),
    source: sourceLines(step),
    changes: step.changes.flatMap(({ variable, from, to }) =>
      brokenText(visible(`${variable}: ${from} → ${to}`), CHANGE_COLUMNS_MAX),
    ),
    tone: key?.violates ? "violates" : key ? "key" : "plain",
    state: step,
  };
}

function standingDraft(standing: Standing, lane: number, state: TraceStep | undefined): Draft {
  const { wait } = standing;
  const owner = wait?.owner === undefined ? "" : `, owned by ${wait.owner}`;
  const waits = wait ? `waits for ${wait.object} since step ${wait.since}${owner}` : "";
  return {
    ...nothing,
    kind: "standing",
    number: "next",
    lane,
    label: brokenText(visible(standing.label), LABEL_COLUMNS_MAX),
    role: roleLines(standing.role, standing.violates),
    source: sourceLines(standing),
    changes: waits === "" ? [] : brokenText(visible(waits), CHANGE_COLUMNS_MAX),
    tone: standing.violates ? "violates" : "key",
    state,
  };
}

/** A step's part in the violation, behind a mark. */
function roleLines(role: string | undefined, violates: true | undefined): readonly string[] {
  if (role === undefined) return [];
  return brokenText(visible(`${violates ? "✗" : "◄"} ${role}`), LABEL_COLUMNS_MAX);
}

/** File and line without the folder, which boxes have no room for. */
function sourceLines({ source }: { readonly source?: TraceStep["source"] }): readonly string[] {
  if (!source) return [];
  const file = source.file.split(/[\\/]/).at(-1) ?? "";
  return brokenText(visible(`${file}:${source.line}`), LABEL_COLUMNS_MAX);
}

function placed(drafts: readonly Draft[], top: number): readonly LaneRow[] {
  let next = top;
  return drafts.map((draft) => {
    const lines = draft.label.length + draft.source.length + draft.role.length;
    const content = Math.max(lines, draft.changes.length) * LINE;
    const row = { ...draft, top: next, height: content + 2 * BOX_PADDING - 4 };
    next += row.height + ROW_GAP;
    return row;
  });
}
