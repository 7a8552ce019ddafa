import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kecheck, models, type Run } from "./run-command.ts";

describe("--report all", () => {
  let folder: string;
  let runs: readonly Run[];
  const out = (name: string): string => join(folder, name);
  const read = async (name: string): Promise<Readonly<Record<string, string>>> => {
    const paths = await readdir(out(name), { recursive: true, withFileTypes: true });
    const files = paths.filter((entry) => entry.isFile());
    const texts = await Promise.all(
      files.map(async (file) => [
        file.name,
        await readFile(join(file.parentPath ?? file.path, file.name), "utf8"),
      ]),
    );
    return Object.fromEntries(texts);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kecheck-test-"));
    const files = ["hostile", "lost-update", "warned", "reached"].map((n) => `${models}/${n}.ts`);
    runs = await Promise.all(
      ["one", "two"].map((name) =>
        kecheck(["check", ...files, "--report", "all", "--out", out(name)]),
      ),
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("writes one file for each finding and format, named after model and rule", async () => {
    const names = Object.keys(await read("one")).sort();
    expect(names.filter((name) => name.endsWith(".txt"))).toEqual([
      "hostile.at-end-2J-script-..-..-id.txt",
      "lost-update.at-end-no-increment-is-lost.txt",
      "lost-update.data-race-2.txt",
      "lost-update.data-race.txt",
    ]);
    const ofRace = names.filter((name) => name.startsWith("lost-update.data-race."));
    expect(ofRace.map((name) => name.replace("lost-update.data-race.", ""))).toEqual([
      ...["dot", "gexf", "graphml", "graphology.json", "json", "svg", "txt"],
    ]);
    expect(runs[0]?.stderr).toMatch(/^\d+ reports in /);
  });

  it("writes the state graph of every model, whatever its verdict", async () => {
    const names = Object.keys(await read("one"));
    const ends = ["dot", "gexf", "graphml", "graphology.json", "svg"];
    for (const model of ["hostile", "lost-update", "warned", "reached"])
      for (const end of ends) expect(names).toContain(`${model}.states.${end}`);
  });

  it("writes the same bytes each time, without times or sizes of memory", async () => {
    const one = await read("one");
    expect(one).toEqual(await read("two"));
    for (const [name, text] of Object.entries(one)) {
      if (name.endsWith(".txt")) expect(text).not.toMatch(/\d (?:s|KB|MB)\b/);
      if (!name.endsWith(".json") || name.endsWith(".graphology.json")) continue;
      const { results = [] } = JSON.parse(text);
      for (const { statistics } of results)
        expect(statistics).toMatchObject({ seconds: 0, peakBytes: 0 });
    }
  });

  it("writes what replay reads", async () => {
    const files = await readdir(out("one"), { recursive: true });
    const trace = files.find((path) => path.endsWith("no-increment-is-lost.json")) ?? "";
    const { code, stdout } = await kecheck(["replay", join(out("one"), trace)]);
    expect(code).toBe(1);
    expect(stdout).toContain("STILL VIOLATED  at-end:no increment is lost");
  });
});

describe("--report states", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kecheck-test-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("cuts what is too large for a graph, and says at which limit", async () => {
    const given = ["--param", "THREADS=3", "--param", "ITERATIONS=3"];
    const { code, stderr } = await kecheck([
      ...["check", "models/post/counter.ts", ...given, "--report", "states", "--out", folder],
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain("counter.ts: state graph cut: the limit of 10000 states was reached");
    const name = "counter.THREADS-3.ITERATIONS-3";
    const ends = ["depth-profile.svg", "quotient.svg"];
    const data = ["states.dot", "states.gexf", "states.graphml", "states.graphology.json"];
    const made = (await readdir(join(folder, "post"))).sort();
    expect(made).toEqual([...ends, ...data].map((end) => `${name}.${end}`));
    for (const end of [...ends, "states.dot"])
      expect(await readFile(join(folder, "post", `${name}.${end}`), "utf8")).toContain(
        "cut: the limit of 10000 states was reached",
      );
  });

  it("keeps its state graphs apart from findings when it tidies", async () => {
    const out = join(folder, "tidy");
    const run = (report: string) => kecheck(["test", models, "--report", report, "--out", out]);
    await run("svg");
    const findings = await readdir(out, { recursive: true });
    await run("states");
    const all = await readdir(out, { recursive: true });
    expect(all).toEqual(expect.arrayContaining(findings));
    expect(all.length).toBeGreaterThan(findings.length);
  });
});
