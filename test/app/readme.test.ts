/** What README.md shows and says to run is so. */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kecheck, root } from "./run-command.ts";

const readme = readFileSync(join(root, "README.md"), "utf8");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

describe("README.md", () => {
  let folder: string;
  beforeAll(async () => {
    const cache = join(root, "node_modules", ".cache");
    await mkdir(cache, { recursive: true });
    folder = await mkdtemp(join(cache, "readme-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("shows pictures and links files that exist", () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? "");
    const own = links.filter((link) => !/^\w+:/.test(link));
    expect(own).not.toEqual([]);
    expect(own.filter((link) => !existsSync(join(root, link)))).toEqual([]);
    const pictures = own.filter((link) => link.endsWith(".svg"));
    expect(pictures.every((link) => link.startsWith("reports/"))).toBe(true);
    expect(pictures).not.toEqual([]);
  });

  it("names paths that exist", () => {
    const paths = [...readme.matchAll(/`((?:src|models|reports|test)\/[\w./-]*)`/g)];
    const missing = paths
      .map((match) => match[1] ?? "")
      .filter((path) => path !== "models/mine.ts");
    expect(missing.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("gives commands that package.json has", () => {
    expect(manifest.scripts).toMatchObject({
      prestart: expect.stringContaining("npm ci"),
      start: "node src/app/run.mjs test models --report text,svg --out reports",
      test: expect.stringContaining("vitest run"),
      kecheck: "node src/app/run.mjs",
    });
  });

  it("has an example that races, in the words that README quotes", async () => {
    const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
    const file = join(folder, "mine.ts");
    await writeFile(file, example);
    const { code, stdout } = await kecheck(["check", file, "--json"]);
    expect(code).toBe(1);
    const { results } = JSON.parse(stdout);
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({ verdict: "violated", params: {} });
    const rules = results[0].findings.map(({ rule }: { readonly rule: string }) => rule);
    expect(new Set(rules)).toEqual(new Set(["data-race"]));
  });
});
