/**
 * A trace as lanes for a terminal: one column per thread, a row per step, only what changed, and the source line.
 *
 * Where the lanes do not fit with their labels inside, they shrink to bare bars under a letter, and names and labels get
 * columns of their own. A bar tells what its thread is doing while another one steps: running, holding a lock, blocked.
 */
import type { Explanation, Trace } from "../trace/document.ts";
import { fitted, type Screen, widest } from "./glyphs.ts";
import { type Row, rowsOf, threadsOf } from "./lane-rows.ts";
import { counted } from "./number-text.ts";

/** Widths of the columns, without the gaps between them. */
interface Layout {
  readonly threads: readonly string[];
  readonly mark: number;
  /** One per thread, gap included; bare bars take 2. */
  readonly lanes: readonly number[];
  /** Columns of names and labels beside bare bars. */
  readonly beside?: { readonly name: number; readonly label: number };
  /** A step's part in the violation stands under its label, where there is no room at the end of the line. */
  readonly roleBelow?: true;
  readonly change: number;
  readonly source: number;
}

/** The lines of a trace, with the steps that matter marked. */
export function lanesText(
  screen: Screen,
  trace: Trace,
  explanation: Explanation | undefined,
): readonly string[] {
  const { folder, items } = withoutFolder(rowsOf(screen, trace, explanation));
  const rows = items.filter((item) => typeof item !== "number");
  if (rows.length === 0) return ["  The initial state violates it, before any step."];
  const threads = threadsOf(trace, explanation?.standing).map((thread) => screen.text(thread));
  const layout = layoutOf(screen, threads, rows);
  const indent = " ".repeat(layout.mark + 2);
  const leftOut = (count: number): string =>
    screen.paint("faint", `${indent}${screen.glyphs.ellipsis} ${counted(count, "step")} left out`);
  const again =
    trace.loopStart === undefined
      ? []
      : [`${indent}and again from step ${trace.loopStart}, for ever`];
  return [
    screen.paint("strong", `${headerLine(screen, layout)}${folder === "" ? "" : ` in ${folder}`}`),
    ...items.flatMap((item) =>
      typeof item === "number" ? [leftOut(item)] : rowLines(screen, layout, item),
    ),
    ...again,
    ...legend(screen, trace, indent),
  ];
}

/** Takes the folder that all sources share out of the rows: it is said once, and labels get the room. */
function withoutFolder(items: readonly (Row | number)[]): {
  readonly folder: string;
  readonly items: readonly (Row | number)[];
} {
  const sources = items.flatMap((item) =>
    typeof item === "number" || item.source === "" ? [] : [item.source],
  );
  const folders = sources.map((source) => source.slice(0, source.lastIndexOf("/") + 1));
  const folder = folders.every((other) => other === folders[0]) ? (folders[0] ?? "") : "";
  const cut = (item: Row | number): Row | number =>
    typeof item === "number" ? item : { ...item, source: item.source.slice(folder.length) };
  return { folder, items: items.map(cut) };
}

const GAP = "  ";
const LANE_MIN = 25;
const LANES_WITH_LABELS_MAX = 4;
const CHANGE_MAX = 44;
const NAME_MAX = 24;
const LABEL_MIN = 22;
const CHANGE_MIN = 20;

function layoutOf(screen: Screen, threads: readonly string[], rows: readonly Row[]): Layout {
  const mark = widest(rows.map((row) => row.mark));
  const change = Math.min(CHANGE_MAX, widest(["changed", ...rows.flatMap((row) => row.changes)]));
  const source = widest(["source", ...rows.map((row) => row.source)]);
  const role = widest(rows.map((row) => roleText(screen, row)));
  const shared = { threads, mark, change, source };
  const room = screen.width - mark - change - source - 2 * GAP.length;
  const wanted = threads.map((thread, lane) => {
    const labels = rows.filter((row) => row.lane === lane).map(({ label }) => `${label}..`);
    return widest([thread, ...labels]) + GAP.length;
  });
  const lanes = shrunk(wanted, room - role);
  if (lanes) return { ...shared, lanes };
  const bare = { ...shared, lanes: threads.map(() => 2) };
  const name = Math.min(NAME_MAX, widest(threads) + 2);
  const label = widest(["step", ...rows.map((row) => row.label)]);
  const rest = room - 2 * threads.length - name - 2 * GAP.length;
  if (rest - role >= LABEL_MIN) {
    return { ...bare, beside: { name, label: Math.min(label, rest - role) } };
  }
  const short = Math.max(0, LABEL_MIN - rest);
  const beside = { name, label: Math.max(LABEL_MIN, Math.min(widestBelow(rows, label), rest)) };
  return { ...bare, change: Math.max(CHANGE_MIN, change - short), beside, roleBelow: true };
}

/** Width of labels with the steps' parts under them. */
function widestBelow(rows: readonly Row[], label: number): number {
  return Math.max(label, widest(rows.map(({ role }) => `   ${role}`)));
}

/** The lanes as wide as wanted or, if a little is missing, the widest ones cut; nothing if they cannot fit. */
function shrunk(wanted: readonly number[], room: number): readonly number[] | undefined {
  if (wanted.length > LANES_WITH_LABELS_MAX) return undefined;
  const lanes = [...wanted];
  while (lanes.reduce((sum, width) => sum + width, 0) > room) {
    const most = Math.max(...lanes);
    if (most <= LANE_MIN || most < 0.7 * Math.max(...wanted)) return undefined;
    lanes[lanes.indexOf(most)] = most - 1;
  }
  return lanes;
}

