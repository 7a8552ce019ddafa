/** What a model's own code threw, as a diagnostic on the model's line. */
import { resolve } from "node:path";
import { type Diagnostic, errorDiagnostic } from "../ir/diagnostic.ts";
import type { Span } from "../ir/span.ts";
import { pathOfTrace, shownPath } from "./source-path.ts";

const FRAME = /\(?((?:file:\/\/|[A-Za-z]:[\\/]|\/)[^()]*?):(\d+):(\d+)\)?$/;

/** The diagnostic for an error that the model in `file` let escape; defects of kecheck's own are thrown on. */
export function thrownDiagnostic(
  error: unknown,
  { file, doing }: { readonly file: string | undefined; readonly doing: "loading" | "recording" },
): Diagnostic {
  const { name, message, stack } = (error instanceof Error ? error : {}) as Partial<Error>;
  if (name === "InternalError") throw error;
  const said = message === undefined ? String(error) : `${name}: ${message}`;
  const firstLine = said.split("\n")[0] ?? "";
  const start = file === undefined ? undefined : { file: shownPath(file), line: 1, column: 1 };
  const source = placeIn(stack ?? "", file) ?? start;
  return errorDiagnostic("model-threw", `${doing} the model threw ${firstLine}`, { source });
}

/** Where a stack passes through the model's file: the innermost place. */
function placeIn(stack: string, file: string | undefined): Span | undefined {
  const spans = stack.split("\n").flatMap((line): readonly Span[] => {
    const match = FRAME.exec(line.trim());
    if (!match?.[1] || line.includes("node:internal")) return [];
    const path = pathOfTrace(match[1]);
    return [{ file: path, line: Number(match[2]), column: Number(match[3]) }];
  });
  const found = spans.find((span) => file !== undefined && resolve(span.file) === resolve(file));
  return found && { ...found, file: shownPath(found.file) };
}
