/** The gallery under reports/, and how it stays free of what no model makes. That it is up to date is CI's check. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { modelReportName, reportedBy } from "../../src/app/report-name.ts";
import { kecheck, models, type Run, root } from "./run-command.ts";

/** Paths of the files below a folder, but for those of measurements. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder, { recursive: true })).map((n) => n.replaceAll("\\", "/"));
  return names.filter((name) => /\.\w+$/.test(name) && !name.startsWith("bench/"));
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kecheck-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("the gallery", () => {
  it("holds texts and drawings only, without times", async () => {
    const kept = await filesBelow(join(root, "reports"));
    expect(kept.filter((name) => !/\.(?:txt|svg)$/.test(name))).toEqual([]);
    for (const name of kept.filter((file) => file.endsWith(".txt")))
      expect(await readFile(join(root, "reports", name), "utf8")).not.toMatch(/\d (?:s|KB|MB)\b/);
  });

  it("has a text and a drawing of every model that is broken", async () => {
    const broken = (await readdir(join(root, "models"), { recursive: true }))
      .map((name) => name.replaceAll("\\", "/"))
      .filter((name) => name.endsWith(".broken.ts"));
    const kept = await filesBelow(join(root, "reports"));
    const missing = broken.flatMap((name) => {
      const own = kept.filter((file) => file.startsWith(name.replace(/ts$/, "")));
      return ["txt", "svg"].filter((end) => !own.some((file) => file.endsWith(`.${end}`)));
    });
    expect(missing).toEqual([]);
  });
});

describe("reports that no model makes any more", () => {
  const old = {
    "gone.broken.data-race-2.svg": true,
    "below/gone.at-end-all-is-well.txt": true,
    "gone.deadlock.graphml": false,
    "notes.txt": false,
    "data-race.md": false,
    "bench/counter.deadlock.svg": false,
  } as const;
  const filled = async (name: string): Promise<string> => {
    const out = join(folder, name);
    for (const path of Object.keys(old)) {
      await mkdir(join(out, path, ".."), { recursive: true });
      await writeFile(join(out, path), "old");
    }
    return out;
  };
  const left = async (out: string): Promise<readonly string[]> => {
    const names = (await readdir(out, { recursive: true })).map((name) =>
      name.replaceAll("\\", "/"),
    );
    return Object.keys(old).filter((name) => names.includes(name));
  };
  const report = (out: string, ...args: readonly string[]): Promise<Run> =>
    kecheck([...args, "--report", "text,svg", "--out", out]);

  it("go when whole folders are tested, and nothing else goes", async () => {
    const out = await filled("whole");
    const mine = join(folder, "mine", "models");
    await mkdir(mine, { recursive: true });
    await writeFile(join(mine, "abba.ts"), await readFile(join(root, models, "abba.ts"), "utf8"));
    const args = ["test", "models", "--report", "text,svg", "--out", out];
    const { stderr } = await kecheck(args, { cwd: join(folder, "mine") });
    expect(stderr).toMatch(/^\d+ reports in .*; 2 reports removed, which no model makes\n$/);
    const expected = Object.entries(old).flatMap(([name, goes]) => (goes ? [] : [name]));
    expect(await left(out)).toEqual(expected);
    expect(await readdir(out)).not.toContain("below");
  });

  it("stay when single models are checked, or a search was cut", async () => {
    const out = await filled("single");
    await report(out, "check", `${models}/abba.ts`);
    await report(out, "test", `${models}/abba.ts`);
    await report(out, "test", models, "--max-states", "3");
    expect(await left(out)).toEqual(Object.keys(old));
  });
});

describe("names of reports", () => {
  it.each([
    ["post/b04.broken.use-after-free-2", "finding"],
    ["counter.at-end-no-increment-is-lost", "finding"],
    ["counter.THREADS-2.states", "graph"],
    ["use-after-free", undefined],
    ["my.notes", undefined],
  ])("are told from others: %s", (name, kind) => {
    expect(reportedBy(name)).toBe(kind);
  });

  it("are no paths upwards and no reserved words", () => {
    expect(modelReportName({ file: "../../c:/models/nul.ts", params: { N: 2 } })).toBe("_nul.N-2");
  });
});