function headerLine(screen: Screen, layout: Layout): string {
  const { threads, lanes, beside } = layout;
  const heads = threads.map((thread, lane) =>
    gapped(screen, beside ? letter(lane) : thread, lanes[lane] ?? 2),
  );
  const names = beside
    ? `${fitted(screen, "  thread", beside.name)}${GAP}${fitted(screen, "step", beside.label)}${GAP}`
    : "";
  const change = fitted(screen, "changed", layout.change);
  return `${" ".repeat(layout.mark)}${GAP}${heads.join("")}${names}${change}${GAP}source`;
}

/** `A`, `B` … `Z`, then `*`: heads of bare lanes. */
const letter = (lane: number): string => (lane < 26 ? String.fromCharCode(65 + lane) : "*");

/** The text with at least one column free after it. */
function gapped(screen: Screen, text: string, width: number): string {
  return width <= 2 ? text.padEnd(width) : fitted(screen, text, width - GAP.length) + GAP;
}

/** A step's lines: as many as its label and its changes need. */
function rowLines(screen: Screen, layout: Layout, row: Row): readonly string[] {
  const width = layout.beside?.label ?? (layout.lanes[row.lane] ?? 2) - GAP.length - 2;
  const role = layout.roleBelow ? brokenLabel(roleText(screen, row).trim(), width) : [];
  const label = [...brokenLabel(row.label, width), ...(row.role === "" ? [] : role)];
  const changes = row.changes.flatMap((change) => brokenLabel(change, layout.change));
  const count = Math.max(label.length, changes.length, 1);
  return Array.from({ length: count }, (_, index) =>
    rowLine(screen, layout, row, {
      label: label[index] ?? "",
      change: changes[index] ?? "",
      isFirst: index === 0,
    }),
  );
}

/** A label in pieces of at most `width` columns, broken at spaces and before brackets where possible. */
function brokenLabel(label: string, width: number): readonly string[] {
  const characters = [...label];
  if (characters.length <= width) return [label];
  const head = characters.slice(0, width + 1);
  const bracket = head.lastIndexOf("(");
  // Closing brackets alone on a line say nothing.
  const space = Math.max(head.lastIndexOf(" "), characters.length - bracket > 3 ? bracket : -1);
  const cut = space > 2 ? space : width;
  const rest = characters.slice(cut).join("").trimStart();
  return [characters.slice(0, cut).join("").trimEnd(), ...brokenLabel(`  ${rest}`, width)];
}

interface Line {
  readonly label: string;
  readonly change: string;
  readonly isFirst: boolean;
}

function rowLine(screen: Screen, layout: Layout, row: Row, line: Line): string {
  const tone = row.violates ? "bad" : "plain";
  const lanes = row.bars.map((bar, lane) => {
    const width = layout.lanes[lane] ?? 2;
    if (lane !== row.lane) return screen.paint("faint", bar) + " ".repeat(width - 1);
    const own = !line.isFirst
      ? bar
      : row.violates
        ? screen.glyphs.wrong
        : layout.beside
          ? "*"
          : bar;
    return screen.paint(tone, gapped(screen, layout.beside ? own : `${own} ${line.label}`, width));
  });
  const mark = line.isFirst ? row.mark.padEnd(layout.mark) : " ".repeat(layout.mark);
  const beside = besideText(screen, layout, row, line);
  const change = fitted(screen, line.change, layout.change);
  const start = `${screen.paint(mark.startsWith(">") ? "strong" : "plain", mark)}${GAP}${lanes.join("")}`;
  return `${start}${beside}${change}${GAP}${endText(screen, layout, row, line)}`.trimEnd();
}

/** The source line and, where there is room, the step's part in the violation. */
function endText(screen: Screen, layout: Layout, row: Row, { isFirst }: Line): string {
  if (!isFirst) return "";
  const role = layout.roleBelow ? "" : roleText(screen, row);
  if (role === "") return row.source;
  return row.source.padEnd(layout.source) + screen.paint(row.violates ? "bad" : "strong", role);
}

const roleText = ({ glyphs }: Screen, { role }: Row): string =>
  role === "" ? "" : `${GAP}${glyphs.left} ${role}`;

function besideText(
  screen: Screen,
  { threads, beside }: Layout,
  { lane }: Row,
  { label, isFirst }: Line,
): string {
  if (!beside) return "";
  const name = isFirst ? `${letter(lane)} ${threads[lane]}` : "";
  return `${fitted(screen, name, beside.name)}${GAP}${fitted(screen, label, beside.label)}${GAP}`;
}

function legend({ glyphs, paint }: Screen, { steps }: Trace, indent: string): readonly string[] {
  const parts = [
    ...(steps.some(({ holds }) => holds.length > 0) ? [`${glyphs.holding} holds a lock`] : []),
    ...(steps.some(({ blocked }) => blocked.length > 0) ? [`${glyphs.blocked} blocked`] : []),
  ];
  return parts.length === 0 ? [] : [paint("faint", `${indent}${parts.join("   ")}`)];
}
