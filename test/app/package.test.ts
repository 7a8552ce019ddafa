/** What package.json promises to users exists in the sources, and the build puts it where it says. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { documentSchema } from "../../src/report/json/schema.ts";
import { root } from "./run-command.ts";

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

describe("package.json", () => {
  it("exports the library and the schema, each with types, and a command", () => {
    expect(Object.keys(manifest.exports)).toEqual([".", "./schema", "./package.json"]);
    const built = JSON.stringify([manifest.exports, manifest.bin]).match(/dist\/[\w/-]+/g) ?? [];
    expect(built).toHaveLength(5);
    for (const path of built) {
      const source = join(root, `${path.replace(/^dist/, "src")}.ts`);
      expect(existsSync(source), path).toBe(true);
    }
  });

  it("has a schema that is plain JSON", () => {
    expect(JSON.parse(JSON.stringify(documentSchema))).toEqual(documentSchema);
  });

  it("runs files that exist", () => {
    const scripts: readonly string[] = Object.values(manifest.scripts);
    const files = scripts.flatMap((script) => script.match(/\b(?:src|test)\/[\w./-]+/g) ?? []);
    expect(files).not.toEqual([]);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});
