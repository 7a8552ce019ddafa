import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { meets } from "../../src/app/meets.ts";
import { holds, violated } from "../../src/dsl/expected.ts";
import type { Finding, Result } from "../../src/trace/document.ts";
import { kecheck, models, type Run } from "./run-command.ts";

describe("kecheck test", () => {
  let folder: string;
  let runs: readonly Run[];
  const text = (
    expected: string,
  ) => `import { holds, inconclusive, model, u8, violated } from "kecheck";
    ${expected}
    export default model("x", (m) => {
      const value = m.atomic("value", u8);
      m.start(m.thread("worker", (t) => t.store(value, 1)));
    });`;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kecheck-test-"));
    const files = {
      "wrong.ts": text('export const expected = [holds(), violated("deadlock")];'),
      "cut.ts": text('export const expected = holds({}, { options: { "max-states": "1" } });'),
      "silent.ts": text(""),
      "odd.ts": text('export const expected = holds({}, { options: { barging: "yes" } });'),
    };
    for (const [name, content] of Object.entries(files))
      await writeFile(join(folder, name), content);
    const file = (name: string) => join(folder, name);
    runs = await Promise.all([
      kecheck(["test", models, "--quiet"]),
      kecheck(["test", folder]),
      kecheck(["test", file("cut.ts"), file("silent.ts"), file("odd.ts")]),
      kecheck(["test", file("cut.ts")]),
    ]);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("exits with 1 if some are not met, 2 for a bad model, 3 if a limit was hit", () =>
    expect(runs.slice(1).map(({ code }) => code)).toEqual([1, 2, 3]));

  it("meets every expectation of the models here, the bad ones apart", () => {
    expect(runs[0]?.stdout).toMatch(/^(\d+) of \1 expectations met\n$/);
  });

  it("prints a line per expectation, and what was found where it is not met", () => {
    expect(runs[1]?.stdout).toMatch(/✓ .*wrong\.ts {2}holds\n/);
    expect(runs[1]?.stdout).toMatch(/✗ .*wrong\.ts {2}expected violated deadlock, found holds\n/);
    expect(runs[1]?.stdout).toMatch(
      /expected holds \(max-states 1\), found inconclusive: the limit/,
    );
    expect(runs[1]?.stderr).toMatch(/silent\.ts:1:1: error: .*\[no-expectation\]/);
    expect(runs[1]?.stderr).toMatch(/odd\.ts:1:1: error: .*barging = yes \[unknown-option\]/);
  });
});

describe("an expectation", () => {
  const finding = (
    rule: string,
    line: number,
    severity: Finding["severity"] = "error",
  ): Finding => {
    const source = { file: "a.ts", line, column: 1 };
    return { rule, severity, message: "", threads: [], bugChecks: [], source };
  };
  const result = (findings: readonly Finding[]): Result => ({
    model: "a",
    file: "a.ts",
    params: {},
    verdict: findings.length > 0 ? "violated" : "holds",
    options: {},
    engine: { name: "explicit", reductions: [], workers: 1 },
    statistics: { states: 1, transitions: 0, depth: 0, seconds: 0, peakBytes: 0 },
    findings,
    witnesses: [],
    abstractions: [],
  });

  it.each([
    ["the rule", [finding("deadlock", 3)], {}, true],
    ["another rule", [finding("data-race", 3)], {}, false],
    ["one rule too many", [finding("deadlock", 3), finding("data-race", 3)], {}, false],
    ["a warning besides", [finding("deadlock", 3), finding("dead-code", 3, "warning")], {}, true],
    ["a further rule", [finding("deadlock", 3), finding("range", 3)], { also: ["range"] }, true],
    ["a further rule missing", [finding("deadlock", 3)], { also: ["range"] }, false],
    ["the line", [finding("deadlock", 3)], { lines: [3] }, true],
    ["another line", [finding("deadlock", 3)], { lines: [4] }, false],
  ] as const)("with %s", (_, findings, details, met) => {
    expect(meets(result(findings), violated("deadlock", details))).toBe(met);
    expect(meets(result(findings), holds())).toBe(false);
  });
});
