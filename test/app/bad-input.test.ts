import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runCommandLine } from "../../src/app/command-line.ts";
import { kecheck, models, type Run } from "./run-command.ts";

const noStack = /^\s+at .*:\d+/m;
const counter = `${models}/counter.ts`;
type Table = readonly (readonly [args: readonly string[], line: RegExp])[];

/** The command line in this process: for what ends before any search. */
async function here(args: readonly string[]): Promise<Run> {
  const texts = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      texts[name] += text;
      return true;
    }),
  );
  try {
    const code = await runCommandLine(["node", "kecheck", ...args], new URL("file:///none.mjs"));
    return { code, ...texts };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

function expectRefusal({ code, stdout, stderr }: Run, line: RegExp): void {
  expect(stderr).toMatch(line);
  expect(stderr).not.toMatch(noStack);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
}

describe("a command line that means nothing", () => {
  const table: Table = [
    [["chekc", counter], /unknown command 'chekc'\n\(Did you mean check\?\)/],
    [["check", counter, "--frist"], /unknown option '--frist'\n\(Did you mean --first\?\)/],
    [["check", counter, "--html"], /unknown option '--html'/],
    [["check"], /missing required argument 'model'/],
    [["check", counter, "--param", "A"], /'A' is invalid. It must be NAME=VALUE/],
    [["check", counter, "--param", "A=1", "--param", "A=2"], /A is given twice/],
    [["check", counter, "--max-states", "few"], /It must be a whole number/],
    [["check", counter, "--max-memory", "lots"], /It must be a size such as 512M/],
    [["check", counter, "--max-time", "-1"], /It must be a duration such as/],
    [["check", counter, "--engine", "fast"], /It must be auto or explicit/],
    [["check", counter, "--report", "pdf"], /It must be all, or some of text,svg/],
    [["check", counter, "--faults", "all,none"], /all stands alone/],
    [["check", "nowhere.ts"], /there is no file or folder nowhere.ts \[no-such-file\]/],
    [["check", "nowhere/*.ts"], /no model matches nowhere\/\*.ts/],
    [["rules", "deadlok"], /no rule deadlok \[unknown-rule\]\n {2}hint: did you mean deadlock\?/],
    [["replay", counter], /which run of .*counter.ts\?/],
    [["replay", "package.json"], /package.json has no schema; this version reads kecheck\/1/],
    [["replay", "nowhere.json"], /there is no file nowhere.json/],
  ];
  it.each(table)("%j", async (args, line) => expectRefusal(await here(args), line));
});

describe.concurrent("a command line that does not fit its model", () => {
  const table: Table = [
    [["chekc", counter], /unknown command 'chekc'\n\(Did you mean check\?\)/],
    [["check", "package.json"], /package.json is no model: models are .ts files/],
    [["check", counter, "--param", "TREADS=2"], /counter.ts:\d+:\d+: error: .* parameter TREADS/],
    [["check", counter, "--param", "THREADS=9"], /counter.ts:\d+:\d+: error: THREADS = 9, but/],
    [["check", counter, "--faults", "power"], /counter.ts:\d+:\d+: error: .*no failure of class/],
    [["replay", counter, "--schedule", "1.x"], /`x` is no step of a schedule/],
    [["replay", counter, "--schedule", "99"], /thread 99, the model has 3 threads/],
    [["replay", counter, "--schedule", "2"], /does not fit the model: step 1 \(worker/],
  ];
  it.each(table)("%j", async (args, line) => expectRefusal(await kecheck(args), line));
});

describe("a model that is none", () => {
  const wrong = `${models}/bad`;
  let run: Run;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kecheck-test-"));
    const broken = 'import { model } from "kecheck";\nexport default model("x", (m) => {\n  m.(;\n';
    await writeFile(join(folder, "syntax.ts"), broken);
    await writeFile(join(folder, "unresolved.ts"), '\nimport { a } from "./missing.ts";\na();\n');
    await mkdir(join(folder, "empty"));
    run = await kecheck(["check", wrong, folder, join(folder, "empty"), "--max-time", "1s"]);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const table: readonly (readonly [line: RegExp])[] = [
    [/bad\/throws-on-load.ts:5:\d+: error: loading the model threw TypeError: .*\[model-threw\]/],
    [
      /bad\/throws-on-record.ts:5:\d+: error: recording the model threw TypeError: no such register/,
    ],
    [/bad\/no-model.ts:1:1: error: .*exports nothing by default \[not-a-model\]/],
    [/bad\/other-default.ts:1:1: error: .*exports something else by default \[not-a-model\]/],
    [
      /bad\/native-loop.ts:1:1: error: recording the model took more than 10 s \[endless-recording\]/,
    ],
    [/bad\/recorded-loop.ts:7:\d+: error: .*more than 100000 calls \[endless-recording\]/],
    [/bad\/unused-condition.ts:7:\d+: error: a condition is built here.*\[unused-condition\]/],
    [/bad\/exits.ts:1:1: error: the model's own code ended the process \[model-exited\]/],
    [/bad\/expects-nonsense.ts:1:1: error: .*the rule deadlok, which does not exist/],
    [/bad\/no-thread.ts:\d+:\d+: error: the model starts no thread \[no-thread\]/],
    [/syntax.ts:3:\d+: error: .*\[syntax-error\]/],
    [/unresolved.ts:2:\d+: error: Could not resolve "\.\/missing\.ts" \[unresolved-import\]/],
    [/there is no model \(\.ts file\) in the folder .*empty \[empty-folder\]/],
  ];
  it.each(table)("%s", (line) => {
    expect(run.stderr.split("\n").filter((one) => line.test(one))).toHaveLength(1);
  });

  it("says one thing about each, without a stack, and checks the others", () => {
    expect(run.stderr.match(/: error: /g)).toHaveLength(table.length - 1);
    expect(run.stderr).not.toMatch(noStack);
    expect(run.stdout).toBe("✓ holds  test/app/models/bad/talks.ts\n1 model: 1 hold\n");
    expect(run.code).toBe(2);
  });

  it("keeps what a model prints out of the results", () => {
    expect(run.stderr).toContain("loading talks\n");
    expect(run.stdout).not.toContain("loading talks");
  });
});
