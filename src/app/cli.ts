#!/usr/bin/env node
/**
 * The command line: only parses, and hands over to one file per command.
 *
 * The same module, loaded in a second thread, serves the searches that the first one asks for.
 */
import { isMainThread } from "node:worker_threads";

if (isMainThread) {
  const { runCommandLine } = await import("./command-line.ts");
  process.exitCode = await runCommandLine(process.argv, new URL(import.meta.url));
} else {
  const { serve } = await import("./worker.ts");
  serve();
}
