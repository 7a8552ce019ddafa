import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { check } from "../../src/app/check-model.ts";
import { loadModel } from "../../src/app/load-model.ts";
import { replaySchedule } from "../../src/app/replay-schedule.ts";
import type { ModelDefinition } from "../../src/dsl/model.ts";
import type { CheckDocument } from "../../src/trace/document.ts";
import { kecheck, models, root } from "./run-command.ts";

const violated = ["abba", "faults", "hostile", "lost-update", "stuck", "unload-race"];

async function definitionOf(name: string): Promise<ModelDefinition> {
  const loaded = await loadModel(`${root}${models}/${name}.ts`);
  if (!loaded.ok) throw new Error(`${name} does not load`);
  return loaded.model.definition;
}

describe.each(violated)("every finding of %s", (name) => {
  it("is found again when its schedule is replayed, with or without its rule", async () => {
    const definition = await definitionOf(name);
    const checked = check(definition, { faults: "all" });
    if (!checked.ok) throw new Error("the model is right");
    expect(checked.result.verdict).toBe("violated");
    for (const { rule, severity, trace } of checked.result.findings) {
      if (!trace) continue;
      const { schedule, steps } = trace;
      const known = replaySchedule(definition, { faults: "all", schedule, steps, rule });
      expect(known.ok && known.replayed.divergence).toBeUndefined();
      expect(known.ok && known.replayed.result.findings.map((one) => one.rule)).toContain(rule);
      const bare = replaySchedule(definition, { faults: "all", schedule });
      expect(bare.ok && bare.replayed.result.verdict).toBe(
        severity === "error" ? "violated" : "holds",
      );
    }
  });
});

describe("a trace in a file", () => {
  let folder: string;
  let path: string;
  let document: CheckDocument;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kecheck-test-"));
    path = join(folder, "trace.json");
    const { stdout } = await kecheck(["check", `${models}/abba.ts`, "--json"]);
    await writeFile(path, stdout);
    document = JSON.parse(await readFile(path, "utf8"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const changed = async (text: (json: string) => string): Promise<string> => {
    const other = join(folder, "other.json");
    await writeFile(other, text(JSON.stringify(document)));
    return other;
  };

  it("still fails on the model that it is of", async () => {
    const { code, stdout, stderr } = await kecheck(["replay", path]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toMatch(/STILL VIOLATED {2}deadlock {2}test\/app\/models\/abba.ts/);
  });

  it("does not fail where the model was mended; the first step that differs is named", async () => {
    const other = await changed((json) => json.replace('"ORDERED":0', '"ORDERED":1'));
    const { code, stdout } = await kecheck(["replay", other]);
    expect(code).toBe(0);
    expect(stdout).toContain("NOT VIOLATED  by this run: deadlock");
    expect(stdout).toMatch(
      /leaves the recorded one at step 2: it was backwards: KeWaitForSingleObject\(B\), but now/,
    );
  });

  it("of another version is refused", async () => {
    const other = await changed((json) => json.replace("kecheck/1", "kecheck/9"));
    const { code, stdout, stderr } = await kecheck(["replay", other]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain('other.json has schema "kecheck/9"; this version reads kecheck/1');
  });
});

describe("a schedule by hand", () => {
  it("that violates nothing is shown, and is no verdict", async () => {
    const definition = await definitionOf("abba");
    const replayed = replaySchedule(definition, { schedule: "1x4.2x4" });
    expect(replayed.ok && replayed.replayed.result).toMatchObject({
      verdict: "holds",
      findings: [],
    });
    expect(replayed.ok && replayed.replayed.trace.steps).toHaveLength(8);
  });

  it("that goes on behind the violation still violates", async () => {
    const replayed = replaySchedule(await definitionOf("abba"), { schedule: "2.1x9" });
    expect(replayed.ok && replayed.replayed.result.verdict).toBe("violated");
    expect(replayed.ok && replayed.replayed.divergence?.step).toBe(3);
  });

  it.each([
    ["1x9", "step 5"],
    ["1/7", "step 1"],
  ])("that the model cannot run (%s) is refused, naming the step", async (schedule, step) => {
    const replayed = replaySchedule(await definitionOf("abba"), { schedule });
    expect(replayed.ok ? [] : replayed.diagnostics.map(({ id }) => id)).toEqual(["bad-schedule"]);
    expect(replayed.ok ? "" : replayed.diagnostics[0]?.message).toContain(step);
  });
});
