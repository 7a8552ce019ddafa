/**
 * Writes reports of what violates to a folder: one file for each finding and format, named after model and rule.
 * Warnings that violate nothing are told in the text of the others only.
 *
 * Names and bytes depend on the findings alone, not on times, memory, or which other models were checked.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { checkDocument, documentText } from "../report/json/document.ts";
import { counted } from "../report/number-text.ts";
import { terminalText } from "../report/terminal.ts";
import type { Result } from "../trace/document.ts";
import type { Output } from "./output.ts";
import { findingReportName, freeName, reportFolderOf } from "./report-name.ts";
import { shownPath } from "./source-path.ts";
import { removeStaleReports } from "./stale-reports.ts";

export interface ReportOptions {
  readonly report?: readonly ReportFormat[];
  readonly out?: string;
}

/** Text of a report; nothing where a finding has no trace to draw. */
type Writer = (result: Result, index: number) => Promise<string | undefined>;

const WRITERS = {
  text: { extension: "txt", write: textOf },
  svg: { extension: "svg", write: drawing },
  dot: { extension: "dot", write: graphWriter("dot") },
  graphml: { extension: "graphml", write: graphWriter("graphml") },
  gexf: { extension: "gexf", write: graphWriter("gexf") },
  graphology: { extension: "graphology.json", write: graphWriter("graphology") },
  json: { extension: "json", write: jsonOf },
} satisfies Readonly<Record<string, { readonly extension: string; readonly write: Writer }>>;

export type ReportFormat = keyof typeof WRITERS;

export const REPORT_FORMATS = Object.keys(WRITERS) as readonly ReportFormat[];

/** What the reports are about. */
export interface Reported {
  readonly results: readonly Result[];
  /** Folders all of whose models were run to the end: older reports of theirs go. */
  readonly wholeFolders?: readonly string[];
}

/** Writes the reports asked for, and remarks how many. */
export async function writeReports(
  { results, wholeFolders = [] }: Reported,
  { report = [], out = "reports" }: ReportOptions,
  output: Output,
): Promise<void> {
  if (report.length === 0) return;
  const taken = new Set<string>();
  const files = new Set<string>();
  for (const result of results) {
    for (const [index, finding] of result.findings.entries()) {
      if (finding.severity !== "error" && result.options.strict !== true) continue;
      const name = freeName(findingReportName(result, finding), taken);
      const texts = await findingTexts({ result: timeless(result), index }, report);
      for (const [extension, text] of texts) {
        await writeText(join(out, `${name}.${extension}`), text);
        files.add(`${name}.${extension}`);
      }
    }
  }
  const extensions = report.map((format) => WRITERS[format].extension);
  const folders = wholeFolders.map((folder) => reportFolderOf(shownPath(folder)));
  const removed = await removeStaleReports(out, { folders, extensions, files });
  const told = [
    files.size === 0
      ? "no report written: nothing violates"
      : `${counted(files.size, "report")} in ${shownPath(out)}`,
    ...(removed === 0 ? [] : [`${counted(removed, "report")} removed, which no model makes`]),
  ];
  output.remark(told.join("; "));
}

async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function findingTexts(
  { result, index }: { readonly result: Result; readonly index: number },
  formats: readonly ReportFormat[],
): Promise<readonly (readonly [extension: string, text: string])[]> {
  const texts: (readonly [string, string])[] = [];
  for (const format of formats) {
    const { extension, write } = WRITERS[format];
    const text = await write(result, index);
    if (text !== undefined) texts.push([extension, text]);
  }
  return texts;
}

/** The result without what differs from run to run. */
function timeless(result: Result): Result {
  const { bytesPerState: _, ...statistics } = result.statistics;
  return { ...result, statistics: { ...statistics, seconds: 0, peakBytes: 0 } };
}

async function textOf(result: Result, index: number): Promise<string> {
  return terminalText(result, { timeless: true, detail: index });
}

async function jsonOf(result: Result, index: number): Promise<string> {
  const findings = result.findings.slice(index, index + 1);
  return documentText(checkDocument([{ ...result, findings }], []));
}

async function drawing(result: Result, index: number): Promise<string | undefined> {
  const { swimlaneSvg } = await import("../report/svg/swimlane.ts");
  const finding = result.findings[index];
  return finding && swimlaneSvg(finding);
}

/** Graphs of a trace: its steps and their orders. Loaded when wanted, since the libraries behind them are large. */
function graphWriter(format: "dot" | "graphml" | "gexf" | "graphology"): Writer {
  return async (result, index) => {
    const { trace, explanation, rule } = result.findings[index] ?? {};
    if (!trace) return undefined;
    const { traceGraphData } = await import("../report/graph-data.ts");
    const data = traceGraphData(`${result.model}: ${rule}`, trace, explanation);
    switch (format) {
      case "dot":
        return (await import("../report/dot.ts")).dotText(data);
      case "graphml":
        return (await import("../report/graphml.ts")).graphmlText(data);
      case "gexf":
        return (await import("../report/gexf.ts")).gexfText(data);
      case "graphology":
        return (await import("../report/graph.ts")).graphJson(data);
    }
  };
}
