/** From a model to its text for another checker: recorded as for a search, then printed. */
import type { ModelDefinition } from "../dsl/model.ts";
import type { ExportOptions } from "../export/export-options.ts";
import { TARGETS, type Target } from "../export/targets.ts";
import type { Diagnostic } from "../ir/diagnostic.ts";
import { type RecordOptions, recordModel } from "./record-model.ts";

export interface ExportRequest extends RecordOptions, ExportOptions {
  readonly target: Target;
}

/** The text, unless the model has errors; and what is to be said of the model in either case. */
export interface ExportAnswer {
  readonly exported?: string;
  readonly diagnostics: readonly Diagnostic[];
}

export function exportModel(model: ModelDefinition, request: ExportRequest): ExportAnswer {
  const recorded = recordModel(model, request);
  if (!recorded.ok) return recorded;
  const { program, diagnostics } = recorded;
  return { exported: TARGETS[request.target](program, request), diagnostics };
}
