/**
 * A trace as a swim-lane drawing: one lane per thread, a box per step, lock spans, levels, blocked spans, what changed.
 *
 * Placed by hand, since lanes are a grid: rows are steps in the order of the run. Light background, system fonts, no
 * script; the same trace gives the same bytes.
 */
import type { Finding, Trace } from "../../trace/document.ts";
import { levelLetter, levelName } from "../../trace/level.ts";
import { visible } from "../escape.ts";
import { drawing, element, type Markup, MONOSPACE } from "./element.ts";
import {
  BOX_PADDING,
  type LaneRow,
  LINE,
  RAIL,
  type SwimlaneLayout,
  swimlaneLayout,
} from "./swimlane-layout.ts";
import { levelColour, lockColours, RAIL_LEFT, rails } from "./swimlane-rails.ts";

const INK = "#1f2328";
const FAINT = "#57606a";
const RED = "#b3151d";

/** The drawing of a finding's trace; nothing where the finding has none. Long traces are elided unless `full`. */
export function swimlaneSvg(
  finding: Finding,
  { full = false }: { readonly full?: boolean } = {},
): string | undefined {
  const { trace } = finding;
  if (!trace) return undefined;
  const layout = swimlaneLayout(finding, trace, full);
  const { width, height } = layout;
  return drawing(
    { width, height, title: visible(`${finding.rule}: ${finding.message}`) },
    ...heading(layout),
    ...laneHeads(layout),
    ...rails(layout, trace),
    ...layout.rows.flatMap((row) => rowMarks(layout, row)),
    ...legend(layout, trace),
  );
}

function heading({ headline, sentence }: SwimlaneLayout): readonly Markup[] {
  return [
    element(
      "text",
      { x: 20, y: 34, fill: RED, "font-size": 18, "font-weight": "bold" },
      `✗ ${headline}`,
    ),
    ...sentence.map((line, index) =>
      element("text", { x: 20, y: 60 + index * 18, fill: INK, "font-size": 13 }, line),
    ),
  ];
}

function laneHeads(layout: SwimlaneLayout): readonly Markup[] {
  const { threads, lanesLeft, laneWidth, lanesTop, changesLeft, height } = layout;
  const y = lanesTop - 14;
  const heads = threads.flatMap((thread, lane) => {
    const x = lanesLeft + lane * laneWidth;
    return [
      element("rect", {
        x: x + 2,
        y: lanesTop - 34,
        width: laneWidth - 8,
        height: height - lanesTop - 8,
        fill: lane % 2 === 0 ? "#f6f8fa" : "#eef1f4",
        rx: 6,
      }),
      element(
        "text",
        { x: x + 12, y, fill: INK, "font-size": 14, "font-weight": "bold" },
        shortened(visible(thread), Math.floor((laneWidth - 24) / 9)),
      ),
    ];
  });
  return [
    ...heads,
    element(
      "text",
      { x: changesLeft, y, fill: FAINT, "font-size": 13, "font-weight": "bold" },
      "changed",
    ),
  ];
}

function rowMarks(layout: SwimlaneLayout, row: LaneRow): readonly Markup[] {
  if (row.kind === "gap") {
    const y = row.top + row.height / 2 + 4;
    return [
      element(
        "text",
        { x: layout.lanesLeft + RAIL, y, fill: FAINT, "font-style": "italic" },
        ...row.label,
      ),
    ];
  }
  const baseline = row.top + BOX_PADDING + 10;
  return [
    element(
      "text",
      {
        x: layout.lanesLeft - 10,
        y: baseline,
        "text-anchor": "end",
        fill: row.tone === "violates" ? RED : FAINT,
        "font-size": row.kind === "step" ? 13 : 11,
        "font-weight": row.tone === "plain" ? "normal" : "bold",
      },
      row.number,
    ),
    ...box(layout, row, baseline),
    ...row.changes.map((change, index) =>
      element(
        "text",
        {
          x: layout.changesLeft,
          y: baseline + index * LINE,
          fill: INK,
          "font-family": MONOSPACE,
          "xml:space": "preserve",
        },
        change,
      ),
    ),
  ];
}

