/**
 * The thread that loads, records and searches, so that the first thread stays free for Ctrl-C, progress and the clock.
 *
 * Interruption is a word of shared memory: a search asks for it every few thousand states. A model whose code never
 * returns, or that ends the process, ends this thread at most.
 */
import { performance } from "node:perf_hooks";
import { parentPort, workerData } from "node:worker_threads";
import type { Expected } from "../dsl/expected.ts";
import { type Diagnostic, errorDiagnostic } from "../ir/diagnostic.ts";
import { assert } from "../support/assert.ts";
import type { StateGraph } from "../trace/state-graph.ts";
import { check, type Watcher } from "./check-model.ts";
import { expectationText } from "./expectation.ts";
import { exploredGraph } from "./explored-graph.ts";
import { exportModel } from "./export-model.ts";
import type { Job, JobAnswer, Message } from "./job.ts";
import { type LoadedModel, loadModel } from "./load-model.ts";
import { meets, optionsFor } from "./meets.ts";
import { replaySchedule } from "./replay-schedule.ts";
import { shownPath } from "./source-path.ts";

/** Milliseconds between two messages of progress. */
const progressEvery = 250;

/** Answers jobs until the first thread ends this one. */
export function serve(): void {
  const port = parentPort;
  assert(port !== null, "jobs are served on a thread of their own");
  const send = (message: Message): void => port.postMessage(message);
  const { flag } = workerData as { readonly flag: Int32Array };
  port.on("message", (job: Job) => {
    answered(job, watcherOf(flag, send), send).then(
      (answer) => send({ kind: "answer", answer }),
      (error: unknown) => send({ kind: "defect", ...described(error) }),
    );
  });
}

function described(error: unknown): { readonly message: string; readonly stack: string } {
  if (!(error instanceof Error)) return { message: String(error), stack: "" };
  return { message: error.message, stack: error.stack ?? "" };
}

function watcherOf(flag: Int32Array, send: (message: Message) => void): Watcher {
  let next = performance.now() + progressEvery;
  return {
    interrupted: () => (Atomics.load(flag, 0) === 0 ? undefined : "interrupted"),
    onProgress: (progress) => {
      const now = performance.now();
      if (now < next) return;
      next = now + progressEvery;
      send({ kind: "progress", progress });
    },
    onSearch: (unfinished) => send({ kind: "searching", unfinished }),
  };
}

async function answered(
  job: Job,
  watcher: Watcher,
  send: (message: Message) => void,
): Promise<JobAnswer> {
  send({ kind: "recording" });
  const loaded = await loadModel(job.file);
  if (!loaded.ok) return answer({ diagnostics: loaded.diagnostics });
  const { model } = loaded;
  switch (job.command) {
    case "check": {
      const checked = check(model.definition, { ...job.options, file: job.file }, watcher);
      const { diagnostics } = checked;
      if (!checked.ok) return answer({ diagnostics });
      const { result } = checked;
      const graphs = job.graphs ? [exploredGraph(model.definition, job.options, result)] : [];
      return answer({ diagnostics, results: [result], graphs });
    }
    case "test":
      return tested(model, job, { watcher, send });
    case "replay": {
      const replayed = replaySchedule(model.definition, { ...job.request, file: job.file });
      return replayed.ok
        ? answer({ replayed: replayed.replayed })
        : answer({ diagnostics: replayed.diagnostics });
    }
    case "export":
      return answer(exportModel(model.definition, { ...job.request, file: job.file }));
  }
}

const answer = (parts: Partial<JobAnswer>): JobAnswer => ({
  results: [],
  tested: [],
  graphs: [],
  diagnostics: [],
  ...parts,
});

function tested(
  { definition, expected }: LoadedModel,
  { file, options, graphs: wanted = false }: Extract<Job, { readonly command: "check" | "test" }>,
  { watcher, send }: { readonly watcher: Watcher; readonly send: (message: Message) => void },
): JobAnswer {
  if (expected.length === 0) return answer({ diagnostics: [expectsNothing(file)] });
  const diagnostics: Diagnostic[] = [];
  const graphs: StateGraph[] = [];
  const results = expected.flatMap((one: Expected) => {
    send({ kind: "recording" });
    const chosen = optionsFor(one, { ...options, file });
    if (!chosen.ok) {
      diagnostics.push(chosen.diagnostic);
      return [];
    }
    const checked = check(definition, chosen.options, watcher);
    diagnostics.push(...checked.diagnostics);
    if (!checked.ok) return [];
    const { result } = checked;
    if (wanted) graphs.push(exploredGraph(definition, chosen.options, result));
    return [{ ...result, expected: expectationText(one), met: meets(result, one) }];
  });
  return answer({ tested: results, graphs, diagnostics });
}

const expectsNothing = (file: string): Diagnostic =>
  errorDiagnostic("no-expectation", "the model does not say what it expects", {
    source: { file: shownPath(file), line: 1, column: 1 },
    fix: 'write: export const expected = holds(), or violated("deadlock")',
  });
