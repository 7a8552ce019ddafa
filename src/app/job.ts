/** What the command line asks of the thread that searches, and what that thread says. Plain data, sent as messages. */
import type { Progress } from "../engine/result.ts";
import type { Diagnostic } from "../ir/diagnostic.ts";
import type { Result, TestResult } from "../trace/document.ts";
import type { StateGraph } from "../trace/state-graph.ts";
import type { CheckOptions } from "./check-model.ts";
import type { ExportRequest } from "./export-model.ts";
import type { Replayed, ReplayRequest } from "./replay-schedule.ts";

/** One model file to work on. */
export type Job =
  | {
      readonly command: "check" | "test";
      readonly file: string;
      readonly options: CheckOptions;
      /** The state graphs are wanted too. */
      readonly graphs?: boolean;
    }
  | { readonly command: "replay"; readonly file: string; readonly request: ReplayRequest }
  | { readonly command: "export"; readonly file: string; readonly request: ExportRequest };

/** What came of a job; what is wrong with the model stands in `diagnostics`. */
export interface JobAnswer {
  readonly results: readonly Result[];
  readonly tested: readonly TestResult[];
  /** Where asked for: the state graph of each result, or of each one tested. */
  readonly graphs: readonly StateGraph[];
  readonly replayed?: Replayed;
  /** The model's text for another checker. */
  readonly exported?: string;
  readonly diagnostics: readonly Diagnostic[];
}

export type Message =
  /** A model is recorded from now on, in code that may never return. */
  | { readonly kind: "recording" }
  /** A search has begun; the result says what is known if it must be ended by force. */
  | { readonly kind: "searching"; readonly unfinished: Result }
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "answer"; readonly answer: JobAnswer }
  | { readonly kind: "defect"; readonly message: string; readonly stack: string };
