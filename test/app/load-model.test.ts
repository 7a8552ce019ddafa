import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadModel } from "../../src/app/load-model.ts";
import { pathOfTrace, shownPath, traceableUrl } from "../../src/app/source-path.ts";
import type { CheckDocument } from "../../src/trace/document.ts";
import { kecheck, models, root } from "./run-command.ts";

describe("a model in a folder with a difficult name", () => {
  let folder: string;
  beforeAll(async () => {
    folder = join(await mkdtemp(join(tmpdir(), "kecheck-load-")), "Files (x86) 100%25 ü#1");
    await mkdir(folder);
  });
  afterAll(() => rm(join(folder, ".."), { recursive: true }));

  it("has its lines", async () => {
    const file = join(folder, "race.ts");
    await cp(`${root}${models}/lost-update.ts`, file);
    // In a process of its own: vitest maps stacks in its own way.
    const { stdout } = await kecheck(["check", file, "--json"]);
    const [result] = (JSON.parse(stdout) as CheckDocument).results;
    const places = (result?.findings ?? []).map(({ source }) => source);
    expect(places.map((place) => place?.line)).toEqual([12, 12, 15]);
    expect(new Set(places.map((place) => place?.file))).toEqual(new Set([shownPath(file)]));
  });

  it("may import files and packages of its own", async () => {
    const inside = join(folder, "node_modules/tiny");
    await mkdir(inside, { recursive: true });
    await writeFile(join(inside, "package.json"), '{"name":"tiny","type":"module","main":"a.js"}');
    await writeFile(join(inside, "a.js"), "export const three = 3;\n");
    await writeFile(join(folder, "part.ts"), "export const size: number = 3; enum Odd { A };\n");
    const text = `import { model, upTo } from "kecheck";
      import { three } from "tiny";
      import { size } from "./part.ts";
      import { basename } from "node:path";
      export default model(basename("x/tiny") + three + size, (m) => {
        m.start(m.thread("worker", (t) => t.store(m.atomic("value", upTo(three)), 1)));
      });`;
    await writeFile(join(folder, "importing.ts"), text);
    const { stdout, stderr } = await kecheck(["check", join(folder, "importing.ts"), "--json"]);
    expect(stderr).toBe("");
    expect((JSON.parse(stdout) as CheckDocument).results[0]?.model).toBe("tiny33");
  });

  it("is read anew each time", async () => {
    const file = join(folder, "changing.ts");
    const text = (name: string) =>
      `import { model } from "kecheck"; export default model("${name}", () => {});`;
    for (const name of ["first", "second"]) {
      await writeFile(file, text(name));
      const loaded = await loadModel(file);
      expect(loaded.ok && loaded.model.definition.name).toBe(name);
    }
  });
});

describe("paths", () => {
  it("are shown relative to the folder, with forward slashes", () => {
    expect(shownPath("/a/b/c.ts", "/a")).toBe("b/c.ts");
    expect(shownPath("/a/c.ts", "/a/b")).toBe("../c.ts");
    expect(shownPath("c.ts", "/a")).toBe("c.ts");
  });

  it.each(["/a (b)/c.ts", "/100%/%28.ts", "/ü #?.ts"])("survive a stack trace: %s", (path) =>
    expect(pathOfTrace(traceableUrl(path))).toBe(path),
  );
});
