/** `kecheck replay`: runs a counterexample again and says whether it still fails. */
import { readFile } from "node:fs/promises";
import { type Diagnostic, errorDiagnostic } from "../ir/diagnostic.ts";
import { screenOf } from "../report/glyphs.ts";
import { lanesText } from "../report/lanes.ts";
import { findingText } from "../report/terminal.ts";
import { type CheckDocument, DOCUMENT_SCHEMA } from "../trace/document.ts";
import { type OutputOptions, runJobs, type Surroundings, withBackground } from "./command.ts";
import { codeOfDiagnostics, codeOfResult, type ExitCode, worstOf } from "./exit-codes.ts";
import type { Job } from "./job.ts";
import type { Output } from "./output.ts";
import type { Faults } from "./record-model.ts";
import type { Replayed, ReplayRequest } from "./replay-schedule.ts";

export interface ReplayCommand extends OutputOptions {
  /** A document of `--json` or of a report; with a schedule, a model. */
  readonly file: string;
  readonly schedule?: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly faults: Faults;
}

export function replayCommand(
  command: ReplayCommand,
  surroundings: Surroundings,
): Promise<ExitCode> {
  return withBackground(surroundings, command, async (background, output) => {
    const { jobs, diagnostics } = await jobsOf(command);
    output.complain(diagnostics);
    const requests = jobs.values();
    const ran = await runJobs(jobs, { background, output }, {}, ({ replayed }) => {
      const job = requests.next().value;
      if (replayed && job?.command === "replay") showReplayed(replayed, job.request, output);
    });
    const results = ran.answers.flatMap(({ replayed }) => (replayed ? [replayed.result] : []));
    return worstOf([codeOfDiagnostics(diagnostics), ran.code, ...results.map(codeOfResult)]);
  });
}

interface Jobs {
  readonly jobs: readonly Job[];
  readonly diagnostics: readonly Diagnostic[];
}

async function jobsOf({ file, schedule, parameters, faults }: ReplayCommand): Promise<Jobs> {
  if (schedule !== undefined) {
    const request = { schedule, parameters, faults };
    return { jobs: [{ command: "replay", file, request }], diagnostics: [] };
  }
  if (file.endsWith(".ts")) {
    return refused("no-schedule", `which run of ${file}?`, "give it: --schedule TEXT");
  }
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return refused("no-such-file", `there is no file ${file}`);
  return jobsOfDocument(text, file);
}

const refused = (id: string, message: string, fix?: string): Jobs => ({
  jobs: [],
  diagnostics: [errorDiagnostic(id, message, fix === undefined ? {} : { fix })],
});

/** A job for every finding of a document that has a trace. */
function jobsOfDocument(text: string, file: string): Jobs {
  let document: Partial<CheckDocument>;
  try {
    document = JSON.parse(text) ?? {};
  } catch (error) {
    return refused("not-json", `${file} is no JSON: ${(error as Error).message}`);
  }
  const { schema, results } = document;
  if (schema !== DOCUMENT_SCHEMA) {
    const said = schema === undefined ? "has no schema" : `has schema ${JSON.stringify(schema)}`;
    return refused("wrong-schema", `${file} ${said}; this version reads ${DOCUMENT_SCHEMA}`);
  }
  const jobs = (Array.isArray(results) ? results : []).flatMap(jobsOfResult);
  if (jobs.length > 0) return { jobs, diagnostics: [] };
  return refused("no-trace", `${file} has no finding with a trace: there is nothing to replay`);
}

function jobsOfResult({ file, params, options, findings }: CheckDocument["results"][number]) {
  const faults = options?.faults;
  return (findings ?? []).flatMap(({ rule, trace }): readonly Job[] => {
    if (typeof trace?.schedule !== "string" || !Array.isArray(trace.steps)) return [];
    const request: ReplayRequest = {
      parameters: params ?? {},
      faults: Array.isArray(faults) ? faults : "none",
      schedule: trace.schedule,
      steps: trace.steps,
      rule,
    };
    return [{ command: "replay", file, request }];
  });
}

function showReplayed(
  { result, divergence, trace }: Replayed,
  { rule }: ReplayRequest,
  output: Output,
): void {
  const screen = screenOf(output.terminal);
  const { glyphs } = screen;
  const file = screen.text(result.file);
  const goesElsewhere = divergence
    ? [
        screen.text(
          `  The run leaves the recorded one at step ${divergence.step}: ${divergence.message}`,
        ),
      ]
    : [];
  const note = goesElsewhere.map((line) => `${line}\n`).join("");
  const [finding] = result.findings;
  if (result.verdict === "violated" && finding) {
    const rules = [...new Set(result.findings.map((one) => one.rule))].join(", ");
    const head = screen.paint("bad", `${glyphs.violated} STILL VIOLATED`);
    output.print(`${head}  ${screen.text(rules)}  ${file}\n${note}\n`);
    return output.print(findingText(result, finding, output.terminal));
  }
  if (result.verdict === "inconclusive") {
    const head = screen.paint("unsure", `${glyphs.inconclusive} INCONCLUSIVE`);
    return output.print(`${head}  ${file}\n${note}  ${screen.text(result.reason ?? "")}\n`);
  }
  const head = screen.paint("good", `${glyphs.holds} NOT VIOLATED`);
  const what = screen.text(rule === undefined ? "by this run" : `${rule}, by this run`);
  const lanes = lanesText(screen, trace, undefined).join("\n");
  const rest = "  Another run may still violate it: kecheck check tells.";
  output.print(`${head}  ${what}  ${file}\n${note}\n${lanes}\n\n${rest}\n`);
}
