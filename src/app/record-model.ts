/** From a model to the Program that is searched: recorded, pruned of failures that are not explored, validated. */
import type { ModelDefinition } from "../dsl/model.ts";
import { type Diagnostic, errorDiagnostic } from "../ir/diagnostic.ts";
import { faultsOf, withFaults } from "../ir/faults.ts";
import type { Program, ProgramResult } from "../ir/program.ts";
import { validate } from "../ir/validate.ts";
import { withShownSpans } from "./shown-spans.ts";
import { thrownDiagnostic } from "./thrown.ts";

/** Environment failures to explore: classes by name. */
export type Faults = "none" | "all" | readonly string[];

export interface RecordOptions {
  readonly parameters?: Readonly<Record<string, number>>;
  readonly faults?: Faults;
  /** The model's file, where it has one. */
  readonly file?: string;
}

export type RecordedProgram =
  | {
      readonly ok: true;
      readonly program: Program;
      /** Classes of failures that are explored. */
      readonly faults: readonly string[];
      /** Those that the model can meet and that are not. */
      readonly faultsLeftOut: readonly string[];
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export function recordModel(model: ModelDefinition, options: RecordOptions): RecordedProgram {
  const result = recorded(model, options);
  if (!result.ok) return { ok: false, diagnostics: onceEach(result.diagnostics) };
  const whole = withShownSpans(result.program);
  const chosen = chosenFaults(whole, options.faults ?? "none");
  if (!chosen.ok) return chosen;
  const program = withFaults(whole, chosen.faults);
  const diagnostics = onceEach([...result.diagnostics, ...validate(program)]);
  if (diagnostics.some(({ severity }) => severity === "error")) return { ok: false, diagnostics };
  const { faults } = chosen;
  const faultsLeftOut = faultsOf(whole).filter((name) => !faults.includes(name));
  return { ok: true, program, faults, faultsLeftOut, diagnostics };
}

function recorded(model: ModelDefinition, { parameters = {}, file }: RecordOptions): ProgramResult {
  try {
    return model.record({ parameters }).result;
  } catch (error) {
    return { ok: false, diagnostics: [thrownDiagnostic(error, { file, doing: "recording" })] };
  }
}

/** Diagnostics as readers see them: places relative, each said once. */
function onceEach(all: readonly Diagnostic[]): readonly Diagnostic[] {
  const shown = all.map(withShownSpans);
  return [...new Map(shown.map((one) => [JSON.stringify(one), one])).values()];
}

function chosenFaults(
  program: Program,
  asked: Faults,
):
  | { readonly ok: true; readonly faults: readonly string[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] } {
  if (asked === "none") return { ok: true, faults: [] };
  const known = faultsOf(program);
  if (asked === "all") return { ok: true, faults: known };
  const unknown = asked.filter((name) => !known.includes(name));
  if (unknown.length === 0) return { ok: true, faults: known.filter((one) => asked.includes(one)) };
  const fix =
    known.length === 0
      ? "nothing that this model does can fail"
      : `what can fail in it: ${known.join(", ")}`;
  const { source } = program;
  const diagnostics = unknown.map((name) =>
    errorDiagnostic("unknown-fault", `the model has no failure of class ${name}`, { source, fix }),
  );
  return { ok: false, diagnostics };
}
