import { type Span, spanText } from "./span.ts";

/**
 * What is wrong in a model or its use: a value, collected and shown, never thrown across a layer.
 * `id` is stable (`unknown-parameter`), `notes` point at the other places that matter, `fix` says what to write instead.
 */
export interface Diagnostic {
  readonly id: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly source?: Span;
  readonly notes: readonly { readonly message: string; readonly source?: Span }[];
  readonly fix?: string;
}

/** A diagnostic of severity error, for the usual case. */
export function errorDiagnostic(
  id: string,
  message: string,
  extra: {
    readonly source?: Span | undefined;
    readonly fix?: string;
    readonly notes?: Diagnostic["notes"];
  } = {},
): Diagnostic {
  return {
    id,
    severity: "error",
    message,
    ...(extra.source && { source: extra.source }),
    notes: extra.notes ?? [],
    ...(extra.fix !== undefined && { fix: extra.fix }),
  };
}

/** The diagnostic as a compiler would print it: place, severity, sentence, notes, fix. */
export function diagnosticText(diagnostic: Diagnostic): string {
  const place = diagnostic.source ? `${spanText(diagnostic.source)}: ` : "";
  const lines = [`${place}${diagnostic.severity}: ${diagnostic.message} [${diagnostic.id}]`];
  for (const note of diagnostic.notes) {
    lines.push(`  ${note.source ? `${spanText(note.source)}: ` : ""}note: ${note.message}`);
  }
  if (diagnostic.fix !== undefined) lines.push(`  hint: ${diagnostic.fix}`);
  return lines.join("\n");
}
