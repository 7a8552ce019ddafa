/**
 * Writes reports of what violates to a folder: one file for each finding and format, named after model and rule.
 * Warnings that violate nothing are told in the text of the others only.
 *
 * Names and bytes depend on the findings alone, not on times, memory, or which other models were checked.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { checkDocument, documentText } from "../report/json/document.ts";
import { terminalText } from "../report/terminal.ts";
import type { Finding, Result } from "../trace/document.ts";
import type { Output } from "./output.ts";
import { shownPath } from "./source-path.ts";

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

/** Writes the reports asked for, and remarks how many. */
export async function writeReports(
  results: readonly Result[],
  { report = [], out = "reports" }: ReportOptions,
  output: Output,
): Promise<void> {
  if (report.length === 0) return;
  const taken = new Set<string>();
  let count = 0;
  for (const result of results) {
    for (const [index, finding] of result.findings.entries()) {
      if (finding.severity !== "error" && result.options.strict !== true) continue;
      const name = freeName(reportName(result, finding), taken);
      count += await writeFinding({ result: timeless(result), index }, join(out, name), report);
    }
  }
  const files = count === 1 ? "1 report" : `${count} reports`;
  output.remark(
    count === 0 ? "no report written: nothing violates" : `${files} in ${shownPath(out)}`,
  );
}

async function writeFinding(
  { result, index }: { readonly result: Result; readonly index: number },
  path: string,
  formats: readonly ReportFormat[],
): Promise<number> {
  let count = 0;
  for (const format of formats) {
    const { extension, write } = WRITERS[format];
    const text = await write(result, index);
    if (text === undefined) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.${extension}`, text);
    count += 1;
  }
  return count;
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

/** Folders of the model below `models/`, its name, its parameters, the rule: `post/counter.THREADS-2.deadlock`. */
function reportName(result: Result, { rule }: Finding): string {
  const path = result.file.replace(/\.ts$/, "").split("/");
  const parts = path.filter((part) => part !== ".." && part !== "." && !part.endsWith(":"));
  if (parts[0] === "models" && parts.length > 1) parts.shift();
  const model = parts.filter((part) => part !== "").map(safe);
  const parameters = Object.entries(result.params).map(([name, value]) => `${name}-${value}`);
  return [model.join("/"), ...parameters.map(safe), safe(rule)].join(".");
}

const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/** A word that every file system takes as a part of a name. */
function safe(word: string): string {
  const plain = word.replaceAll(/[^\w.-]+/g, "-").replaceAll(/^[.-]+|[.-]+$/g, "");
  const short = plain.slice(0, 60);
  return short === "" || RESERVED.test(short.split(".")[0] ?? "") ? `_${short}` : short;
}

/** The name, numbered if a finding before has it; some file systems do not tell case apart. */
function freeName(name: string, taken: Set<string>): string {
  for (let number = 1; ; number += 1) {
    const numbered = number === 1 ? name : `${name}-${number}`;
    if (taken.has(numbered.toLowerCase())) continue;
    taken.add(numbered.toLowerCase());
    return numbered;
  }
}
