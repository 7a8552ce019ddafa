/**
 * The recording that is under way: which model's body runs, and what was wrong in it.
 *
 * The one ambient value of the project: free functions (`equals`) must know whom to tell of a condition that nothing
 * uses. A body runs synchronously and recordings do not nest, so there is at most one.
 */
import { type Diagnostic, errorDiagnostic } from "../ir/diagnostic.ts";
import type { Span } from "../ir/span.ts";

/** Calls after which a recording is taken for endless. */
const CALLS_MAX = 100_000;

/** Ends a recording with one diagnostic. Thrown inside `dsl/` only, and caught where the recording was started. */
export class RecordingError extends Error {
  readonly diagnostic: Diagnostic;

  constructor(id: string, message: string, source: Span | undefined, fix: string) {
    super(message);
    this.name = "RecordingError";
    this.diagnostic = errorDiagnostic(id, message, { source, fix });
  }
}

export class Recording {
  readonly diagnostics: Diagnostic[] = [];
  private readonly conditions = new Set<{ readonly source: () => Span | undefined }>();
  private calls = 0;

  /** Counts a recorded call; an endless recording (`while (equals(…))`) ends here. */
  call(source: () => Span | undefined): void {
    this.calls += 1;
    if (this.calls <= CALLS_MAX) return;
    throw new RecordingError(
      "endless-recording",
      `recording the model made more than ${CALLS_MAX} calls`,
      source(),
      "a native while or for that tests a value of the driver never ends: did you mean t.while, not(…)?",
    );
  }

  /** Notes a condition; the returned function says that it was used. */
  condition(source: () => Span | undefined): () => void {
    this.call(source);
    const pending = { source };
    this.conditions.add(pending);
    return () => this.conditions.delete(pending);
  }

  /** What was found wrong, once the body is through. */
  finish(): readonly Diagnostic[] {
    const unused = [...this.conditions].map(({ source }) =>
      errorDiagnostic("unused-condition", "a condition is built here, but nothing asks for it", {
        source: source(),
        fix: "did you mean t.if, t.while or not(…)?",
      }),
    );
    return [...this.diagnostics, ...unused];
  }
}

let current: Recording | undefined;

/** The recording that is under way. Outside of one, values can be built but nothing looks at them. */
export function recording(): Recording {
  return current ?? new Recording();
}

/** Runs a model's body as a recording. */
export function recorded<T>(body: () => T): {
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
} {
  const own = new Recording();
  const outer = current;
  current = own;
  try {
    const value = body();
    return { value, diagnostics: own.finish() };
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    return { diagnostics: [...own.diagnostics, error.diagnostic] };
  } finally {
    current = outer;
  }
}
