/** The `--json` documents: what each command prints, in one line of code each, and their text. */
import type { Diagnostic } from "../../ir/diagnostic.ts";
import { RULES, type Rule } from "../../ir/rules.ts";
import {
  type CheckDocument,
  DOCUMENT_SCHEMA,
  type Result,
  type RulesDocument,
  type TestDocument,
  type TestResult,
} from "../../trace/document.ts";

/** What `check --json` prints. */
export function checkDocument(
  results: readonly Result[],
  diagnostics: readonly Diagnostic[],
): CheckDocument {
  return { schema: DOCUMENT_SCHEMA, results, diagnostics };
}

/** What `test --json` prints. */
export function testDocument(
  results: readonly TestResult[],
  diagnostics: readonly Diagnostic[],
): TestDocument {
  return { schema: DOCUMENT_SCHEMA, results, diagnostics };
}

/** What `rules --json` prints; of all rules unless some are chosen. */
export function rulesDocument(
  rows: RulesDocument["rows"],
  rules: readonly Rule[] = Object.values(RULES),
): RulesDocument {
  return { schema: DOCUMENT_SCHEMA, rules, rows };
}

// What JSON admits in strings as it is, but no terminal should be sent: delete, C1 controls, format characters.
const UNESCAPED = /[\u007f-\u009f\p{Cf}\u2028\u2029]/gu;

/** The document's text: indented, keys in the order of the types, a newline at the end; counts as decimal strings. */
export function documentText(document: CheckDocument | TestDocument | RulesDocument): string {
  const text = JSON.stringify(
    document,
    (_, value) => (typeof value === "bigint" ? String(value) : value),
    2,
  );
  return `${text.replaceAll(UNESCAPED, escapes)}\n`;
}

const escapes = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
