/** Runs the real command line in a process of its own. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const models = "test/app/models";

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `kecheck` with these arguments, its output piped. */
export function kecheck(
  args: readonly string[],
  { cwd = root, env = {} }: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Run> {
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...inherited } = process.env;
  const options = { cwd, env: { ...inherited, ...env }, maxBuffer: 2 ** 26, timeout: 240_000 };
  return new Promise((resolve) => {
    const run = [`${root}src/app/run.mjs`, ...args];
    execFile(process.execPath, run, options, (error, stdout, stderr) => {
      const code = error ? Number(error.code ?? -1) : 0;
      resolve({ code, stdout, stderr });
    });
  });
}
