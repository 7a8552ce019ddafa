/**
 * `npm run bench`: kecheck's plain search against Spin's, on the same states, in the same minutes.
 *
 * Options: --model counter|locks, --threads N, --iterations K (of the counter), --rounds R, --table BITS (Spin's -w),
 * --depth STEPS (Spin's -m), --reports FOLDER.
 * Each round measures every side once, so that a busy moment hits all. Without spin and gcc, kecheck alone is measured.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { toPromela } from "../../src/export/promela.ts";
import { hasSpin } from "../export/run-spin.ts";
import { counter, counterByHand } from "./counter.ts";
import { measureEngine } from "./engine.ts";
import { locks, locksByHand } from "./locks.ts";
import { buildSpin, type Measurement, measureAgain, measureSpin } from "./measure.ts";
import { markdownTable, ratesOf } from "./table.ts";

interface Runner {
  /** What one run measures, in the order of its results. */
  readonly names: readonly string[];
  readonly run: () => readonly Measurement[];
  readonly close: () => void;
}

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "counter" },
    threads: { type: "string", default: "3" },
    iterations: { type: "string", default: "80" },
    rounds: { type: "string", default: "3" },
    depth: { type: "string", default: "100000" },
    table: { type: "string", default: "24" },
    reports: { type: "string", default: join("reports", "bench") },
    /** Measure the engine in this process and print the result: how the script runs itself. */
    engine: { type: "boolean", default: false },
  },
});
const threads = Number(values.threads);
const size = { threads, iterations: Number(values.iterations) };
const isRing = values.model === "locks";
const program = isRing ? locks(threads) : counter(size);

if (values.engine) {
  process.stdout.write(JSON.stringify(measureEngine(program)));
} else {
  compare();
}

function compare(): void {
  const runners = [...(hasSpin ? spinRunners() : []), engineRunner()];
  const measured = new Map<string, Measurement[]>();
  for (const name of runners.flatMap(({ names }) => names)) measured.set(name, []);
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const { names, run } of runners) {
      for (const [index, result] of run().entries()) measured.get(names[index] ?? "")?.push(result);
      process.stderr.write(`round ${round + 1}: ${names.join("; ")}\n`);
    }
  }
  for (const runner of runners) runner.close();
  report([...measured].map(([name, measurements]) => ratesOf({ name, measurements })));
}

function spinRunners(): readonly Runner[] {
  const models = [
    ["Spin, exported model", toPromela(program)],
    ["Spin, model by hand", isRing ? locksByHand(threads) : counterByHand(size)],
  ] as const;
  return models.map(([name, model]) => {
    const folder = buildSpin(model);
    return {
      names: [name],
      run: () => [measureSpin(folder, [`-m${values.depth}`, `-w${values.table}`])],
      close: () => rmSync(folder, { recursive: true, force: true }),
    };
  });
}

function engineRunner(): Runner {
  const script = fileURLToPath(import.meta.url);
  const parameters = ["model", "threads", "iterations"] as const;
  const given = parameters.flatMap((name) => [`--${name}`, values[name]]);
  return {
    names: ["kecheck, exploration", "kecheck, graph judged too"],
    run: () => measureAgain(script, [...given, "--engine"]),
    close: () => undefined,
  };
}

/** Prints and stores the table; fails if the sides did not explore the same graph. */
function report(rates: readonly ReturnType<typeof ratesOf>[]): void {
  const [base] = rates;
  const differing = rates.some(
    ({ states, transitions }) => states !== base?.states || transitions !== base.transitions,
  );
  if (!base || differing) throw new Error(`graphs differ: ${JSON.stringify(rates, undefined, 2)}`);
  const fastest = rates
    .filter(({ name }) => name.startsWith("Spin"))
    .reduce((best, side) => (side.statesPerSecond > best.statesPerSecond ? side : best), base);
  const text = [
    `# ${program.name}`,
    "",
    markdownTable(rates, fastest),
    "",
    `Medians of ${values.rounds} interleaved rounds, one thread each. The ratio is to ${fastest.name}.`,
    `Spin: gcc -O2 -DSAFETY -DNOREDUCE, pan -E -m${values.depth} -w${values.table}, time of the whole process.`,
    `kecheck: code generation included; unreduced, one thread. Node ${process.version}.`,
    "",
  ].join("\n");
  mkdirSync(values.reports, { recursive: true });
  writeFileSync(join(values.reports, `${values.model}.md`), text);
  writeFileSync(
    join(values.reports, `${values.model}.json`),
    `${JSON.stringify(rates, undefined, 2)}\n`,
  );
  process.stdout.write(text);
}
