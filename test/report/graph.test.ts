import graphology from "graphology";
import gexf from "graphology-gexf";
import graphml from "graphology-graphml";
import { describe, expect, it } from "vitest";
import { dotText } from "../../src/report/dot.ts";
import { gexfText } from "../../src/report/gexf.ts";
import { GRAPH_NODES_MAX, graphJson, graphOf } from "../../src/report/graph.ts";
import { type GraphData, stateGraphData, traceGraphData } from "../../src/report/graph-data.ts";
import { graphmlText } from "../../src/report/graphml.ts";
import { explore } from "../../src/semantics/explore.ts";
import { stateGraphOf } from "../../src/trace/state-graph.ts";
import * as samples from "../trace/samples.ts";

/** Both graphs of a sample: its trace and its states. */
function graphsOf(
  sample: ReturnType<typeof samples.abba>,
  rule: string,
): Record<string, GraphData> {
  const { nodes, findings } = explore(sample, 10_000);
  const found = [...findings.values()].find((one) => one.rule.startsWith(rule));
  const { trace, explanation } = samples.findingIn(sample, rule);
  if (!trace) throw new Error("the finding has a trace");
  return {
    trace: traceGraphData(sample.name, trace, explanation),
    states: stateGraphData(stateGraphOf(sample, nodes, found?.schedule)),
  };
}

const graphs = {
  ...Object.fromEntries(
    [
      ["use after free", graphsOf(samples.useAfterFree(), "use-after-free")] as const,
      ["abba", graphsOf(samples.abba(), "deadlock")] as const,
      ["hostile", graphsOf(samples.hostile(), "panic")] as const,
    ].flatMap(([name, both]) =>
      Object.entries(both).map(([kind, data]) => [`${name}, ${kind}`, data]),
    ),
  ),
} as Readonly<Record<string, GraphData>>;

const content = (graph: ReturnType<typeof graphOf>) => {
  const { nodes, edges } = graph?.export() ?? { nodes: [], edges: [] };
  return {
    nodes,
    edges: edges.map(({ key, source, target, attributes }) => ({
      key,
      source,
      target,
      attributes,
    })),
  };
};

describe("reading back gives the graph that was written", () => {
  for (const [name, data] of Object.entries(graphs)) {
    const written = content(graphOf(data));

    it(`as GraphML: ${name}`, () => {
      expect(content(graphml.parse(graphology.MultiDirectedGraph, graphmlText(data)))).toEqual(
        written,
      );
    });

    it(`as GEXF: ${name}`, () => {
      expect(content(gexf.parse(graphology.MultiDirectedGraph, gexfText(data) ?? ""))).toEqual(
        written,
      );
    });

    it(`as graphology JSON: ${name}`, () => {
      const read = graphology.MultiDirectedGraph.from(JSON.parse(graphJson(data) ?? ""));
      expect(content(read)).toEqual(written);
    });
  }
});

describe("the state graph", () => {
  it("marks the error path from the initial to a violating state", () => {
    const data = graphs["abba, states"];
    const path = data?.nodes.filter(({ attributes }) => attributes.errorPath === true) ?? [];
    expect(path[0]?.attributes.label).toBe("initial state");
    expect(path.at(-1)?.attributes.violating).toBe(true);
    expect(path).toHaveLength(3);
  });

  it("marks the states that a recorded violation leads to", () => {
    const sample = samples.doubleRelease();
    const { nodes } = explore(sample, 10_000);
    const graph = stateGraphOf(sample, nodes);
    expect(graph.nodes.filter(({ violating }) => violating)).not.toEqual([]);
  });

  it("calls no state violating that the exploration, cut before, never looked at", () => {
    const sample = samples.longRun(3, 2);
    const whole = explore(sample, 10_000).nodes;
    const cut = explore(sample, 20).nodes;
    expect(cut.some(({ edges }) => edges.length === 0)).toBe(true);
    const violating = (nodes: typeof cut) =>
      stateGraphOf(sample, nodes)
        .nodes.filter((node) => node.violating)
        .map(({ id }) => id);
    const known = new Set(violating(whole));
    expect(violating(cut).filter((id) => !known.has(id))).toEqual([]);
  });

  it("says in every name that it was cut", () => {
    const sample = samples.abba();
    const graph = stateGraphOf(sample, explore(sample, 3).nodes);
    const data = stateGraphData({ ...graph, cut: "the limit of 3 states was reached" });
    expect(data.name).toBe(`${sample.name} (cut: the limit of 3 states was reached)`);
  });

  it("is refused above the cap rather than thinned", () => {
    const nodes = Array.from({ length: GRAPH_NODES_MAX + 1 }, (_, id) => ({
      id: `${id}`,
      attributes: {},
    }));
    expect(graphOf({ name: "large", nodes, edges: [] })).toBeUndefined();
  });
});

describe("DOT", () => {
  it("has no empty line in a label, on which Graphviz crashes", () => {
    const data: GraphData = {
      name: "g",
      nodes: [{ id: "a", attributes: { label: "; ; x" } }],
      edges: [
        {
          id: "e",
          from: "a",
          to: "a",
          attributes: { label: "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww; " },
        },
      ],
    };
    expect(dotText(data)).not.toMatch(/label="(?:[^"]*\\n)?\s*(?:\\n|")/);
  });

  it("is a golden file", async () => {
    await expect(dotText(graphs["abba, states"] as GraphData)).toMatchFileSnapshot(
      "../golden/graph/abba.dot",
    );
  });

  it("escapes quotes and backslashes", () => {
    const node = { id: 'a"b', attributes: { label: 'say "hi" \\N & <b>' } };
    const text = dotText({ name: 'q"', nodes: [node], edges: [] });
    expect(text).toContain(String.raw`"a\"b" [label="say \"hi\" \\N &amp; <b>"]`);
  });
});
