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

  it("writes the same bytes each time, without times or sizes of memory", async () => {
    const one = await read("one");
    expect(one).toEqual(await read("two"));
    for (const [name, text] of Object.entries(one)) {
      if (name.endsWith(".txt")) expect(text).not.toMatch(/\d (?:s|KB|MB)\b/);
      if (!name.endsWith(".json")) continue;
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
