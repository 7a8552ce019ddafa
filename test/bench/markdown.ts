/** Results as Markdown. */
import { bytesText, counted, countText } from "../../src/report/number-text.ts";
import { type Comparison, type Row, timeOf } from "./compare.ts";
import type { Growth, Point } from "./growth.ts";

type Cells = readonly string[];

function table(head: Cells, rows: readonly Cells[]): string {
  const align = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [head, align, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const NOTHING = "–";
const seconds = (value: number | undefined): string => value?.toFixed(2) ?? NOTHING;

/** A quotient; nothing where a part is not known, or a time too short to be told. */
function quotient(one: number | undefined, other: number | undefined, digits = 1): string {
  return one && other ? (one / other).toFixed(digits) : NOTHING;
}

/** Spin's fastest row of those that store all states: what the others are compared with. */
export function baseOf({ rows }: Comparison): Row | undefined {
  const plain = rows.filter(
    ({ name, ended }) => ended === "finished" && /^Spin -DNOREDUCE(?:, model by hand)?$/.test(name),
  );
  return plain.sort((one, other) => timeOf(one) - timeOf(other))[0];
}

export function ratesText(comparisons: readonly Comparison[]): readonly string[] {
  if (comparisons.length === 0) return [];
  return [
    "## One graph, every search",
    "",
    "Medians of interleaved rounds. *Times as fast* compares the time of the whole search with that of the fastest Spin",
    "that stores all states: of the processor, and by the clock. Where states are left out, it is faster to say the same.",
    "Spin only explores (gcc -O2 -DSAFETY, pan -E, table and stack sized for the graph; its time is the whole process's).",
    "kecheck looks for deadlocks too, and with *every rule* for races, leaks and all else; its time includes the generation",
    "of code, but not the start of Node. -DBFS_PAR keeps hashes of states only, so it may miss some.",
    "",
    ...comparisons.flatMap(comparisonText),
  ];
}

function comparisonText(comparison: Comparison): readonly string[] {
  const { family, story, size, rounds, rows } = comparison;
  const base = baseOf(comparison);
  const head = [
    ...[
      "search",
      "states",
      "transitions",
      "CPU s",
      "wall s (range)",
      "M states/s",
      "M transitions/s",
    ],
    ...["bytes/state", "times as fast, CPU", "wall"],
  ];
  const lines = rows.map((row) => [
    row.ended === "finished" ? row.name : `${row.name} (cut: ${row.ended})`,
    countText(row.states),
    countText(row.transitions),
    seconds(row.cpuSeconds),
    `${seconds(row.wallSeconds)} (${row.wallSpread.map(seconds).join(" to ")})`,
    quotient(row.states / 1e6, timeOf(row), 2),
    quotient(row.transitions / 1e6, timeOf(row), 2),
    quotient(row.bytes, row.states),
    quotient(base?.cpuSeconds, row.cpuSeconds),
    quotient(base?.wallSeconds, row.wallSeconds),
  ]);
  return [
    `### ${family}, N = ${size}`,
    "",
    `${story} (${counted(rounds, "round")}).`,
    "",
    table(head, lines),
    "",
  ];
}

export function growthText(growths: readonly Growth[]): readonly string[] {
  const [first] = growths;
  if (!first) return [];
  const limit = `${first.limits.seconds} s and ${bytesText(first.limits.bytes)}`;
  return [
    "## Default against default",
    "",
    `The largest size that each side finishes within ${limit}, as a user gets it who gives no option; time of the whole`,
    "process, by the clock. kecheck judges every rule. Spin only explores, with its partial-order reduction (-DSAFETY,",
    "gcc -O2, its compilation apart).",
    "",
    table(
      ["family", "side", "largest N", "states stored", "seconds", "compilation", "next N"],
      growths.flatMap(({ family, sides }) =>
        sides.map(({ name, points }) => growthCells(family, name, points)),
      ),
    ),
    "",
  ];
}

function growthCells(family: string, name: string, points: readonly Point[]): Cells {
  const last = points.findLast(({ ended }) => ended === "finished");
  const cut = points.find(({ ended }) => ended !== "finished");
  return [
    family,
    name,
    last ? `${last.size}` : "none",
    last ? countText(last.states) : NOTHING,
    seconds(last?.seconds),
    last?.compileSeconds ? seconds(last.compileSeconds) : NOTHING,
    cut ? `${cut.size}: ${cut.ended}` : "not tried",
  ];
}