const BOX_STYLES = {
  plain: { fill: "#ffffff", stroke: "#8c959f", "stroke-width": 1 },
  key: { fill: "#fff8c5", stroke: "#9a6700", "stroke-width": 2 },
  violates: { fill: "#ffebe9", stroke: RED, "stroke-width": 2.5 },
};

function box(layout: SwimlaneLayout, row: LaneRow, baseline: number): readonly Markup[] {
  const left = layout.lanesLeft + row.lane * layout.laneWidth;
  const x = left + RAIL;
  const dashed = row.kind === "standing" ? { "stroke-dasharray": "6 3" } : {};
  const shape = {
    x,
    y: row.top,
    width: layout.laneWidth - RAIL - 14,
    height: row.height,
    rx: 5,
    ...BOX_STYLES[row.tone],
    ...dashed,
  };
  const colour = row.tone === "violates" ? RED : "#7d4e00";
  const texts = [
    ...row.label.map((line) => ({ line, fill: INK, font: { "font-family": MONOSPACE } })),
    ...row.role.map((line) => ({ line, fill: colour, font: { "font-weight": "bold" } })),
    ...row.source.map((line) => ({
      line,
      fill: FAINT,
      font: { "font-family": MONOSPACE, "font-size": 11 },
    })),
  ];
  return [
    element("line", {
      x1: left + RAIL_LEFT,
      y1: baseline - 4,
      x2: x,
      y2: baseline - 4,
      stroke: shape.stroke,
      "stroke-width": 1.5,
    }),
    element("circle", { cx: left + RAIL_LEFT, cy: baseline - 4, r: 4.5, fill: shape.stroke }),
    element("rect", shape),
    ...texts.map(({ line, fill, font }, index) =>
      element(
        "text",
        { x: x + BOX_PADDING, y: baseline + index * LINE, fill, ...font, "xml:space": "preserve" },
        line,
      ),
    ),
  ];
}

/** What the rails mean, at the bottom; levels only where some thread is raised. */
function legend(layout: SwimlaneLayout, { steps, ...trace }: Trace): readonly Markup[] {
  const y = layout.height - 16;
  const raised = steps.flatMap(({ level, levelAfter }) => [level, levelAfter ?? level]);
  const levels = [...new Set(raised)].sort((one, other) => one - other);
  const locks = [...lockColours({ steps, ...trace })].map(
    ([object, fill]): Item => [
      element("rect", { x: 0, y: y - 11, width: 5, height: 14, fill }),
      `holds ${object}`,
    ],
  );
  const items = [
    ...locks,
    ...(steps.some(({ blocked }) => blocked.length > 0) ? [blockedItem(y)] : []),
    ...(levels.some((level) => level > 0) ? levels.map((level) => levelItem(level, y)) : []),
  ];
  let x = layout.lanesLeft;
  return items.map(([mark, text]) => {
    const words = element("text", { x: 14, y, fill: FAINT }, shortened(visible(text), 40));
    const item = element("g", { transform: `translate(${Math.round(x)} 0)` }, mark, words);
    x += 14 + Math.min(40, visible(text).length) * 7 + 24;
    return item;
  });
}

type Item = readonly [mark: Markup, text: string];

function blockedItem(y: number): Item {
  const line = { x1: 2, y1: y - 12, x2: 2, y2: y + 4, stroke: "#6e7781", "stroke-width": 2.5 };
  return [element("line", { ...line, "stroke-dasharray": "3 5" }), "blocked"];
}

function levelItem(level: number, y: number): Item {
  return [
    element("rect", { x: -1, y: y - 11, width: 8, height: 14, fill: levelColour(level) }),
    `${levelLetter(level)} = ${levelName(level)}`,
  ];
}

function shortened(text: string, width: number): string {
  return text.length <= width ? text : `${[...text].slice(0, width - 1).join("")}…`;
}
