/**
 * The graph as DOT, for Graphviz. The error path is red and heavy: with `weight=100` dot draws it as one straight spine.
 * Ours, since a DOT file is only a list, and its escapes are few.
 */

import { visible } from "./escape.ts";
import type { AttributeValue, GraphData } from "./graph-data.ts";

const SPINE_WEIGHT = 100;
const LABEL_COLUMNS = 28;

/** DOT text; laid out top down unless `across`. */
export function dotText(
  data: GraphData,
  { across = false }: { readonly across?: boolean } = {},
): string {
  const told = new Map(data.nodes.map(({ id, attributes }) => [id, attributes.label]));
  const lines = [
    `digraph ${quoted(data.name)} {`,
    `  graph [rankdir=${across ? "LR" : "TB"}, ranksep=0.35, nodesep=0.25, bgcolor="white"];`,
    `  graph [label=${quoted(data.name)}, labelloc=t, fontname="Helvetica", fontsize=14, pad=0.2];`,
    '  node [shape=box, style="rounded,filled", fillcolor="#f6f8fa", color="#57606a", fontname="Helvetica", fontsize=11, margin="0.12,0.06"];',
    '  edge [color="#6e7781", fontname="Helvetica", fontsize=9, arrowsize=0.7];',
    ...data.nodes.map(({ id, attributes }) => `  ${quoted(id)} [${nodeStyle(attributes)}];`),
    ...data.edges.map(
      ({ from, to, attributes }) =>
        `  ${quoted(from)} -> ${quoted(to)} [${edgeStyle(attributes, told.get(to))}];`,
    ),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

type Style = GraphData["nodes"][number]["attributes"];

function nodeStyle(attributes: Style): string {
  const text = label(String(attributes.label ?? ""), { indent: "", linesMax: 8 });
  if (attributes.violating === true) {
    return `${text}, fillcolor="#ffd7d5", color="#b3151d", penwidth=2.2, fontcolor="#5c0a0f"`;
  }
  return attributes.errorPath === true
    ? `${text}, fillcolor="#fff1e5", color="#b3151d", penwidth=1.6`
    : text;
}

/** The state that a step of a state graph leads to may be named for it: then the edge need not say it again. */
function edgeStyle(attributes: Style, target: AttributeValue | undefined): string {
  const { thread } = attributes;
  const said = `${thread === undefined ? "" : `${thread}: `}${attributes.label ?? ""}`;
  const known = thread !== undefined && said !== "" && String(target).startsWith(said);
  // The indent keeps the text off the line.
  const text = label(known ? "" : said, { indent: " ", linesMax: 3 });
  if (attributes.relation === "schedule") return `${text}, style=dashed, weight=2`;
  if (attributes.relation === "conflict") return `${text}, color="#8250df", constraint=false`;
  return attributes.errorPath === true
    ? `${text}, color="#b3151d", penwidth=2.2, weight=${SPINE_WEIGHT}`
    : text;
}

/** A quoted DOT string: backslashes, quotes and ampersands escaped. */
function quoted(...lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    visible(line).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("&", "&amp;"),
  );
  return `"${escaped.join("\\n")}"`;
}

/**
 * A label in lines of about 28 columns, cut after so many. No line is empty: Graphviz compiled to WebAssembly crashes
 * on an edge's label that begins with an empty line ("table index is out of bounds").
 */
function label(text: string, { indent, linesMax }: { indent: string; linesMax: number }): string {
  const lines = text
    .split("; ")
    .flatMap(broken)
    .filter((line) => line.trim() !== "");
  const shown = lines.length > linesMax ? [...lines.slice(0, linesMax - 1), "…"] : lines;
  return `label=${quoted(...shown.map((line) => indent + line))}`;
}

function broken(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= LABEL_COLUMNS) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
