/** Names that try to break out of every format: markup, quotes, newlines, escape sequences, direction marks. */
import { describe, expect, it } from "vitest";
import { create } from "xmlbuilder2";
import { dotText } from "../../src/report/dot.ts";
import { gexfText } from "../../src/report/gexf.ts";
import { stateGraphData } from "../../src/report/graph-data.ts";
import { graphmlText } from "../../src/report/graphml.ts";
import { checkDocument, documentText } from "../../src/report/json/document.ts";
import { depthProfileSvg } from "../../src/report/svg/depth-profile.ts";
import { quotientSvg, stateGraphSvgs } from "../../src/report/svg/state-graph.ts";
import { swimlaneSvg } from "../../src/report/svg/swimlane.ts";
import { terminalText } from "../../src/report/terminal.ts";
import { explore } from "../../src/semantics/explore.ts";
import { stateGraphOf } from "../../src/trace/state-graph.ts";
import { findingIn, HOSTILE, hostile } from "../trace/samples.ts";
import { resultOf } from "./results.ts";

const sample = hostile();
const finding = findingIn(sample, "panic");
const result = resultOf(sample, [finding, finding], {
  file: HOSTILE,
  reason: HOSTILE,
  options: { faults: HOSTILE, [HOSTILE]: HOSTILE },
});
const { nodes, findings } = explore(sample, 100);
const graph = stateGraphOf(sample, nodes, [...findings.values()][0]?.schedule);
const data = stateGraphData(graph);

const texts: Readonly<Record<string, () => string | Promise<string>>> = {
  terminal: () => terminalText(result),
  "swim lanes": () => swimlaneSvg(finding) ?? "",
  "state graph": async () => (await stateGraphSvgs(graph))[0]?.svg ?? "",
  quotient: () => quotientSvg(graph),
  "depth profile": () => depthProfileSvg(graph),
  GraphML: () => graphmlText(data),
  GEXF: () => gexfText(data) ?? "",
  DOT: () => dotText(data),
};

describe("hostile names", () => {
  for (const [name, make] of Object.entries(texts)) {
    it(`leave no control byte and no direction mark in ${name}`, async () => {
      const text = (await make()).replaceAll("\n", "");
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    });
  }

  for (const name of [
    "swim lanes",
    "state graph",
    "quotient",
    "depth profile",
    "GraphML",
    "GEXF",
  ]) {
    it(`leave ${name} well-formed XML without a script`, async () => {
      const text = (await texts[name]?.()) ?? "";
      expect(text).not.toMatch(/<script/i);
      expect(() => create(text)).not.toThrow();
    });
  }

  it("pass through JSON unchanged", () => {
    const read = JSON.parse(documentText(checkDocument([result], [])));
    expect(read.results[0].findings[0].message).toBe(HOSTILE);
    expect(read.results[0].file).toBe(HOSTILE);
  });
});
