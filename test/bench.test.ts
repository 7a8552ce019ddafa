/** `npm run bench` as it is run, on a graph of a moment: its figures are not looked at, but that it has all of them. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "./app/run-command.ts";
import { hasSpin } from "./export/run-spin.ts";

interface Results {
  readonly comparisons: readonly {
    readonly rows: readonly {
      readonly name: string;
      readonly states: number;
      readonly ended: string;
    }[];
  }[];
  readonly growths: readonly {
    readonly sides: readonly { readonly points: readonly { readonly ended: string }[] }[];
  }[];
}

const bench = (...options: readonly string[]) =>
  promisify(execFile)(process.execPath, ["test/bench/run.mjs", "bench", ...options], { cwd: root });

describe("the benchmark", () => {
  let folder: string;
  let text: string;
  let results: Results;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kecheck-test-"));
    const quick = ["--quick", "--family", "locks", "--rounds", "1", "--date", "today"];
    ({ stdout: text } = await bench(...quick, "--out", folder));
    results = JSON.parse(await readFile(join(folder, "bench.json"), "utf8"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("finishes every search, and stores every state in those that leave none out", () => {
    const rows = results.comparisons.flatMap((comparison) => comparison.rows);
    expect(rows.map(({ ended }) => ended)).toEqual(rows.map(() => "finished"));
    expect(rows.map(({ states }) => states)).toEqual(rows.map(() => 24));
    expect(rows.some(({ name }) => name.startsWith("Spin"))).toBe(hasSpin);
    const points = results.growths.flatMap(({ sides }) => sides.flatMap((side) => side.points));
    expect(points.map(({ ended }) => ended)).toEqual(points.map(() => "finished"));
    expect(points).toHaveLength(hasSpin ? 2 : 1);
  });

  it("writes one table for both sides, and draws it", async () => {
    expect(await readFile(join(folder, "bench.md"), "utf8")).toBe(text);
    expect(text).toContain("\ntoday; ");
    for (const { name } of results.comparisons[0]?.rows ?? [])
      expect(text).toContain(`| ${name} |`);
    for (const chart of ["rates.svg", "growth.svg"]) {
      expect(await readFile(join(folder, chart), "utf8")).toMatch(/<svg .*<\/svg>\n$/s);
    }
  });

  it("refuses a family that there is not", async () => {
    await expect(bench("--quick", "--family", "clocks")).rejects.toThrow(
      "there is no family clocks",
    );
  });
});
