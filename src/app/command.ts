/** What every command that works on models shares: its output, the thread that searches, Ctrl-C. */
import type { Diagnostic } from "../ir/diagnostic.ts";
import { type Background, startBackground } from "./background.ts";
import { codeOfDiagnostics, EXIT, type ExitCode, worstOf } from "./exit-codes.ts";
import type { Job, JobAnswer } from "./job.ts";
import { type Output, outputOf } from "./output.ts";

/** What the command line gives each command. */
export interface Surroundings {
  /** The module that serves jobs when it is loaded in a second thread. */
  readonly entry: URL;
  /** Defects are shown with their stack. */
  readonly debug: boolean;
}

export interface OutputOptions {
  readonly ascii?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Runs `work` with a thread that searches; Ctrl-C ends the search, and what is known is printed. */
export async function withBackground(
  { entry, debug }: Surroundings,
  options: OutputOptions,
  work: (background: Background, output: Output) => Promise<ExitCode>,
): Promise<ExitCode> {
  const output = outputOf({ ascii: options.ascii ?? false });
  const background = startBackground(entry, { onProgress: output.progress, debug });
  const onInterrupt = (): void => background.interrupt();
  process.on("SIGINT", onInterrupt);
  try {
    const code = await work(background, output);
    return background.interrupted() ? EXIT.interrupted : code;
  } finally {
    process.off("SIGINT", onInterrupt);
    await background.close();
  }
}

export interface Ran {
  readonly answers: readonly JobAnswer[];
  readonly diagnostics: readonly Diagnostic[];
  /** What the diagnostics alone amount to. */
  readonly code: ExitCode;
}

/** Runs the jobs in order until Ctrl-C; each answer is shown as soon as it is there, its diagnostics first. */
export async function runJobs(
  jobs: readonly Job[],
  { background, output }: { readonly background: Background; readonly output: Output },
  limits: { readonly maxSeconds?: number },
  show: (answer: JobAnswer) => void,
): Promise<Ran> {
  const answers: JobAnswer[] = [];
  for (const job of jobs) {
    if (background.interrupted()) break;
    const answer = await background.run(job, limits);
    answers.push(answer);
    output.complain(answer.diagnostics);
    show(answer);
  }
  const diagnostics = answers.flatMap((answer) => answer.diagnostics);
  const codes = answers.map((answer) => codeOfDiagnostics(answer.diagnostics));
  return { answers, diagnostics, code: worstOf(codes) };
}
