import { describe, expect, it } from "vitest";
import type { Program } from "../../src/ir/program.ts";
import { findingText, terminalSummary, terminalText } from "../../src/report/terminal.ts";
import type { Result } from "../../src/trace/document.ts";
import * as samples from "../trace/samples.ts";
import { allFindings, resultOf } from "./results.ts";

const stories: Readonly<Record<string, readonly [Program, string]>> = {
  "lost-update": [samples.lostUpdate(), "at-end"],
  "use-after-free": [samples.useAfterFree(), "use-after-free"],
  "abba-deadlock": [samples.abba(), "deadlock"],
  "double-release": [samples.doubleRelease(), "double-release"],
  "wait-at-dispatch": [samples.waitAtDispatch(), "wait-at-dispatch"],
  "data-race": [samples.dataRace(), "data-race"],
};

/** The sample's finding of the rule, alone. */
function alone([sample, rule]: readonly [Program, string]) {
  return resultOf(sample, [samples.findingIn(sample, rule)]);
}

describe("a violation on a terminal", () => {
  for (const [name, story] of Object.entries(stories)) {
    it(`tells ${name}`, async () => {
      const text = terminalText(alone(story), { timeless: true });
      await expect(text).toMatchFileSnapshot(`../golden/terminal/${name}.txt`);
    });

    it(`tells ${name} in ASCII without control bytes`, async () => {
      const text = terminalText(alone(story), { ascii: true, timeless: true, width: 120 });
      expect(text).toMatch(/^[ -~\n]*$/);
      await expect(text).toMatchFileSnapshot(`../golden/terminal/${name}.ascii.txt`);
    });
  }

  it("tells one of several findings in full, the others with their replay command", async () => {
    const sample = samples.useAfterFree();
    const text = terminalText(resultOf(sample, allFindings(sample)), { timeless: true });
    await expect(text).toMatchFileSnapshot("../golden/terminal/several.txt");
  });

  it("leaves out the middle of a long trace, unless asked not to", async () => {
    const sample = samples.longRun(5, 3);
    const result = resultOf(sample, [samples.findingIn(samples.longRun(3, 5), "at-end")]);
    const text = terminalText(result, { timeless: true });
    expect(text).toMatch(/… \d+ steps left out/);
    expect(terminalText(result, { full: true })).not.toContain("left out");
    await expect(text).toMatchFileSnapshot("../golden/terminal/long.txt");
  });

  it("begins with the verdict", () => {
    expect(terminalText(alone([samples.abba(), "deadlock"]))).toMatch(
      /^✗ VIOLATED {2}deadlock {2}2 steps \(simplest\) {2}models\/sample\.ts\n/,
    );
  });

  it("says of a shortest trace that it is, where nobody looked for the simplest", () => {
    const finding = samples.findingIn(samples.abba(), "deadlock");
    const { minimal: _, ...plain } = finding;
    const text = (one: typeof plain) => terminalText(resultOf(samples.abba(), [one]));
    expect(text({ ...plain, shortest: true })).toContain(
      "deadlock  2 steps, the fewest possible  ",
    );
    expect(text(plain)).toContain("deadlock  2 steps (not shown to be simplest)  ");
  });

  it("lists warnings after errors, dead code behind an error not at all, and whole file names", () => {
    const error = samples.findingIn(samples.abba(), "deadlock");
    const name = "a-model-with-a-rather-long-name.broken.ts";
    const source = { file: `models/somewhere/deep/${name}`, line: 12, column: 1 };
    const { trace: _, ...bare } = error;
    const warning = (rule: string) => ({ ...bare, rule, severity: "warning" as const, source });
    const dead = warning("dead-code");
    const all = [dead, warning("lock-order"), { ...error, source }];
    const text = terminalText(resultOf(samples.abba(), all));
    expect(text).toMatch(/^✗ VIOLATED {2}deadlock/);
    const [first, second, ...others] = text.split("\n").slice(2);
    expect(first).toContain(`>  error    deadlock    2 steps  ${name}:12`);
    expect(second).toContain(`   warning  lock-order  -        ${name}:12`);
    expect(others[0]).toBe("");
    expect(text).not.toContain("dead-code");
    const holding = resultOf(samples.abba(), [dead], { verdict: "holds" });
    expect(terminalText(holding)).toContain("dead-code");
  });

  it("says that a limit was hit although there is a violation", () => {
    const result = { ...alone([samples.abba(), "deadlock"]), reason: "the limit of 10 states" };
    expect(terminalText(result)).toContain("not everything was explored: the limit of 10 states");
  });

  it("keeps to the width, but for paths and roles that are longer", () => {
    for (const [sample, rule] of Object.values(stories)) {
      for (const width of [80, 100, 140]) {
        const lines = terminalText(alone([sample, rule]), { width }).split("\n");
        const prose = lines.filter((line) => !/:\d+|https:|source in/.test(line));
        expect(Math.max(...prose.map((line) => [...line].length))).toBeLessThanOrEqual(width);
      }
    }
  });

  it("has colours only when asked", () => {
    const result = alone([samples.abba(), "deadlock"]);
    const coloured = terminalText(result, { colour: true });
    expect(coloured).toContain("\u001b[");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken away.
    expect(coloured.replaceAll(/\u001b\[[\d;]*m/g, "")).toBe(terminalText(result));
  });

  it("serves as a failure message, a finding at a time", () => {
    const finding = samples.findingIn(samples.abba(), "deadlock");
    const text = findingText(resultOf(samples.abba(), [finding]), finding);
    expect(text).toMatch(/^ {2}reader and writer wait for each other for ever\.\n/);
    expect(text).not.toContain("states");
  });
});

describe("other verdicts on a terminal", () => {
  it("holds, with what that depends on", async () => {
    const result = resultOf(samples.abba(), [], {
      params: { THREADS: 2, ITERATIONS: 3 },
      options: { faults: [], processors: "own", barging: true },
      reason: "no execution ends: leaks, joins, at-end not exercised",
      engine: { name: "explicit", reductions: ["sleep sets", "symmetry"], workers: 2 },
      witnesses: [{ property: "both inside", trace: { schedule: "1.2", steps: [] } }],
      abstractions: [
        {
          construct: "DbgPrint",
          treatment: "a read",
          direction: "over",
          source: { file: "driver.c", line: 3, column: 1 },
        },
      ],
      statistics: {
        ...resultOf(samples.abba(), []).statistics,
        interleavings: "123456789012345678901234567890",
        ended: "123456789012345678901234567888",
        blocked: 2,
        stopped: 0,
        traces: 12,
        orbits: "infinite",
      },
    });
    const text = terminalText(result, { timeless: true });
    expect(text).toContain("environment failures not explored");
    await expect(text).toMatchFileSnapshot("../golden/terminal/holds.txt");
  });

  it("is inconclusive in the words of the contract", () => {
    const result = resultOf(samples.abba(), [], {
      verdict: "inconclusive",
      reason: "the limit of 10 states",
    });
    const text = terminalText(result);
    expect(text).toContain("? INCONCLUSIVE");
    expect(text).toContain("no violation found in what was explored: the limit of 10 states");
    expect(text).not.toMatch(/holds|complete/i);
  });

  it("speaks of failures of the environment where there are any", () => {
    const told = (extra: Partial<Result>) => terminalText(resultOf(samples.abba(), [], extra));
    expect(told({ options: { faults: "all" } })).toContain("  explored: all\n");
    expect(told({})).toContain("environment failures not explored");
    expect(told({ faultsLeftOut: ["allocation"] })).toContain("environment failures not explored");
    expect(told({ faultsLeftOut: [] })).not.toContain("failures");
    const some = { options: { faults: ["allocation"] }, faultsLeftOut: ["thread-creation"] };
    expect(told(some)).toContain("explored: allocation; not explored: thread-creation");
  });

  it("counts one state as one", () => {
    const statistics = { states: 1, transitions: 1, depth: 0, seconds: 0, peakBytes: 0 };
    const counted = { ...statistics, interleavings: 1, ended: 1, blocked: 0, stopped: 0 };
    const text = terminalText(resultOf(samples.abba(), [], { statistics: counted }));
    expect(text).toContain("  1 state, 1 transition, depth 0");
    expect(text).toContain("  1 interleaving (1 end, 0 blocked, 0 stopped)\n");
    const endless = { ...statistics, interleavings: "infinite" };
    expect(terminalText(resultOf(samples.abba(), [], { statistics: endless }))).toContain(
      "infinitely many interleavings",
    );
  });
});

describe("a summary of several models", () => {
  it("gives each a line with what is violated or not known", () => {
    const abba = alone([samples.abba(), "deadlock"]);
    const holds = resultOf(samples.abba(), []);
    const cut = resultOf(samples.abba(), [], {
      verdict: "inconclusive",
      reason: "limit of 10 states",
    });
    expect(terminalSummary([abba, holds, cut], { ascii: true })).toBe(
      "x violated  models/sample.ts  deadlock\n" +
        "ok holds  models/sample.ts\n" +
        "? inconclusive  models/sample.ts  limit of 10 states\n",
    );
  });
});
