/** Which findings a reader is shown, and in which order: errors first, then the warnings that are worth reading. */
import type { Finding, Result } from "../trace/document.ts";

const isError = ({ severity }: Finding): boolean => severity === "error";

/**
 * All findings, but for dead code where an error was found: what stands behind a violation that ends every run is never
 * reached, and says nothing more. The `--json` document has it.
 */
export function shownFindings({ findings }: Pick<Result, "findings">): readonly Finding[] {
  const errors = findings.filter(isError);
  const warnings = findings.filter((finding) => !isError(finding));
  if (errors.length === 0) return warnings;
  return [...errors, ...warnings.filter(({ rule }) => rule !== "dead-code")];
}
