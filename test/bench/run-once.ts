/**
 * One search, in the process that runs this: its arguments say of what and how, a line of JSON what came of it.
 *
 * Apart from what compares, so that each search begins with a fresh heap, and an engine's new option is one more
 * argument here.
 */
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { searchProgram } from "../../src/app/search-program.ts";
import { severityOf } from "../../src/ir/rules.ts";
import { bare } from "./families/family.ts";
import { FAMILIES } from "./families.ts";
import type { Search, Time } from "./measurement.ts";

const { values } = parseArgs({
  options: {
    family: { type: "string", default: "" },
    size: { type: "string", default: "1" },
    reduce: { type: "string", default: "auto" },
    /** `rules`: everything is judged; `ends`: deadlocks alone, as far as the search allows. */
    judge: { type: "string", default: "rules" },
    seconds: { type: "string", default: "3600" },
    bytes: { type: "string", default: String(8 * 2 ** 30) },
  },
});

const family = FAMILIES.find(({ name }) => name === values.family);
if (!family) throw new Error(`there is no family ${values.family}`);
const whole = family.program(Number(values.size));
const program = values.judge === "rules" ? whole : bare(whole);
const watch = stopwatch();
let explored: Time | undefined;
const { found, reductions } = searchProgram(
  program,
  {
    ...{ maxStates: Number.MAX_SAFE_INTEGER, maxBytes: Number(values.bytes) },
    ...{ first: false, count: false },
    interrupted: () => (watch().wallSeconds > Number(values.seconds) ? "time" : undefined),
    onProgress: () => {
      explored = watch();
    },
  },
  values.reduce === "none" ? "none" : "auto",
);
const { states, transitions, bytesPeak } = found.statistics;
const wrong = found.findings.filter(({ rule }) => severityOf(rule) === "error");
const result: Search = {
  ...{ states, transitions, reductions, bytes: bytesPeak },
  // A small graph is explored before it is told.
  ...{ explored: explored ?? watch(), whole: watch() },
  ended: found.complete ? "finished" : (found.stopReason ?? "cut"),
  violations: wrong.map(({ rule, place }) => `${rule} at ${place}`),
};
process.stdout.write(`${JSON.stringify(result)}\n`);

/** Time since now, of the clock and of this process. */
function stopwatch(): () => Required<Time> {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { cpuSeconds: (user + system) / 1e6, wallSeconds: (performance.now() - wall) / 1000 };
  };
}
