/** Results as the command line would make them, around the samples' findings. */
import type { Program } from "../../src/ir/program.ts";
import type { Finding, Result } from "../../src/trace/document.ts";
import { findingOf } from "../../src/trace/verdict.ts";
import { engineFindings } from "../trace/samples.ts";

/** A result of verdict "violated" (or "holds" without findings) with fixed statistics. */
export function resultOf(
  sample: Program,
  findings: readonly Finding[],
  extra: Partial<Result> = {},
): Result {
  return {
    model: sample.name,
    file: "models/sample.ts",
    params: {},
    verdict: findings.length > 0 ? "violated" : "holds",
    options: { faults: "none" },
    engine: { name: "explicit", reductions: [], workers: 1 },
    statistics: {
      states: 1526,
      transitions: 3012,
      depth: 15,
      seconds: 0.12,
      peakBytes: 52_428_800,
    },
    findings,
    witnesses: [],
    abstractions: [],
    ...extra,
  };
}

/** Every finding of a sample, confirmed. */
export function allFindings(sample: Program): readonly Finding[] {
  return engineFindings(sample).map((found) => {
    const made = findingOf(sample, found);
    if (!made.ok) throw new Error(made.message);
    return made.finding;
  });
}
