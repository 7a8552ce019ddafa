import type { Finding, Result } from "../trace/document.ts";

/** `violated: use-after-free at a.ts:12, deadlock at a.ts:20`, or why nothing is known. */
export function findingsLine({ verdict, reason, findings }: Result): string {
  if (verdict === "inconclusive") return `inconclusive: ${reason}`;
  const errors = findings.filter(({ severity }) => severity === "error");
  const told = verdict === "violated" && errors.length === 0 ? findings : errors;
  return told.length === 0 ? verdict : `${verdict}: ${told.map(ruleAtPlace).join(", ")}`;
}

const ruleAtPlace = ({ rule, source }: Finding): string =>
  source ? `${rule} at ${source.file}:${source.line}` : rule;
