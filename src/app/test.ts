/** `kecheck test`: every model meets what its file expects of it. */

import { screenOf } from "../report/glyphs.ts";
import { documentText, testDocument } from "../report/json/document.ts";
import type { TestResult } from "../trace/document.ts";
import type { CheckOptions } from "./check-model.ts";
import { type OutputOptions, runJobs, type Surroundings, withBackground } from "./command.ts";
import { codeOfDiagnostics, codeOfResult, EXIT, type ExitCode, worstOf } from "./exit-codes.ts";
import { findingsLine } from "./findings-line.ts";
import { isFolder, modelFiles } from "./model-files.ts";
import type { Output } from "./output.ts";
import { type ReportOptions, wantsGraphs, writeReports } from "./write-reports.ts";

export interface TestCommand extends OutputOptions, ReportOptions {
  readonly models: readonly string[];
  readonly options: CheckOptions;
}

export function testCommand(command: TestCommand, surroundings: Surroundings): Promise<ExitCode> {
  return withBackground(surroundings, command, async (background, output) => {
    const { files, diagnostics: unfound } = modelFiles(command.models);
    output.complain(unfound);
    const { options } = command;
    const graphs = wantsGraphs(command);
    const jobs = files.map((file) => ({ command: "test" as const, file, options, graphs }));
    const ran = await runJobs(jobs, { background, output }, options, ({ tested, results }) => {
      if (command.json) return;
      for (const result of tested) showTested(result, output, command.quiet ?? false);
      for (const { file, reason } of results) output.remark(`${file}: ${reason}`);
    });
    const tested = ran.answers.flatMap((answer) => answer.tested);
    const unfinished = ran.answers.flatMap((answer) => answer.results);
    if (command.json) {
      output.print(documentText(testDocument(tested, [...unfound, ...ran.diagnostics])));
    } else output.print(`${tally(tested)}\n`);
    const cut = tested.some(({ met, verdict }) => !met && verdict === "inconclusive");
    const whole =
      codeOfDiagnostics(unfound) === EXIT.holds &&
      ran.code === EXIT.holds &&
      ran.answers.length === jobs.length &&
      unfinished.length === 0 &&
      !cut;
    const wholeFolders = whole ? command.models.filter(isFolder) : [];
    const drawn = ran.answers.flatMap((answer) => answer.graphs);
    await writeReports({ results: tested, graphs: drawn, wholeFolders }, command, output);
    const codes = [...tested.map(codeOfTested), ...unfinished.map(codeOfResult)];
    return worstOf([codeOfDiagnostics(unfound), ran.code, ...codes]);
  });
}

/** A search that a limit cut says nothing about the model: that is not the same as an expectation not met. */
function codeOfTested({ met, verdict }: TestResult): ExitCode {
  if (met) return EXIT.holds;
  return verdict === "inconclusive" ? EXIT.inconclusive : EXIT.violated;
}

function showTested(result: TestResult, { print, terminal }: Output, quiet: boolean): void {
  const screen = screenOf(terminal);
  const { met, expected } = result;
  const file = screen.text(result.file);
  const { glyphs } = screen;
  if (met) {
    const mark = screen.paint("good", glyphs.holds);
    if (!quiet) print(`${mark} ${file}  ${screen.text(expected)}\n`);
    return;
  }
  const mark = screen.paint("bad", glyphs.violated);
  print(
    `${mark} ${file}  expected ${screen.text(expected)}, found ${screen.text(findingsLine(result))}\n`,
  );
}

function tally(results: readonly TestResult[]): string {
  const met = results.filter((result) => result.met).length;
  const word = results.length === 1 ? "expectation" : "expectations";
  return `${met} of ${results.length} ${word} met`;
}
