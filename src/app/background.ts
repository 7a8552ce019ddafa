/**
 * The first thread's side of the search: starts the thread that works, hands it one job after another, and ends it by
 * force where it does not come back.
 */
import { Worker } from "node:worker_threads";
import type { Progress } from "../engine/result.ts";
import { type Diagnostic, errorDiagnostic } from "../ir/diagnostic.ts";
import type { Result } from "../trace/document.ts";
import type { Job, JobAnswer, Message } from "./job.ts";
import { shownPath } from "./source-path.ts";

/** Seconds after which loading and recording a model is taken for endless: what a search may take, within bounds. */
const recordingSeconds = { min: 10, max: 60 };
/** What Node says where the system has no memory left, although the search was allowed more. */
const NO_MEMORY = /^Array buffer allocation failed/;
/** Milliseconds that a search has, once interrupted, to say what it knows. */
const graceAfterInterrupt = 10_000;

export interface Background {
  /** Works on one model. Answers in every case: what went wrong is a diagnostic. */
  readonly run: (job: Job, limits: { readonly maxSeconds?: number }) => Promise<JobAnswer>;
  /** Asks the search that is under way to stop and say what it knows; a second time ends it by force. */
  readonly interrupt: () => void;
  readonly interrupted: () => boolean;
  readonly close: () => Promise<void>;
}

/** `entry` is the module that, loaded in a thread other than the first, serves jobs. */
export function startBackground(
  entry: URL,
  {
    onProgress,
    debug,
  }: { readonly onProgress?: (progress: Progress | undefined) => void; readonly debug: boolean },
): Background {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  let worker: Worker | undefined;
  let stop: ((how: Ending) => void) | undefined;
  const started = (): Worker => {
    const made = new Worker(entry, { workerData: { flag }, stdout: true, stderr: true });
    // Output of a model's own code must not mix with results.
    made.stdout.pipe(process.stderr, { end: false });
    made.stderr.pipe(process.stderr, { end: false });
    return made;
  };
  return {
    run: async (job, limits) => {
      worker ??= started();
      const ended = await answerOf(worker, job, {
        maxSeconds: Math.max(
          recordingSeconds.min,
          Math.min(recordingSeconds.max, limits.maxSeconds ?? recordingSeconds.max),
        ),
        onProgress: (progress) => onProgress?.(progress),
        onStop: (how) => {
          stop = how;
        },
      });
      stop = undefined;
      onProgress?.(undefined);
      if ("answer" in ended) return ended.answer;
      await worker.terminate();
      worker = undefined;
      return endedAnswer(ended, job.file, debug);
    },
    interrupt: () => {
      const before = Atomics.exchange(flag, 0, 1);
      if (before !== 0) stop?.({ why: "interrupted" });
      else setTimeout(() => stop?.({ why: "interrupted" }), graceAfterInterrupt).unref();
    },
    interrupted: () => Atomics.load(flag, 0) !== 0,
    close: async () => {
      await worker?.terminate();
    },
  };
}

/** Why there is no answer. */
interface Ending {
  readonly why: "interrupted" | "endless" | "exited" | "memory" | "defect";
  readonly message?: string;
  readonly stack?: string;
  readonly seconds?: number;
  /** What is known of the search that was under way. */
  readonly unfinished?: Result | undefined;
}

interface Supervision {
  readonly maxSeconds: number;
  readonly onProgress: (progress: Progress) => void;
  readonly onStop: (stop: (how: Ending) => void) => void;
}

function answerOf(
  worker: Worker,
  job: Job,
  { maxSeconds, onProgress, onStop }: Supervision,
): Promise<{ readonly answer: JobAnswer } | Ending> {
  return new Promise((resolve) => {
    let unfinished: Result | undefined;
    let alarm: NodeJS.Timeout | undefined;
    const end = (how: { readonly answer: JobAnswer } | Ending): void => {
      clearTimeout(alarm);
      worker.off("message", onMessage);
      worker.off("error", onError);
      worker.off("exit", onExit);
      resolve("answer" in how ? how : { ...how, unfinished });
    };
    const onMessage = (message: Message): void => {
      switch (message.kind) {
        case "recording":
          clearTimeout(alarm);
          unfinished = undefined;
          alarm = setTimeout(() => end({ why: "endless", seconds: maxSeconds }), maxSeconds * 1000);
          return;
        case "searching":
          clearTimeout(alarm);
          unfinished = message.unfinished;
          return;
        case "progress":
          unfinished = unfinished && withProgress(unfinished, message.progress);
          onProgress(message.progress);
          return;
        case "answer":
          end({ answer: message.answer });
          return;
        case "defect":
          end({
            why: NO_MEMORY.test(message.message) ? "memory" : "defect",
            message: message.message,
            stack: message.stack,
          });
      }
    };
    const onError = (error: NodeJS.ErrnoException): void => {
      const why = error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "memory" : "defect";
      end({ why, message: error.message, stack: error.stack ?? "" });
    };
    const onExit = (): void => end({ why: "exited" });
    onStop(end);
    worker.on("message", onMessage);
    worker.on("error", onError);
    worker.on("exit", onExit);
    worker.postMessage(job);
  });
}

const withProgress = (result: Result, { states, transitions, depth, bytes }: Progress): Result => ({
  ...result,
  statistics: { ...result.statistics, states, transitions, depth, peakBytes: Math.round(bytes) },
});

function endedAnswer(ending: Ending, file: string, debug: boolean): JobAnswer {
  const { why, unfinished, message = "", stack = "", seconds } = ending;
  const nothing: JobAnswer = { results: [], tested: [], graphs: [], diagnostics: [] };
  const start = { file: shownPath(file), line: 1, column: 1 };
  const refused = (id: string, says: string, fix?: string): JobAnswer => {
    const extra = { source: start, ...(fix !== undefined && { fix }) };
    return { ...nothing, diagnostics: [errorDiagnostic(id, says, extra)] };
  };
  const unfinishedFor = (reason: string): JobAnswer =>
    unfinished
      ? { ...nothing, results: [{ ...unfinished, reason }] }
      : refused("interrupted", `${reason} before the search began`);
  switch (why) {
    case "interrupted":
      return unfinishedFor("interrupted");
    case "memory":
      return unfinishedFor("the memory of the process was exhausted");
    case "endless":
      return refused(
        "endless-recording",
        `recording the model took more than ${seconds} s`,
        "is there a loop of JavaScript that never ends? did you mean t.while?",
      );
    case "exited":
      return refused("model-exited", "the model's own code ended the process");
    case "defect":
      return { ...nothing, diagnostics: [defectDiagnostic({ message, stack }, debug)] };
  }
}

/** A defect of kecheck's own: a sentence that asks for a report; the stack only for those who debug kecheck. */
function defectDiagnostic(
  { message, stack }: { readonly message: string; readonly stack: string },
  debug: boolean,
): Diagnostic {
  return errorDiagnostic(
    "internal-error",
    `kecheck contradicts itself: ${debug ? stack : message.split("\n")[0]}`,
    { fix: "this is a defect of kecheck: please report it with the model and the command" },
  );
}
