/** Every model under models/ says what to expect of it; the checker, as the command line runs it, must agree. */
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { check } from "../src/app/check-model.ts";
import { expectationText } from "../src/app/expectation.ts";
import { loadModel } from "../src/app/load-model.ts";
import { meets, optionsFor } from "../src/app/meets.ts";

const folder = fileURLToPath(new URL("../models", import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .sort()
  .map((name) => join(folder, name));

/** States that a model may have at the parameters it is expected for, so that all of them are checked in seconds. */
const STATES_MAX = 20_000;

describe.each(files.map((file) => [relative(folder, file), file] as const))("%s", (_, file) => {
  it("meets its expectations", async () => {
    const loaded = await loadModel(file);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics, null, 2));
    const { definition, expected } = loaded.model;
    expect(expected.length).toBeGreaterThan(0);
    for (const one of expected) {
      const chosen = optionsFor(one, { file });
      if (!chosen.ok) throw new Error(chosen.diagnostic.message);
      const checked = check(definition, chosen.options);
      if (!checked.ok) throw new Error(JSON.stringify(checked.diagnostics, null, 2));
      const { result } = checked;
      const found = result.findings.map(
        ({ rule, severity, message, place }) => `${severity} ${rule} @ ${place}: ${message}`,
      );
      const told = `${expectationText(one)}, but ${result.verdict} ${result.reason ?? ""}\n${found.join("\n")}`;
      if (process.env.MODELS_VERBOSE) console.log(result.statistics.states, expectationText(one), found);
      expect(meets(result, one), told).toBe(true);
      expect(result.statistics.states).toBeLessThan(STATES_MAX);
    }
  });
});
