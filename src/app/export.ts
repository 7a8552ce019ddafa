/** `kecheck export`: prints a model for another checker. */
import { writeFile } from "node:fs/promises";
import type { ExportOptions } from "../export/export-options.ts";
import { TARGETS, type Target } from "../export/targets.ts";
import { errorDiagnostic } from "../ir/diagnostic.ts";
import { type OutputOptions, runJobs, type Surroundings, withBackground } from "./command.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { nearest } from "./nearest.ts";
import type { Output } from "./output.ts";
import type { RecordOptions } from "./record-model.ts";

export interface ExportCommand extends ExportOptions, OutputOptions {
  readonly file: string;
  /** The notation, as the user wrote it. */
  readonly to: string;
  /** The file to write; standard output unless told. */
  readonly out?: string;
  readonly recording: RecordOptions;
}

export function exportCommand(
  { file, to, rules, out, recording, ...options }: ExportCommand,
  surroundings: Surroundings,
): Promise<ExitCode> {
  return withBackground(surroundings, options, async (background, output) => {
    const target = targetNamed(to);
    if (!target) return unknownTarget(to, output);
    const job = { command: "export" as const, file, request: { ...recording, target, rules } };
    const ran = await runJobs([job], { background, output }, {}, () => undefined);
    const text = ran.answers.map(({ exported = "" }) => exported).join("");
    if (ran.code !== EXIT.holds || out === undefined) {
      output.print(text);
      return ran.code;
    }
    return stored(text, out, output);
  });
}

const targetNamed = (name: string): Target | undefined =>
  (Object.keys(TARGETS) as Target[]).find((target) => target === name);

function unknownTarget(name: string, output: Output): ExitCode {
  const targets = Object.keys(TARGETS);
  const close = nearest(name, targets);
  const fix =
    close === undefined ? `--to is one of: ${targets.join(", ")}` : `did you mean ${close}?`;
  output.complain([errorDiagnostic("unknown-target", `no model is exported to ${name}`, { fix })]);
  return EXIT.badModel;
}

/** Writes a file itself, since the shells of Windows redirect output in another encoding. */
async function stored(text: string, path: string, output: Output): Promise<ExitCode> {
  try {
    await writeFile(path, text);
    return EXIT.holds;
  } catch (error) {
    const { message } = error as Error;
    output.complain([errorDiagnostic("unwritable-file", `${path} is not written: ${message}`)]);
    return EXIT.badModel;
  }
}
