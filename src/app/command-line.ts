/** Commands and options, as commander sees them. What exists is here; an option without its feature is unknown. */
import { Command, CommanderError } from "commander";
import type { ExportOptions } from "../export/export-options.ts";
import type { CheckOptions } from "./check-model.ts";
import type { OutputOptions, Surroundings } from "./command.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { collected, faults, oneOf, reductions, reports, wanted } from "./option-readers.ts";
import { bytesOf, naturalOf, secondsOf } from "./option-values.ts";
import type { Faults } from "./record-model.ts";
import { REDUCTIONS } from "./search-program.ts";
import { REPORT_FORMATS, type ReportOptions } from "./write-reports.ts";

/** Runs the command that the arguments name; gives the code to exit with. */
export async function runCommandLine(argv: readonly string[], entry: URL): Promise<ExitCode> {
  const debug = (process.env.KECHECK_DEBUG ?? "") !== "";
  process.stdout.on("error", endOnClosedPipe);
  const outcome: { code: ExitCode } = { code: EXIT.holds };
  const program = commandLine({ entry, debug }, (code) => {
    outcome.code = code;
  });
  try {
    await program.parseAsync(argv);
    return outcome.code;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? EXIT.holds : EXIT.badModel;
    }
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    process.stderr.write(
      `error: kecheck contradicts itself: ${debug ? stack : message.split("\n")[0]} [internal-error]\n` +
        "  hint: this is a defect of kecheck: please report it with the model and the command\n",
    );
    return EXIT.internal;
  }
}

/** Whoever reads the output has enough (`kecheck rules | head`). */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(process.exitCode ?? EXIT.holds);
  throw error;
}

function commandLine(surroundings: Surroundings, finish: (code: ExitCode) => void): Command {
  const program = new Command("kecheck")
    .description("Checks every interleaving of a Windows kernel driver's threads.")
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  addCheck(program, surroundings, finish);
  addTest(program, surroundings, finish);
  addReplay(program, surroundings, finish);
  addExport(program, surroundings, finish);
  addRules(program, finish);
  return program;
}

type Adder = (
  program: Command,
  surroundings: Surroundings,
  finish: (code: ExitCode) => void,
) => void;

type SearchFlags = OutputOptions &
  ReportOptions &
  Omit<CheckOptions, "parameters" | "maxBytes" | "maxSeconds"> & {
    readonly param?: CheckOptions["parameters"];
    readonly maxMemory?: number;
    readonly maxTime?: number;
  };

/** Options of a search, for the commands that search. */
function withSearchOptions(command: Command): Command {
  return command
    .option("--engine <NAME>", "which search: auto or explicit", oneOf(["auto", "explicit"]))
    .option(
      "--reduce <LIST>",
      `leave out equivalent runs: auto, none, or some of ${REDUCTIONS.join(",")}`,
      reductions,
    )
    .option("--max-states <N>", "stop after so many states", wanted(naturalOf, "a whole number"))
    .option(
      "--max-memory <SIZE>",
      "stop at so much memory, such as 512M or 4G (default: half of RAM, at most 8G)",
      wanted(bytesOf, "a size such as 512M or 4G"),
    )
    .option(
      "--max-time <DURATION>",
      "stop after so long, such as 30s or 5m (default: no limit)",
      wanted(secondsOf, "a duration such as 500ms, 30s, 5m or 2h"),
    );
}

function withOutputOptions(command: Command): Command {
  return command
    .option(
      "--report <LIST>",
      `write reports: all, or some of ${REPORT_FORMATS.join(",")}`,
      reports,
    )
    .option("--out <DIR>", "folder of the reports", "reports")
    .option("--json", "print one JSON document")
    .option("--quiet", "print one line per model")
    .option("--ascii", "print ASCII only");
}

const addCheck: Adder = (program, surroundings, finish) => {
  const command = program
    .command("check")
    .description("explore models and judge them")
    .argument("<model...>", "model files (.ts), folders or globs")
    .option("--param <NAME=VALUE>", "set a parameter of the model; repeatable", collected);
  withOutputOptions(
    withSearchOptions(command)
      .option("--first", "stop at the first finding")
      .option("--strict", "warnings violate too")
      .option("--faults <LIST>", "environment failures to explore: none, all, or a list", faults)
      .option("--count", "count all interleavings"),
  ).action(async (models: readonly string[], flags: SearchFlags) => {
    const { checkCommand } = await import("./check.ts");
    const options = searchOptionsOf(flags);
    finish(await checkCommand({ models, options, ...outputOptionsOf(flags) }, surroundings));
  });
};

