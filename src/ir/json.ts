/**
 * Programs as JSON, for other tools and for bug reports: what is written reads back equal.
 *
 * The text is the data of `program.ts` plus `schema`. Reading trusts nothing: the shape is checked key by key, unknown
 * keys are refused, expressions nest no deeper than the limit, and then the Program is validated.
 */
import { type Diagnostic, errorDiagnostic } from "./diagnostic.ts";
import { shapeProblems } from "./json-shape.ts";
import type { Program, ProgramResult } from "./program.ts";
import { programShape } from "./program-shape.ts";
import { validate } from "./validate.ts";

const schema = "kecheck-ir/1";

/** The Program as one line of JSON. Expressions nested deeper than 1,000 do not read back. */
export function programToJson(program: Program): string {
  return `${JSON.stringify({ schema, ...program })}\n`;
}

/** The Program of a text, or everything that is wrong with it. */
export function programFromJson(text: string): ProgramResult {
  const parsed = parse(text);
  if (!parsed.ok) return refused(errorDiagnostic("not-json", `this is no JSON: ${parsed.message}`));
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refused(errorDiagnostic("wrong-shape", "a Program is an object"));
  }
  const { schema: version, ...rest } = value as Record<string, unknown>;
  if (version !== schema) {
    const said = version === undefined ? "none" : JSON.stringify(version);
    const message = `the schema of a Program is "${schema}", not ${said}`;
    return refused(errorDiagnostic("wrong-schema", message));
  }
  const problems = shapeProblems(programShape, rest);
  if (problems.length > 0) return { ok: false, diagnostics: problems };
  const program = rest as unknown as Program;
  const diagnostics = validate(program);
  const valid = diagnostics.every(({ severity }) => severity === "warning");
  return valid ? { ok: true, program, diagnostics } : { ok: false, diagnostics };
}

const refused = (diagnostic: Diagnostic): ProgramResult => ({
  ok: false,
  diagnostics: [diagnostic],
});

function parse(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; message: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
