import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { globPattern, modelFiles } from "../../src/app/model-files.ts";

describe("files of an argument", () => {
  let folder: string;
  const names = (...given: readonly string[]): readonly string[] => {
    const { files, diagnostics } = modelFiles(given.map((path) => join(folder, path)));
    const short = files.map((path) => path.slice(path.indexOf("/kecheck-files-") + 22));
    return [...short, ...diagnostics.map(({ id }) => id)];
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kecheck-files-"));
    await mkdir(join(folder, "b/node_modules"), { recursive: true });
    await mkdir(join(folder, "empty"));
    const files = ["b.ts", "a.ts", "b/a.ts", "b/c.test.ts", "b/d.d.ts", "b/e.js", ".hidden.ts"];
    for (const file of [...files, "b/node_modules/x.ts"]) await writeFile(join(folder, file), "");
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("are a folder's models, sorted, without tests, declarations and packages", () =>
    expect(names("")).toEqual(["a.ts", "b.ts", "b/a.ts"]));
  it("are each named once", () => expect(names("b.ts", "b.ts", "b")).toEqual(["b.ts", "b/a.ts"]));
  it("are what a glob matches", () => {
    expect(names("*.ts")).toEqual(["a.ts", "b.ts"]);
    expect(names("**/a.ts")).toEqual(["a.ts", "b/a.ts"]);
    expect(names("{a,b}.ts")).toEqual(["a.ts", "b.ts"]);
  });
  it("are wanted", () =>
    expect(names("empty", "none", "n*")).toEqual(["empty-folder", "no-such-file", "no-such-file"]));
});

describe("globs", () => {
  it.each([
    ["*.ts", "a.ts", true],
    ["*.ts", "a/b.ts", false],
    ["**/*.ts", "a/b/c.ts", true],
    ["a?.ts", "ab.ts", true],
    ["[ab].ts", "b.ts", true],
    ["[!ab].ts", "b.ts", false],
    ["{x,y}/*.ts", "y/a.ts", true],
    ["a+(b).ts", "a+(b).ts", true],
    ["a.ts", "abts", false],
  ])("%s and %s: %s", (glob, path, matches) => expect(globPattern(glob).test(path)).toBe(matches));
});
