/** The exit codes of all commands, and which one wins where several models are checked. */
import type { Diagnostic } from "../ir/diagnostic.ts";
import type { Result } from "../trace/document.ts";

export const EXIT = {
  holds: 0,
  violated: 1,
  badModel: 2,
  inconclusive: 3,
  internal: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const PRECEDENCE: readonly ExitCode[] = [
  EXIT.interrupted,
  EXIT.violated,
  EXIT.internal,
  EXIT.badModel,
  EXIT.inconclusive,
];

/** The code that counts most: a violation, then a defect of kecheck, then a bad model, then what is inconclusive. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  return PRECEDENCE.find((code) => codes.includes(code)) ?? EXIT.holds;
}

export const codeOfResult = ({ verdict }: Result): ExitCode => EXIT[verdict];

/** Errors among diagnostics mean a bad model, or a defect; warnings mean nothing. */
export function codeOfDiagnostics(diagnostics: readonly Diagnostic[]): ExitCode {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return EXIT.holds;
  if (errors.some(({ id }) => id === "internal-error")) return EXIT.internal;
  return errors.every(({ id }) => id === "interrupted") ? EXIT.interrupted : EXIT.badModel;
}
