/**
 * The source line of a recorded call, from the stack: the first frame that is not kecheck's own.
 *
 * Works whichever loader ran the model, as long as stacks are mapped to sources (the loader of models sees to that).
 * Columns are best effort.
 */
import type { Span } from "../ir/span.ts";

const FRAME = /\(?((?:file:\/\/|[A-Za-z]:[\\/]|\/)[^()]*?):(\d+):(\d+)\)?$/;

/** Folder of kecheck's own sources (or of its build), with forward slashes; found from this file's own frame. */
let ownFolder: string | undefined;

/** Where the model's author wrote the call that is being recorded. Cost: some hundred microseconds. */
export function callerSpan(): Span | undefined {
  return callerPlace()();
}

/** As `callerSpan`, looked up only when asked for: taking the stack is cheap, reading it is not. */
export function callerPlace(): () => Span | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 40;
  const taken = new Error();
  Error.stackTraceLimit = limit;
  return () => {
    const frames = (taken.stack ?? "").split("\n").slice(1).flatMap(parsedFrame);
    ownFolder ??= frames[0]?.file.replace(/\/dsl\/[^/]*$/, "/");
    const own = ownFolder;
    return frames.find(({ file }) => own === undefined || !file.startsWith(own));
  };
}

function parsedFrame(line: string): readonly Span[] {
  const match = FRAME.exec(line.trim());
  if (!match?.[1] || line.includes("node:internal")) return [];
  return [{ file: plainPath(match[1]), line: Number(match[2]), column: Number(match[3]) }];
}

function plainPath(path: string): string {
  const decoded = path.startsWith("file://")
    ? decodeURIComponent(path.replace(/^file:\/\/(?=\/[A-Za-z]:)?\/?/, "/"))
    : path;
  return decoded.replace(/^\/([A-Za-z]:)/, "$1").replaceAll("\\", "/");
}