const addTest: Adder = (program, surroundings, finish) => {
  const command = program
    .command("test")
    .description("check that every model meets what it expects of itself")
    .argument("[models...]", "model files, folders or globs", ["models"]);
  withOutputOptions(withSearchOptions(command)).action(
    async (models: readonly string[], flags: SearchFlags) => {
      const { testCommand } = await import("./test.ts");
      const options = searchOptionsOf(flags);
      finish(await testCommand({ models, options, ...outputOptionsOf(flags) }, surroundings));
    },
  );
};

interface ReplayFlags extends OutputOptions {
  readonly schedule?: string;
  readonly param?: CheckOptions["parameters"];
  readonly faults?: Faults;
}

const addReplay: Adder = (program, surroundings, finish) => {
  program
    .command("replay")
    .description("run a counterexample again and say whether it still fails")
    .argument("<file>", "a document of --json or of a report; with --schedule, a model")
    .option("--schedule <TEXT>", "the run, as the last line of a finding gives it")
    .option("--param <NAME=VALUE>", "set a parameter of the model; repeatable", collected)
    .option("--faults <LIST>", "environment failures that were explored", faults)
    .option("--ascii", "print ASCII only")
    .action(async (file: string, flags: ReplayFlags) => {
      const { replayCommand } = await import("./replay.ts");
      const { param: parameters = {}, faults: explored = "none", ...rest } = flags;
      finish(await replayCommand({ file, parameters, faults: explored, ...rest }, surroundings));
    });
};

interface ExportFlags extends OutputOptions, ExportOptions {
  readonly to: string;
  readonly out?: string;
  readonly param?: CheckOptions["parameters"];
  readonly faults?: Faults;
}

const addExport: Adder = (program, surroundings, finish) => {
  program
    .command("export")
    .description("print a model for another checker, step for step")
    .argument("<model>", "a model file (.ts)")
    .requiredOption("--to <TARGET>", "the notation: promela, for Spin")
    .option("--param <NAME=VALUE>", "set a parameter of the model; repeatable", collected)
    .option("--faults <LIST>", "environment failures to keep: none, all, or a list", faults)
    .option(
      "--rules <WHAT>",
      "assert: the other checker finds violations; ignore: it counts states",
      oneOf(["assert", "ignore"]),
      "assert",
    )
    .option("--out <FILE>", "write a file instead of standard output")
    .option("--ascii", "print ASCII only")
    .action(async (file: string, flags: ExportFlags) => {
      const { exportCommand } = await import("./export.ts");
      const { param, faults: kept, ...rest } = flags;
      const recording = { ...(param && { parameters: param }), ...(kept && { faults: kept }) };
      finish(await exportCommand({ file, recording, ...rest }, surroundings));
    });
};

function addRules(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command("rules")
    .description("what each rule means, its bug check, its documentation page")
    .argument("[id]", "one rule")
    .option("--json", "print one JSON document")
    .option("--ascii", "print ASCII only")
    .action(async (id: string | undefined, flags: OutputOptions) => {
      const { rulesCommand } = await import("./rules.ts");
      finish(rulesCommand(id, flags));
    });
}

function searchOptionsOf(flags: SearchFlags): CheckOptions {
  const { param, maxMemory, maxTime, engine, reduce, maxStates } = flags;
  const { first, strict, count, faults: explored } = flags;
  return {
    ...(param && { parameters: param }),
    ...(maxMemory !== undefined && { maxBytes: maxMemory }),
    ...(maxTime !== undefined && { maxSeconds: maxTime }),
    ...(maxStates !== undefined && { maxStates }),
    ...(engine && { engine }),
    ...(reduce && { reduce }),
    ...(explored && { faults: explored }),
    ...(first && { first }),
    ...(strict && { strict }),
    ...(count && { count }),
  };
}

function outputOptionsOf({ json, quiet, ascii, report, out }: SearchFlags) {
  return {
    ...(json && { json }),
    ...(quiet && { quiet }),
    ...(ascii && { ascii }),
    ...(report && { report }),
    ...(out !== undefined && { out }),
  };
}
