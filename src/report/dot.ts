/**
 * The graph as DOT, for Graphviz. The error path is red and heavy: with `weight=100` dot draws it as one straight spine.
 * Ours, since a DOT file is only a list, and its escapes are few.
 */

import { visible } from "./escape.ts";
import type { GraphData } from "./graph-data.ts";

const SPINE_WEIGHT = 100;
const LABEL_COLUMNS = 28;

/** DOT text; laid out top down unless `across`. */
export function dotText(
  data: GraphData,
  { across = false }: { readonly across?: boolean } = {},
): string {
  const lines = [
    `digraph ${quoted(data.name)} {`,
    `  graph [rankdir=${across ? "LR" : "TB"}, ranksep=0.35, nodesep=0.25, bgcolor="white"];`,
    '  node [shape=box, style="rounded,filled", fillcolor="#f6f8fa", color="#57606a", fontname="Helvetica", fontsize=11, margin="0.12,0.06"];',
    '  edge [color="#6e7781", fontname="Helvetica", fontsize=9, arrowsize=0.7];',
    ...data.nodes.map(({ id, attributes }) => `  ${quoted(id)} [${nodeStyle(attributes)}];`),
    ...data.edges.map(
      ({ from, to, attributes }) =>
        `  ${quoted(from)} -> ${quoted(to)} [${edgeStyle(attributes)}];`,
    ),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

type Style = GraphData["nodes"][number]["attributes"];

function nodeStyle(attributes: Style): string {
  const label = `label=${quoted(String(attributes.label ?? ""), LABEL_COLUMNS)}`;
  if (attributes.violating === true) {
    return `${label}, fillcolor="#ffd7d5", color="#b3151d", penwidth=2.2, fontcolor="#5c0a0f"`;
  }
  return attributes.errorPath === true
    ? `${label}, fillcolor="#fff1e5", color="#b3151d", penwidth=1.6`
    : label;
}

function edgeStyle(attributes: Style): string {
  // The space keeps the text off the line.
  const label = `label=${quoted(` ${attributes.label ?? ""}`, LABEL_COLUMNS)}`;
  if (attributes.relation === "schedule") return `${label}, style=dashed, weight=2`;
  if (attributes.relation === "conflict") return `${label}, color="#8250df", constraint=false`;
  return attributes.errorPath === true
    ? `${label}, color="#b3151d", penwidth=2.2, weight=${SPINE_WEIGHT}`
    : label;
}

/** A quoted DOT string: backslashes, quotes and ampersands escaped; in lines of about `width` columns. */
function quoted(text: string, width?: number): string {
  const shown = visible(text);
  const lines =
    width === undefined ? [shown] : shown.split("; ").flatMap((part) => broken(part, width));
  const escaped = lines.map((line) =>
    line.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("&", "&amp;"),
  );
  return `"${escaped.join("\\n")}"`;
}

function broken(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
