/**
 * `npm run bench`: kecheck against Spin, side by side, in the same minutes; results in `reports/bench/`.
 *
 * Options: --family LIST, --rounds R, --seconds S and --gigabytes G (limits of each search), --quick (tiny sizes),
 * --only rates|growth, --date TEXT, --out FOLDER. Without spin and gcc, kecheck alone is measured.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { growthChart, ratesChart } from "./charts.ts";
import { type Comparison, compare } from "./compare.ts";
import { FAMILIES } from "./families.ts";
import { type Growth, grow } from "./growth.ts";
import { machineLines } from "./machine.ts";
import { growthText, ratesText } from "./markdown.ts";
import { tableLimits } from "./table-limit.ts";

const { values } = parseArgs({
  options: {
    family: { type: "string", default: "" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "120" },
    gigabytes: { type: "string", default: "8" },
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    date: { type: "string", default: new Date().toISOString().slice(0, 10) },
    out: { type: "string", default: join("reports", "bench") },
  },
});
const chosen = values.family.split(",").filter((name) => name !== "");
const unknown = chosen.filter((name) => !FAMILIES.some((family) => family.name === name));
if (unknown.length > 0) throw new Error(`there is no family ${unknown.join(", ")}`);
const families = FAMILIES.filter(({ name }) => chosen.length === 0 || chosen.includes(name));
const limits = { seconds: Number(values.seconds), bytes: Number(values.gigabytes) * 2 ** 30 };
const say = (what: string): void => void process.stderr.write(`${what}\n`);

const comparisons: Comparison[] = [];
const growths: Growth[] = [];
const limit = values.quick ? [] : tableLimits();
mkdirSync(values.out, { recursive: true });
for (const family of families) {
  const sizes = values.quick ? [family.tiny] : family.sizes;
  for (const size of values.only === "growth" ? [] : sizes) {
    const rounds = { ...limits, rounds: Number(values.rounds), say };
    comparisons.push(await compare(family, size, rounds));
    writeResults();
  }
  const growing = values.quick ? [family.tiny] : family.growing;
  if (values.only === "rates") continue;
  growths.push(await grow(family, growing, { limits, say }));
  writeResults();
}
process.stdout.write(resultsText());

function resultsText(): string {
  return [
    "# kecheck and Spin",
    "",
    ...machineLines(values.date),
    "",
    ...ratesText(comparisons),
    ...limit,
    ...growthText(growths),
  ].join("\n");
}

/** All results so far: a run takes hours, and may be ended before. */
function writeResults(): void {
  const write = (name: string, content: string): void =>
    writeFileSync(join(values.out, name), content);
  write("bench.md", resultsText());
  write("bench.json", `${JSON.stringify({ comparisons, growths }, undefined, 2)}\n`);
  if (comparisons.length > 0) write("rates.svg", ratesChart(comparisons));
  if (growths.length > 0) write("growth.svg", growthChart(growths));
}
