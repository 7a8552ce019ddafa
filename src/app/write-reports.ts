/**
 * Writes reports of what violates to a folder: one file for each finding and format, named after model and rule; and,
 * where asked for, the state graph of every model.
 * Warnings that violate nothing are told in the text of the others only.
 *
 * Names and bytes depend on the findings alone, not on times, memory, or which other models were checked.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { checkDocument, documentText } from "../report/json/document.ts";
import { counted } from "../report/number-text.ts";
import { shownFindings } from "../report/shown-findings.ts";
import { terminalText } from "../report/terminal.ts";
import type { Finding, Result } from "../trace/document.ts";
import type { StateGraph } from "../trace/state-graph.ts";
import type { Output } from "./output.ts";
import { findingReportName, freeName, modelReportName, reportFolderOf } from "./report-name.ts";
import { shownPath } from "./source-path.ts";
import { removeStaleReports } from "./stale-reports.ts";
import { STATE_GRAPH_EXTENSIONS, stateGraphTexts } from "./state-graph-texts.ts";

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

type FindingFormat = keyof typeof WRITERS;
/** `states` is about a whole model, whatever its verdict: its state graph. */
export type ReportFormat = FindingFormat | "states";

const FINDING_FORMATS = Object.keys(WRITERS) as readonly FindingFormat[];
export const REPORT_FORMATS: readonly ReportFormat[] = [...FINDING_FORMATS, "states"];

export const wantsGraphs = ({ report = [] }: ReportOptions): boolean => report.includes("states");

/** What the reports are about. */
export interface Reported {
  readonly results: readonly Result[];
  /** The state graph of each result, where these were wanted. */
  readonly graphs: readonly StateGraph[];
  /** Folders all of whose models were run to the end: older reports of theirs go. */
  readonly wholeFolders?: readonly string[];
}

/** Writes the reports asked for, and remarks how many. */
export async function writeReports(
  { results, graphs, wholeFolders = [] }: Reported,
  { report = [], out = "reports" }: ReportOptions,
  output: Output,
): Promise<void> {
  if (report.length === 0) return;
  const formats = FINDING_FORMATS.filter((format) => report.includes(format));
  const taken = new Set<string>();
  const files = new Set<string>();
  const write = async (name: string, texts: Texts): Promise<void> => {
    for (const [end, text] of texts) {
      await writeText(join(out, `${name}.${end}`), text);
      files.add(`${name}.${end}`);
    }
  };
  for (const [place, result] of results.entries()) {
    for (const [index, finding] of result.findings.entries()) {
      if (!isReported(result, finding)) continue;
      const name = freeName(findingReportName(result, finding), taken);
      await write(name, await findingTexts({ result: timeless(result), index }, formats));
    }
    const graph = graphs[place];
    if (!graph) continue;
    await write(freeName(modelReportName(result), taken), await stateGraphTexts(graph));
    if (graph.cut !== undefined) output.remark(`${result.file}: state graph cut: ${graph.cut}`);
  }
  const extensions = {
    finding: formats.map((format) => WRITERS[format].extension),
    graph: wantsGraphs({ report }) ? STATE_GRAPH_EXTENSIONS : [],
  };
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

/** Errors, and under `strict` the warnings that readers are shown. */
const isReported = (result: Result, finding: Finding): boolean =>
  finding.severity === "error" ||
  (result.options.strict === true && shownFindings(result).includes(finding));

/** Ends of file names, and what the files hold. */
type Texts = readonly (readonly [end: string, text: string])[];

async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function findingTexts(
  { result, index }: { readonly result: Result; readonly index: number },
  formats: readonly FindingFormat[],
): Promise<Texts> {
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
