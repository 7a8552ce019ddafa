/**
 * A result as text for a terminal: the verdict first, then why, the lanes, what to do, how to replay; statistics last.
 * One finding is told in full, the others in a line each. What holds says for which bounds and options it does.
 */
import { type BugCheck, isRuleId, ruleOf } from "../ir/rules.ts";
import type { Finding, Result } from "../trace/document.ts";
import { levelName } from "../trace/level.ts";
import { waitChain } from "../trace/sentence.ts";
import {
  columns,
  entryLines,
  fitted,
  type Screen,
  screenOf,
  type TerminalOptions,
  wrapped,
} from "./glyphs.ts";
import { lanesText } from "./lanes.ts";
import { counted } from "./number-text.ts";
import { replayCommand } from "./replay-command.ts";
import { shownFindings } from "./shown-findings.ts";
import { assumptionLines, headline, statisticsLine, summaryLine } from "./terminal-result.ts";

/** The whole result; `detail` chooses which finding is told in full, otherwise the first error. */
export function terminalText(
  result: Result,
  options: TerminalOptions & { readonly detail?: number } = {},
): string {
  const screen = screenOf(options);
  const findings = shownFindings(result);
  const { detail } = options;
  const chosen = (detail === undefined ? undefined : result.findings[detail]) ?? findings[0];
  const blocks = [
    headline(screen, result, chosen),
    isListed(result, findings) && chosen ? findingsTable(screen, findings, chosen) : [],
    chosen ? findingBlock(screen, result, chosen) : [],
    chosen ? otherFindings(screen, result, chosen) : [],
    [
      ...assumptionLines(screen, result),
      `  ${screen.paint("faint", statisticsLine(screen, result))}`,
    ],
  ];
  return joined(blocks);
}

/** Several findings are; one alone too where the first line, which speaks of the verdict, does not name it. */
const isListed = ({ verdict }: Result, findings: readonly Finding[]): boolean =>
  findings.length > 1 || verdict !== "violated";

/** One line per result, for a run over several models. */
export function terminalSummary(results: readonly Result[], options: TerminalOptions = {}): string {
  const screen = screenOf(options);
  return results.map((result) => `${summaryLine(screen, result)}\n`).join("");
}

/** One finding alone, as a test's failure message shows it. */
export function findingText(
  result: Result,
  finding: Finding,
  options: TerminalOptions = {},
): string {
  return joined([findingBlock(screenOf(options), result, finding)]);
}

