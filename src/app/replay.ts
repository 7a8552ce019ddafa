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

function showReplayed(replayed: Replayed, { rule }: ReplayRequest, output: Output): void {
  const { result, divergence, trace } = replayed;
  const screen = screenOf(output.terminal);
  const { glyphs } = screen;
  const [finding] = result.findings;
  const lines = (mark: string, says: string, then: readonly string[]): void => {
    const left = divergence
      ? [
          screen.text(
            `  The run leaves the recorded one at step ${divergence.step}: ${divergence.message}.`,
          ),
        ]
      : [];
    const head = [`${mark}  ${screen.text(says)}${screen.text(result.file)}`, ...left];
    output.print(`${[...head, "", ...then].join("\n")}\n`);
  };
  if (result.verdict === "violated" && finding) {
    const rules = [...new Set(result.findings.map((one) => one.rule))].join(", ");
    const mark = screen.paint("bad", `${glyphs.violated} STILL VIOLATED`);
    lines(mark, `${rules}  `, [findingText(result, finding, output.terminal)]);
  } else if (result.verdict === "inconclusive") {
    const mark = screen.paint("unsure", `${glyphs.inconclusive} INCONCLUSIVE`);
    lines(mark, "", [`  ${screen.text(result.reason ?? "")}`]);
  } else {
    const mark = screen.paint("good", `${glyphs.holds} NOT VIOLATED`);
    const lanes = trace.steps.length > 0 ? [...lanesText(screen, trace, undefined), ""] : [];
    const rest = "  Another run may still violate it: kecheck check tells.";
    lines(mark, `by this run${rule === undefined ? "" : `: ${rule}`}  `, [...lanes, rest]);
  }
}
