/** The notations that Programs are exported to: one line and one file each. */
import type { Program } from "../ir/program.ts";
import type { ExportOptions } from "./export-options.ts";
import { PROMELA_THREADS_MAX, toPromela } from "./promela.ts";

interface Exporter {
  /** Prints a valid Program as a model of another checker. */
  readonly print: (program: Program, options: ExportOptions) => string;
  /** More threads than these the other checker cannot run. */
  readonly threadsMax: number;
}

export const TARGETS = {
  promela: { print: toPromela, threadsMax: PROMELA_THREADS_MAX },
} satisfies Readonly<Record<string, Exporter>>;

export type Target = keyof typeof TARGETS;
