/** Commands and options, as commander sees them. What exists is here; an option without its feature is unknown. */
import { Command, CommanderError, InvalidArgumentError } from "commander";
import type { CheckOptions } from "./check-model.ts";
import type { OutputOptions, Surroundings } from "./command.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { bytesOf, listOf, naturalOf, parameterOf, secondsOf } from "./option-values.ts";
import type { Faults } from "./record-model.ts";
import { REDUCTIONS, type Reduce } from "./search-program.ts";
import { REPORT_FORMATS, type ReportFormat, type ReportOptions } from "./write-reports.ts";

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

// --- Values of options, refused with a sentence --------------------------------------------------------------------

/** Reads a value, or says what it should have been. */
function wanted<T>(read: (text: string) => T | undefined, what: string): (text: string) => T {
  return (text) => {
    const value = read(text);
    if (value === undefined) throw new InvalidArgumentError(`It must be ${what}.`);
    return value;
  };
}

const oneOf = (words: readonly string[]) =>
  wanted((text) => words.find((word) => word === text), words.join(" or "));

function collected(
  text: string,
  before: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const parameter = parameterOf(text);
  if (!parameter) throw new InvalidArgumentError("It must be NAME=VALUE, with a whole number.");
  const [name, value] = parameter;
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`${name} is given twice.`);
  return { ...before, [name]: value };
}

function faults(text: string): Faults {
  if (text === "none" || text === "all") return text;
  const list = listOf(text);
  const special = list.find((word) => word === "none" || word === "all");
  if (list.length === 0) throw new InvalidArgumentError("It must be none, all, or a list.");
  if (special !== undefined) throw new InvalidArgumentError(`${special} stands alone.`);
  return list;
}

function reductions(text: string): Reduce {
  if (text === "auto" || text === "none") return text;
  const words = listOf(text);
  const known = REDUCTIONS.filter((name) => words.includes(name));
  if (words.length > 0 && known.length === words.length) return known;
  throw new InvalidArgumentError(`It must be auto, none, or some of ${REDUCTIONS.join(",")}.`);
}

function reports(text: string): readonly ReportFormat[] {
  if (text === "all") return REPORT_FORMATS;
  const words = listOf(text);
  const known = REPORT_FORMATS.filter((format) => words.includes(format));
  if (words.length > 0 && known.length === words.length) return known;
  throw new InvalidArgumentError(`It must be all, or some of ${REPORT_FORMATS.join(",")}.`);
}
