/** The notations that Programs are exported to: one line and one file each. */
import type { Program } from "../ir/program.ts";
import type { ExportOptions } from "./export-options.ts";
import { toPromela } from "./promela.ts";

/** Prints a valid Program as a model of another checker. */
type Exporter = (program: Program, options: ExportOptions) => string;

export const TARGETS = { promela: toPromela } satisfies Readonly<Record<string, Exporter>>;

export type Target = keyof typeof TARGETS;
