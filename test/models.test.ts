/** Every model under models/ says what to expect of it; the checker, as the command line runs it, must agree. */
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import type { Result } from "../src/trace/document.ts";

type Tested = Result & { readonly expected: string; readonly met: boolean };

const root = fileURLToPath(new URL("..", import.meta.url));
const files = readdirSync(`${root}models`, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => `models/${name.replaceAll("\\", "/")}`)
  .sort();

/** States that a model may have at the parameters it is expected for, so that all of them are checked in seconds. */
const STATES_MAX = 20_000;

describe("models", () => {
  let results: readonly Tested[] = [];

  beforeAll(async () => {
    const command = ["src/app/run.mjs", "test", "models", "--json"];
    const options = { cwd: root, maxBuffer: 2 ** 28 };
    // A model that does not meet its expectation fails the command too, and is told below.
    const { stdout } = await promisify(execFile)(process.execPath, command, options).catch(
      (failed: { readonly stdout: string }) => failed,
    );
    results = (JSON.parse(stdout) as { readonly results: readonly Tested[] }).results;
  });

  it.each(files)("%s meets its expectations", (file) => {
    const own = results.filter((result) => result.file === file);
    expect(own).not.toEqual([]);
    for (const { met, expected, verdict, reason, findings, params, statistics } of own) {
      const found = findings.map(
        ({ rule, source, message }) => `${rule}:${source?.line} ${message}`,
      );
      const told = `${JSON.stringify(params)}: ${expected}, but ${verdict} ${reason}\n${found.join("\n")}`;
      expect(met, told).toBe(true);
      expect(statistics.states).toBeLessThan(STATES_MAX);
    }
  });

  it("that hold have no warning, but that they leave failures of the environment out", () => {
    const warned = results
      .filter(({ verdict }) => verdict === "holds")
      .flatMap(({ file, findings }) =>
        findings.map(({ rule, message }) => ({ file, rule, message })),
      )
      .filter(({ rule }) => rule !== "fault-ignored");
    expect(warned).toEqual([]);
  });

  it("come in pairs: what is broken is repaired beside it", () => {
    const broken = files.filter((file) => file.endsWith(".broken.ts"));
    const alone = broken.filter((file) => !files.includes(file.replace(".broken.", ".repaired.")));
    expect(alone).toEqual([]);
  });
});
