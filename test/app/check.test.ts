import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { check, documentSchema } from "../../src/app/index.ts";
import { loadModel } from "../../src/app/load-model.ts";
import type { CheckDocument, RulesDocument, TestDocument } from "../../src/trace/document.ts";
import { kecheck, models, root } from "./run-command.ts";

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);

function valid<T>(text: string, kind: string): T {
  const document = JSON.parse(text);
  const schema = { ...documentSchema, $id: `urn:test:${kind}`, $ref: `#/$defs/${kind}` };
  const validate = ajv.getSchema(`urn:test:${kind}`) ?? ajv.compile(schema);
  expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
  return document;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes are what is looked for.
const controlBytes = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

describe.concurrent("exit codes", () => {
  const table: readonly (readonly [code: number, args: readonly string[]])[] = [
    [0, ["counter.ts"]],
    [1, ["abba.ts"]],
    [3, ["endless.ts"]],
    [3, ["many.ts", "--max-states", "1000"]],
    [3, ["many.ts", "--max-memory", "1M", "--reduce", "none"]],
    [3, ["many.ts", "--param", "THREADS=9", "--max-time", "200ms"]],
    [0, ["warned.ts"]],
    [1, ["warned.ts", "--strict"]],
    [0, ["faults.ts"]],
    [1, ["faults.ts", "--faults", "allocation"]],
    [1, ["faults.ts", "--faults", "all"]],
    [0, ["abba.ts", "--param", "ORDERED=1"]],
  ];
  it.each(table)("%i for %j", async (code, [model, ...options]) => {
    const run = await kecheck(["check", `${models}/${model}`, ...options]);
    expect(run.stderr.replace("nine threads: this takes for ever\n", "")).toBe("");
    expect(run.code).toBe(code);
    expect(run.stdout).not.toMatch(controlBytes);
  });

  it("let a violation win over a bad model, and that over what is inconclusive", async () => {
    const [holding, broken, wrong, open] = ["counter", "abba", "bad/no-model", "endless"].map(
      (name) => `${models}/${name}.ts`,
    ) as [string, string, string, string];
    const runs = await Promise.all([
      kecheck(["check", open, wrong, holding, broken, "--quiet"]),
      kecheck(["check", open, wrong, holding, "--quiet"]),
      kecheck(["check", open, holding, "--quiet"]),
    ]);
    expect(runs.map(({ code }) => code)).toEqual([1, 2, 3]);
    expect(runs[0]?.stdout.split("\n")).toHaveLength(5);
  });
});

describe.concurrent("--json", () => {
  it("is one valid document for everything a folder holds", async () => {
    const given = [`${models}/*.ts`, `${models}/bad/no-model.ts`];
    const run = await kecheck(["check", ...given, "--json", "--max-states", "2000"]);
    const { results, diagnostics } = valid<CheckDocument>(run.stdout, "CheckDocument");
    expect(run.code).toBe(1);
    expect(run.stdout).not.toMatch(controlBytes);
    expect(new Set(results.map(({ verdict }) => verdict)).size).toBe(3);
    expect(diagnostics.map(({ id }) => id)).toEqual(["not-a-model"]);
    for (const { verdict, reason, file } of results) {
      expect(file).toMatch(/^test\/app\/models\/[\w/-]+\.ts$/);
      if (verdict === "inconclusive") expect(reason).toMatch(/limit|no execution ends/);
    }
  });

  it("names sources relative to the current folder", async () => {
    const run = await kecheck(["check", "lost-update.ts", "--json"], { cwd: `${root}${models}` });
    const { results } = valid<CheckDocument>(run.stdout, "CheckDocument");
    const places = results.flatMap(({ findings }) => findings.map(({ source }) => source));
    expect(places.map((place) => `${place?.file}:${place?.line}`)).toEqual([
      "lost-update.ts:12",
      "lost-update.ts:12",
      "lost-update.ts:15",
    ]);
  });

  it("of test says what was expected, and whether it was met", async () => {
    const files = ["abba", "warned", "faults"].map((name) => `${models}/${name}.ts`);
    const run = await kecheck(["test", ...files, "--json"]);
    const { results } = valid<TestDocument>(run.stdout, "TestDocument");
    expect(run.code).toBe(0);
    expect(results.map(({ met }) => met)).toEqual([true, true, true, true, true, true]);
    expect(results.at(-1)?.expected).toBe("violated null-dereference (faults allocation)");
  });

  it("of rules is the catalogue", async () => {
    const run = await kecheck(["rules", "--json"]);
    const { rules } = valid<RulesDocument>(run.stdout, "RulesDocument");
    expect(run.code).toBe(0);
    expect(rules.length).toBeGreaterThan(40);
  });
});

describe.concurrent("options", () => {
  it("--count gives numbers beyond 2^53 as decimal strings, and tells endless runs", async () => {
    const counted = await Promise.all([
      kecheck(["check", `${models}/many.ts`, "--param", "THREADS=5", "--count", "--json"]),
      kecheck(["check", `${models}/endless.ts`, "--count", "--json"]),
      kecheck(["check", `${models}/reached.ts`, "--count", "--json"]),
    ]);
    const counts = counted.map(
      ({ stdout }) =>
        valid<CheckDocument>(stdout, "CheckDocument").results[0]?.statistics.interleavings,
    );
    // (5·6)! / 6!^5 orders of five threads with six steps each.
    expect(counts).toEqual(["1370874167589326400", "infinite", 2]);
    const finishes = counted.map(({ stdout }) => {
      const { ended, blocked, stopped } = JSON.parse(stdout).results[0].statistics;
      return [ended, blocked, stopped];
    });
    const [many, endless] = finishes;
    expect(many?.reduce((sum, count) => sum + BigInt(count), 0n)).toBe(1370874167589326400n);
    expect(endless).toEqual([undefined, undefined, undefined]);
  });

  it("--first stops at the first finding, and says that it did", async () => {
    const run = await kecheck(["check", `${models}/unload-race.ts`, "--first", "--json"]);
    const [result] = valid<CheckDocument>(run.stdout, "CheckDocument").results;
    expect(result?.findings.filter(({ severity }) => severity === "error")).toHaveLength(1);
    expect(result?.reason).toContain("stop at the first finding");
    expect(result?.options).toMatchObject({ first: true, faults: "none" });
  });

  it("--ascii prints nothing else, whatever names say", async () => {
    const run = await kecheck(["check", `${models}/hostile.ts`, `${models}/abba.ts`, "--ascii"]);
    expect(run.stdout).toMatch(/^[\n -~]*$/);
    expect(run.stdout).toContain("x VIOLATED");
  });

  it("keeps names of models from acting on the terminal", async () => {
    const run = await kecheck(["check", `${models}/hostile.ts`], { env: { FORCE_COLOR: "1" } });
    expect(run.stdout).not.toMatch(controlBytes);
    expect(run.stdout).toContain("\\u{1b}[2J\\u{202e}");
  });
});

describe.concurrent("trouble", () => {
  it("Ctrl-C prints what is known and exits with 130", async () => {
    const args = ["src/app/run.mjs", "check", `${models}/many.ts`, "--param", "THREADS=9"];
    const child = spawn(process.execPath, [...args, `${models}/counter.ts`], { cwd: root });
    let stdout = "";
    child.stdout.on("data", (data) => {
      stdout += data;
    });
    // The model says on standard error that it is being recorded.
    child.stderr.once("data", () => setTimeout(() => child.kill("SIGINT"), 500));
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(code).toBe(130);
    expect(stdout).toMatch(/INCONCLUSIVE.*\n.*interrupted/);
    expect(stdout).not.toContain("counter.ts");
  });

  it("a reader that has enough is no error", async () => {
    const child = spawn(process.execPath, ["src/app/run.mjs", "rules"], { cwd: root });
    let stderr = "";
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});

describe("check, as programs call it", () => {
  it("returns a result, or diagnostics", async () => {
    const loaded = await loadModel(`${root}${models}/counter.ts`);
    if (!loaded.ok) throw new Error("the model loads");
    const { definition } = loaded.model;
    const good = check(definition, { parameters: { THREADS: 1 } });
    expect(good.ok && good.result).toMatchObject({ verdict: "holds", params: { THREADS: 1 } });
    const bad = check(definition, { parameters: { THREADS: 0 } });
    expect(bad.ok ? [] : bad.diagnostics.map(({ id }) => id)).toContain("parameter-out-of-range");
  });

  it("is what the package's entry exports under its documented names", async () => {
    const entry = await readFile(`${root}src/app/index.ts`, "utf8");
    expect(entry).toMatch(/\bcheck\b.*from "\.\/check-model\.ts"/);
  });
});
