import { describe, expect, it } from "vitest";
import { create } from "xmlbuilder2";
import { quotientData, separatingAttributes } from "../../../src/report/quotient.ts";
import { depthProfileSvg } from "../../../src/report/svg/depth-profile.ts";
import { stateGraphSvgs } from "../../../src/report/svg/state-graph.ts";
import { swimlaneSvg } from "../../../src/report/svg/swimlane.ts";
import { explore } from "../../../src/semantics/explore.ts";
import { stateGraphOf } from "../../../src/trace/state-graph.ts";
import * as samples from "../../trace/samples.ts";

const stories = {
  "lost-update": () => samples.findingIn(samples.lostUpdate(), "at-end"),
  "use-after-free": () => samples.findingIn(samples.useAfterFree(), "use-after-free"),
  "abba-deadlock": () => samples.findingIn(samples.abba(), "deadlock"),
  "double-release": () => samples.findingIn(samples.doubleRelease(), "double-release"),
  "wait-at-dispatch": () => samples.findingIn(samples.waitAtDispatch(), "wait-at-dispatch"),
  "data-race": () => samples.findingIn(samples.dataRace(), "data-race"),
  long: () => samples.findingIn(samples.longRun(4, 3), "at-end"),
};

describe("a swim-lane drawing", () => {
  for (const [name, story] of Object.entries(stories)) {
    it(`tells ${name}`, async () => {
      const svg = swimlaneSvg(story()) ?? "";
      expect(() => create(svg)).not.toThrow();
      await expect(svg).toMatchFileSnapshot(`../../golden/svg/${name}.svg`);
    });
  }

  it("needs a trace", () => {
    const { trace: _, ...without } = stories["abba-deadlock"]();
    expect(swimlaneSvg(without)).toBeUndefined();
  });
});

/** The state graph of a sample, with its first finding's path. */
function graphOf(sample: ReturnType<typeof samples.abba>) {
  const { nodes, findings } = explore(sample, 10_000);
  return stateGraphOf(sample, nodes, [...findings.values()][0]?.schedule);
}

describe("a state graph", () => {
  it("is laid out while it is legible, the same each time", async () => {
    const graph = graphOf(samples.lostUpdate());
    const [drawn, ...others] = await stateGraphSvgs(graph);
    expect(drawn?.name).toBe("states");
    expect(others).toEqual([]);
    expect(await stateGraphSvgs(graph)).toEqual([drawn]);
    await expect(drawn?.svg ?? "").toMatchFileSnapshot("../../golden/svg/states.svg");
  });

  it("becomes a depth profile and a quotient when it is large", async () => {
    const drawn = await stateGraphSvgs(graphOf(samples.longRun(3, 4)));
    expect(drawn.map(({ name }) => name)).toEqual(["depth-profile", "quotient"]);
    for (const { svg } of drawn) expect(() => create(svg)).not.toThrow();
  });

  it("has a depth profile that is a golden file", async () => {
    const svg = depthProfileSvg(graphOf(samples.longRun(2, 2)));
    await expect(svg).toMatchFileSnapshot("../../golden/svg/depth-profile.svg");
  });
});

describe("the quotient", () => {
  it("keeps every state, in at most forty boxes", () => {
    const graph = graphOf(samples.longRun(3, 4));
    const { nodes } = quotientData(graph);
    const states = nodes.reduce((sum, { attributes }) => sum + Number(attributes.states), 0);
    expect(states).toBe(graph.nodes.length);
    expect(nodes.length).toBeLessThanOrEqual(40);
  });

  it("separates violating states from safe ones where a few attributes can", () => {
    const graph = graphOf(samples.lostUpdate());
    expect(separatingAttributes(graph)).toContain("counter");
    for (const { attributes } of quotientData(graph).nodes) {
      expect([0, attributes.states]).toContain(attributes.violatingStates);
    }
  });

  it("uses the attributes that it is given", () => {
    const { nodes } = quotientData(graphOf(samples.lostUpdate()), ["counter"]);
    expect(nodes.map(({ attributes }) => attributes.label)).toEqual([
      expect.stringMatching(/^counter = 0; /),
      expect.stringMatching(/^counter = 1; /),
      expect.stringMatching(/^counter = 2; /),
    ]);
  });
});
