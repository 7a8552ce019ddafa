/** Names of reports: made from the model's path, its parameters and the rule alone, and recognized by them again. */
import { dirname } from "node:path";
import { RULES } from "../ir/rules.ts";
import type { NamedSvg } from "../report/svg/state-graph.ts";
import type { Finding, Result } from "../trace/document.ts";

/** Ends of the names of what shows a whole model rather than a finding. */
const GRAPH_NAMES: readonly NamedSvg["name"][] = ["states", "depth-profile", "quotient"];

/** Folders of the model below `models/`, its name, its parameters: `post/counter.THREADS-2`. */
export function modelReportName({ file, params }: Pick<Result, "file" | "params">): string {
  const model = namedParts(file.replace(/\.ts$/, "")).join("/");
  const parameters = Object.entries(params).map(([name, value]) => `${name}-${value}`);
  return [model, ...parameters.map(safe)].join(".");
}

/** The model's, and the rule: `post/counter.THREADS-2.deadlock`. */
export const findingReportName = (result: Result, { rule }: Finding): string =>
  `${modelReportName(result)}.${safe(rule)}`;

/** The folder, below that of all reports, in which the reports of a folder's models lie; "" for all of them. */
export const reportFolderOf = (folder: string): string =>
  dirname(`${namedParts(`${folder}/model`).join("/")}`).replace(/^\.$/, "");

function namedParts(path: string): readonly string[] {
  const words = path.split("/").filter((word) => word !== "");
  const parts = words.filter((part) => part !== ".." && part !== "." && !part.endsWith(":"));
  if (parts[0] === "models" && parts.length > 1) parts.shift();
  return parts.map(safe);
}

const OF_FINDING = new RegExp(`\\.(?:${Object.keys(RULES).join("|")})(?:-.*)?$`);
const OF_GRAPH = new RegExp(`\\.(?:${GRAPH_NAMES.join("|")})$`);

/** What a file's name without extension says it is a report of; nothing if no report has such a name. */
export function reportedBy(name: string): "finding" | "graph" | undefined {
  if (OF_GRAPH.test(name)) return "graph";
  return OF_FINDING.test(name) ? "finding" : undefined;
}

const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/** A word that every file system takes as a part of a name. */
function safe(word: string): string {
  const plain = word.replaceAll(/[^\w.-]+/g, "-").replaceAll(/^[.-]+|[.-]+$/g, "");
  const short = plain.slice(0, 60);
  return short === "" || RESERVED.test(short.split(".")[0] ?? "") ? `_${short}` : short;
}

/** The name, numbered if one before has it; some file systems do not tell case apart. */
export function freeName(name: string, taken: Set<string>): string {
  for (let number = 1; ; number += 1) {
    const numbered = number === 1 ? name : `${name}-${number}`;
    if (taken.has(numbered.toLowerCase())) continue;
    taken.add(numbered.toLowerCase());
    return numbered;
  }
}