/** Blocks of lines with an empty line between them, and a newline at the end. */
function joined(blocks: readonly (readonly string[])[]): string {
  const texts = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${texts.join("\n\n")}\n`;
}

function findingBlock(screen: Screen, result: Result, finding: Finding): readonly string[] {
  const { trace, explanation } = finding;
  const paragraph = explanation?.sentence ?? finding.message;
  const chain = explanation ? waitChain(explanation) : [];
  const text = (line: string) => wrapped(screen.text(line), screen.width, "  ");
  const assumed = finding.assumed
    ? text(
        "This run takes a branch that was assumed, since the source of its condition is not modelled.",
      )
    : [];
  const replay = trace
    ? [`  replay     ${replayCommand(result, screen.text(trace.schedule))}`]
    : [];
  return [
    ...text(paragraph),
    ...chain.flatMap((line) => wrapped(screen.text(line), screen.width, "    ")),
    ...assumed,
    "",
    ...(trace
      ? [...lanesText(screen, trace, explanation), ...levelLines(screen, finding), ""]
      : []),
    ...ruleLines(screen, finding),
    ...replay,
  ];
}

/** At which level each thread is at the end, where levels play a part. */
function levelLines(screen: Screen, { trace }: Finding): readonly string[] {
  const levels = new Map<string, number>();
  for (const { thread, level, levelAfter } of trace?.steps ?? []) {
    levels.set(thread, levelAfter ?? level);
  }
  const raised = (trace?.steps ?? []).some(
    ({ level, levelAfter }) => level + (levelAfter ?? 0) > 0,
  );
  if (!raised) return [];
  const parts = [...levels].map(([thread, level]) => `${screen.text(thread)} ${levelName(level)}`);
  return wrapped(`IRQL at the end: ${parts.join(", ")}`, screen.width, "  ");
}

/** What Windows does about it, what to do, and where to read. */
function ruleLines(screen: Screen, { rule, bugChecks, documentation }: Finding): readonly string[] {
  const advice = isRuleId(rule) ? ruleOf(rule).advice : "";
  const stops = (when: BugCheck["when"]): string =>
    bugCheckText(bugChecks.filter((check) => check.when === when));
  return [
    ...entryLines(screen, "Windows", stops("kernel")),
    ...entryLines(screen, "Verifier", stops("verifier")),
    ...entryLines(screen, "advice", advice),
    ...entryLines(screen, "read", documentation ?? ""),
  ];
}

/** `bug check 0xA IRQL_NOT_LESS_OR_EQUAL, 0xC4 DRIVER_VERIFIER_DETECTED_VIOLATION (parameter 1 = 0x1001)`. */
function bugCheckText(checks: readonly BugCheck[]): string {
  const details = new Map<string, string[]>();
  for (const { code, name, parameters } of checks) {
    const check = `${code.replace(/^0x0+(?=.)/i, "0x")} ${name}`;
    details.set(check, [...(details.get(check) ?? []), ...(parameters ? [parameters] : [])]);
  }
  const texts = [...details].map(([check, parameters]) =>
    parameters.length === 0 ? check : `${check} (${parameters.join(" or ")})`,
  );
  return texts.length === 0 ? "" : `bug check ${texts.join(", ")}`;
}

/** Wide enough for the names of our own models with their line. */
const PLACE_COLUMNS = 48;

/** The folder, with its slash, that all paths share. */
function commonFolder(paths: readonly string[]): string {
  const [first = "", ...others] = paths.map((path) => path.slice(0, path.lastIndexOf("/") + 1));
  return others.every((folder) => folder === first) ? first : "";
}

/** File and line; of a long path the end, since that is what tells files apart. */
function placeText(screen: Screen, { source }: Finding, folder: string): string {
  if (!source) return "-";
  const text = screen.text(`${source.file.slice(folder.length)}:${source.line}`);
  if (columns(text) <= PLACE_COLUMNS) return text;
  const { ellipsis } = screen.glyphs;
  return ellipsis + [...text].slice(ellipsis.length - PLACE_COLUMNS).join("");
}

function findingsTable(
  screen: Screen,
  findings: readonly Finding[],
  chosen: Finding,
): readonly string[] {
  const folder = commonFolder(findings.flatMap(({ source }) => source?.file ?? []));
  const rows = findings.map((finding) => [
    finding === chosen ? ">" : " ",
    finding.severity,
    screen.text(finding.rule),
    finding.trace ? counted(finding.trace.steps.length, "step") : "-",
    placeText(screen, finding, folder),
    screen.text(finding.threads.join(", ")),
  ]);
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.min(PLACE_COLUMNS, Math.max(...rows.map((row) => columns(row[column] ?? "")))),
  );
  return rows.map((row, index) => {
    const line = row.map((text, column) => fitted(screen, text, widths[column] ?? 0)).join("  ");
    return screen.paint(findings[index] === chosen ? "strong" : "plain", `${line.trimEnd()}`);
  });
}

/** The findings that are not told in full: what, and how to see it. */
function otherFindings(screen: Screen, result: Result, chosen: Finding): readonly string[] {
  const others = shownFindings(result).filter((finding) => finding !== chosen);
  if (others.length === 0) return [];
  const lines = others.flatMap((finding) => {
    const { trace, message, rule } = finding;
    const said = screen.text(`${rule}: ${message}`);
    const replay = trace ? [`      ${replayCommand(result, screen.text(trace.schedule))}`] : [];
    return [...wrapped(said, screen.width, "    "), ...replay];
  });
  return ["  Also found:", ...lines];
}
