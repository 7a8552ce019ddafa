/** `kecheck check`: explores models and says what holds. */

import { screenOf } from "../report/glyphs.ts";
import { checkDocument, documentText } from "../report/json/document.ts";
import { terminalText } from "../report/terminal.ts";
import { summaryLine } from "../report/terminal-result.ts";
import type { Result } from "../trace/document.ts";
import type { CheckOptions } from "./check-model.ts";
import { type OutputOptions, runJobs, type Surroundings, withBackground } from "./command.ts";
import { codeOfDiagnostics, codeOfResult, type ExitCode, worstOf } from "./exit-codes.ts";
import { modelFiles } from "./model-files.ts";
import type { Output } from "./output.ts";
import { type ReportOptions, wantsGraphs, writeReports } from "./write-reports.ts";

export interface CheckCommand extends OutputOptions, ReportOptions {
  readonly models: readonly string[];
  readonly options: CheckOptions;
}

export function checkCommand(command: CheckCommand, surroundings: Surroundings): Promise<ExitCode> {
  return withBackground(surroundings, command, async (background, output) => {
    const { files, diagnostics: unfound } = modelFiles(command.models);
    output.complain(unfound);
    const { options } = command;
    const graphs = wantsGraphs(command);
    const jobs = files.map((file) => ({ command: "check" as const, file, options, graphs }));
    const single = files.length === 1 && unfound.length === 0;
    const ran = await runJobs(jobs, { background, output }, options, ({ results }) => {
      for (const result of results) showResult(result, { output, command, single });
    });
    const results = ran.answers.flatMap((answer) => answer.results);
    if (command.json) {
      output.print(documentText(checkDocument(results, [...unfound, ...ran.diagnostics])));
    } else if (!single && results.length > 0) output.print(`${tally(results)}\n`);
    await writeReports(
      { results, graphs: ran.answers.flatMap((one) => one.graphs) },
      command,
      output,
    );
    return worstOf([codeOfDiagnostics(unfound), ran.code, ...results.map(codeOfResult)]);
  });
}

/** In full for one model; of several, those that hold take one line. */
function showResult(
  result: Result,
  {
    output,
    command,
    single,
  }: { readonly output: Output; readonly command: OutputOptions; readonly single: boolean },
): void {
  if (command.json) return;
  const brief = command.quiet || (!single && result.verdict === "holds");
  if (brief) output.print(`${summaryLine(screenOf(output.terminal), result)}\n`);
  else output.print(`${terminalText(result, output.terminal)}${single ? "" : "\n"}`);
}

/** `12 models: 9 hold, 2 violated, 1 inconclusive`. */
function tally(results: readonly Result[]): string {
  const of = (verdict: Result["verdict"], word: string): readonly string[] => {
    const count = results.filter((result) => result.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${word}`];
  };
  const counts = [
    ...of("holds", "hold"),
    ...of("violated", "violated"),
    ...of("inconclusive", "inconclusive"),
  ];
  const models = results.length === 1 ? "1 model" : `${results.length} models`;
  return `${models}: ${counts.join(", ")}`;
}
