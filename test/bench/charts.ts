/** Results as drawings: rates as bars, growth as lines. */
import { drawing, element, type Markup } from "../../src/report/svg/element.ts";
import { type Comparison, type Row, timeOf } from "./compare.ts";
import type { Growth } from "./growth.ts";

const COLOURS = [
  "#1b6e53",
  "#2f9e77",
  "#7cc7a8",
  "#b8860b",
  "#5b6b8c",
  "#8c9bbd",
  "#a5a5a5",
  "#c9c9c9",
];
const colour = (index: number): string => COLOURS[index % COLOURS.length] ?? "#000000";
const text = (x: number, y: number, says: string, anchor = "start"): Markup =>
  element("text", { x, y, "text-anchor": anchor, fill: "#222222" }, says);
const line = (x1: number, y1: number, x2: number, y2: number): Markup =>
  element("line", { x1, y1, x2, y2, stroke: "#dddddd" });

const LABELS = 300;
const BARS = 420;

/** States a second for the largest size of each family; of searches that keep all states. */
export function ratesChart(comparisons: readonly Comparison[]): string {
  const largest = new Map(comparisons.map((comparison) => [comparison.family, comparison]));
  const groups = [...largest.values()].map((comparison) => ({
    title: `${comparison.family}, N = ${comparison.size}`,
    bars: comparison.rows.filter(({ name }) => !name.includes("default")),
  }));
  const names = [...new Set(groups.flatMap(({ bars }) => bars.map(({ name }) => name)))];
  // The shell tells time by hundredths of a second.
  const rate = (row: Row): number => row.states / Math.max(0.01, timeOf(row)) / 1e6;
  const most = Math.max(...groups.flatMap(({ bars }) => bars.map(rate)));
  const title =
    "Millions of states a second of the processor (with several processes: of the clock)";
  const marks: Markup[] = [text(10, 20, title)];
  let y = 50;
  for (const group of groups) {
    marks.push(element("text", { x: 10, y, "font-weight": "bold" }, group.title));
    for (const row of group.bars) {
      y += 18;
      const width = (rate(row) / most) * BARS;
      const fill = colour(names.indexOf(row.name));
      marks.push(
        text(LABELS, y, row.name, "end"),
        element("rect", { x: LABELS + 10, y: y - 11, width, height: 13, fill }),
        text(LABELS + 16 + width, y, rate(row).toFixed(2)),
      );
    }
    y += 34;
  }
  return drawing({ width: LABELS + BARS + 70, height: y, title }, ...marks);
}

const PLOT = { width: 300, height: 180, left: 56, top: 40 };

/** Seconds to a verdict by size, one plot for each family; the clock's scale is logarithmic. */
export function growthChart(growths: readonly Growth[]): string {
  const columns = 2;
  const step = { x: PLOT.left + PLOT.width + 40, y: PLOT.top + PLOT.height + 60 };
  const plots = growths.map((growth, index) => {
    const [x, y] = [(index % columns) * step.x, Math.floor(index / columns) * step.y];
    return element("g", { transform: `translate(${x} ${y})` }, ...plot(growth));
  });
  const height = Math.ceil(growths.length / columns) * step.y;
  return drawing(
    { width: columns * step.x, height, title: "Seconds to a verdict by size" },
    ...plots,
  );
}

function plot({ family, sides, limits }: Growth): readonly Markup[] {
  const sizes = [...new Set(sides.flatMap(({ points }) => points.map(({ size }) => size)))];
  sizes.sort((one, other) => one - other);
  const x = (size: number): number =>
    PLOT.left + ((sizes.indexOf(size) + 0.5) / sizes.length) * PLOT.width;
  const [low, high] = [Math.log10(0.01), Math.log10(limits.seconds)];
  const y = (seconds: number): number => {
    const part = (Math.log10(Math.max(0.01, seconds)) - low) / (high - low);
    return PLOT.top + PLOT.height * (1 - Math.min(1, part));
  };
  const ticks = [0.01, 0.1, 1, 10, 100].filter((tick) => tick <= limits.seconds);
  return [
    element("text", { x: PLOT.left, y: 24, "font-weight": "bold" }, family),
    ...ticks.flatMap((tick) => [
      line(PLOT.left, y(tick), PLOT.left + PLOT.width, y(tick)),
      text(PLOT.left - 6, y(tick) + 4, `${tick} s`, "end"),
    ]),
    ...sizes.map((size) => text(x(size), PLOT.top + PLOT.height + 16, `${size}`, "middle")),
    ...sides.flatMap(({ name, points }, index) => {
      const stroke = colour(index * 3);
      const finished = points.filter(({ ended }) => ended === "finished");
      const path = finished.map(({ size, seconds }) => `${x(size)},${y(seconds)}`).join(" ");
      const [right, under] = [PLOT.left + PLOT.width, 24 + index * 14 - 10];
      return [
        element("polyline", { points: path, fill: "none", stroke, "stroke-width": 2 }),
        ...finished.map(({ size, seconds }) =>
          element("circle", { cx: x(size), cy: y(seconds), r: 3, fill: stroke }),
        ),
        element("text", { x: right, y: under, "text-anchor": "end", fill: stroke }, name),
      ];
    }),
  ];
}
