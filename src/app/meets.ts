/** Whether a result is what a model's author expected, and how to check the model for it. */
import type { Expected } from "../dsl/expected.ts";
import { type Diagnostic, errorDiagnostic } from "../ir/diagnostic.ts";
import type { Finding, Result } from "../trace/document.ts";
import type { CheckOptions } from "./check-model.ts";
import { naturalOf } from "./option-values.ts";
import { shownPath } from "./source-path.ts";

/** The verdict is the expected one, for the expected rules, and through the expected lines. */
export function meets(result: Result, expected: Expected): boolean {
  const { verdict, rule, also = [], lines = [] } = expected;
  if (result.verdict !== verdict) return false;
  if (verdict !== "violated" || rule === undefined) return true;
  const wanted: readonly string[] = [rule, ...also];
  const found = result.findings.map((finding) => finding.rule);
  const unexpected = result.findings.some(
    (finding) => finding.severity === "error" && !wanted.includes(finding.rule),
  );
  if (unexpected || wanted.some((one) => !found.includes(one))) return false;
  const candidates = result.findings.filter((finding) => finding.rule === rule);
  return candidates.some((finding) => {
    const involved = linesOf(result.file, finding);
    return lines.every((line) => involved.has(line));
  });
}

/** The lines of the model's file that a counterexample passes, or at which threads stand at its end. */
function linesOf(file: string, { trace, explanation, source }: Finding): ReadonlySet<number> {
  const places = [
    source,
    ...(trace?.steps ?? []).map((step) => step.source),
    ...(explanation?.standing ?? []).map((standing) => standing.source),
  ];
  return new Set(places.flatMap((place) => (place?.file === file ? [place.line] : [])));
}

/** The options that an expectation is for: what the command line says, and over it what the model says. */
export function optionsFor(
  expected: Expected,
  given: CheckOptions & { readonly file: string },
):
  | { readonly ok: true; readonly options: CheckOptions }
  | { readonly ok: false; readonly diagnostic: Diagnostic } {
  const { parameters, faults, options = {} } = expected;
  let chosen: CheckOptions = { ...given, parameters, ...(faults && { faults }) };
  for (const [name, value] of Object.entries(options)) {
    const extra = optionOf(name, value);
    if (!extra) return { ok: false, diagnostic: unknownOption(given.file, name, value) };
    chosen = { ...chosen, ...extra };
  }
  return { ok: true, options: chosen };
}

function optionOf(name: string, value: string): CheckOptions | undefined {
  switch (name) {
    case "max-states": {
      const maxStates = naturalOf(value);
      return maxStates === undefined ? undefined : { maxStates };
    }
    case "reduce":
      return value === "auto" || value === "none" ? { reduce: value } : undefined;
    case "strict":
      return value === "true" || value === "false" ? { strict: value === "true" } : undefined;
    default:
      return undefined;
  }
}

const unknownOption = (file: string, name: string, value: string): Diagnostic =>
  errorDiagnostic("unknown-option", `\`expected\` gives the option ${name} = ${value}`, {
    source: { file: shownPath(file), line: 1, column: 1 },
    fix: "options of an expectation are max-states, reduce and strict",
  });
