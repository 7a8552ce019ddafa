/**
 * How many states lie at each depth, and how many of them violate: the overview of a graph too large to draw.
 * One bar per depth; above 120 depths, neighbours share a bar, and the axis says so.
 */
import type { StateGraph } from "../../trace/state-graph.ts";
import { graphTitle } from "../graph-data.ts";
import { countText } from "../number-text.ts";
import { drawing, element, type Markup } from "./element.ts";

const BARS_MAX = 120;
const PLOT = { left: 84, top: 70, width: 820, height: 300 };

interface Bar {
  readonly from: number;
  readonly to: number;
  readonly states: number;
  readonly violating: number;
}

/** The profile as SVG. */
export function depthProfileSvg(graph: StateGraph): string {
  const bars = barsOf(graph);
  const most = Math.max(1, ...bars.map(({ states }) => states));
  const title = `${graphTitle(graph)}: states by depth`;
  return drawing(
    { width: PLOT.left + PLOT.width + 30, height: PLOT.top + PLOT.height + 64, title },
    ...heading(graph, title),
    ...gridLines(most),
    ...bars.flatMap((bar, index) => barMarks(bar, index, bars.length, most)),
    ...depthAxis(bars),
  );
}

function barsOf({ nodes }: StateGraph): readonly Bar[] {
  let depthMax = 0;
  for (const { depth } of nodes) depthMax = Math.max(depthMax, depth);
  const span = Math.ceil((depthMax + 1) / BARS_MAX);
  const count = Math.ceil((depthMax + 1) / span);
  const bars = Array.from({ length: count }, (_, index) => ({
    from: index * span,
    to: Math.min(depthMax, (index + 1) * span - 1),
    states: 0,
    violating: 0,
  }));
  for (const { depth, violating } of nodes) {
    const bar = bars[Math.floor(depth / span)];
    if (!bar) continue;
    bar.states += 1;
    if (violating) bar.violating += 1;
  }
  return bars;
}

function heading({ nodes }: StateGraph, title: string): readonly Markup[] {
  const violating = nodes.filter((node) => node.violating);
  const first = violating.reduce(
    (depth, node) => Math.min(depth, node.depth),
    Number.POSITIVE_INFINITY,
  );
  const bad =
    violating.length === 0
      ? "none violating"
      : `${countText(violating.length)} violating, first at depth ${first}`;
  const text = `${countText(nodes.length)} states; ${bad}`;
  return [
    element(
      "text",
      { x: 20, y: 28, "font-size": 16, "font-weight": "bold", fill: "#1f2328" },
      title,
    ),
    element("text", { x: 20, y: 50, "font-size": 13, fill: "#57606a" }, text),
  ];
}

function gridLines(most: number): readonly Markup[] {
  return [0, 0.5, 1].flatMap((share) => {
    const y = PLOT.top + PLOT.height * (1 - share);
    const value = Math.round(most * share);
    return [
      element("line", {
        x1: PLOT.left,
        y1: y,
        x2: PLOT.left + PLOT.width,
        y2: y,
        stroke: "#d0d7de",
      }),
      element(
        "text",
        { x: PLOT.left - 8, y: y + 4, "text-anchor": "end", fill: "#57606a" },
        countText(value),
      ),
    ];
  });
}

/** A bar with its violating part at the foot; a violating part is never thinner than two pixels. */
function barMarks(bar: Bar, index: number, count: number, most: number): readonly Markup[] {
  const pitch = PLOT.width / count;
  const width = Math.max(1, Math.min(40, pitch * 0.8));
  const x = PLOT.left + index * pitch + (pitch - width) / 2;
  const bottom = PLOT.top + PLOT.height;
  const heightOf = (states: number): number => (states / most) * PLOT.height;
  const height = heightOf(bar.states);
  const bad = bar.violating === 0 ? 0 : Math.max(2, heightOf(bar.violating));
  const tip = `depth ${depthText(bar)}: ${countText(bar.states)} states, ${countText(bar.violating)} violating`;
  return [
    element(
      "rect",
      { x, y: bottom - height, width, height, fill: "#54aeff" },
      element("title", {}, tip),
    ),
    ...(bad === 0
      ? []
      : [element("rect", { x, y: bottom - bad, width, height: bad, fill: "#b3151d" })]),
  ];
}

const depthText = ({ from, to }: Bar): string => (from === to ? String(from) : `${from} to ${to}`);

function depthAxis(bars: readonly Bar[]): readonly Markup[] {
  const every = Math.max(1, Math.ceil(bars.length / 16));
  const pitch = PLOT.width / bars.length;
  const y = PLOT.top + PLOT.height + 18;
  const ticks = bars.flatMap((bar, index) =>
    index % every === 0
      ? [
          element(
            "text",
            { x: PLOT.left + (index + 0.5) * pitch, y, "text-anchor": "middle", fill: "#57606a" },
            String(bar.from),
          ),
        ]
      : [],
  );
  const legend = `depth: steps of a shortest run${bars.some(({ from, to }) => from !== to) ? " (several to a bar)" : ""}; red: a rule is violated`;
  return [...ticks, element("text", { x: PLOT.left, y: y + 26, fill: "#57606a" }, legend)];
}
