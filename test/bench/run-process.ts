/** Runs a program to its end or to a limit of time, with all the processes that it starts. */
import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";

/** What ends a benchmark from outside ends what it runs, too. */
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export interface Ran {
  readonly stdout: string;
  readonly wallSeconds: number;
  readonly overdue: boolean;
}

export function runProcess(
  command: string,
  parameters: readonly string[],
  { cwd, seconds }: { readonly cwd?: string; readonly seconds: number },
): Promise<Ran> {
  const begun = performance.now();
  const child = spawn(command, parameters, {
    ...(cwd !== undefined && { cwd }),
    // A group of its own, which ends as one.
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  const end = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };
  const interrupted = (): void => {
    end();
    process.exit(130);
  };
  for (const signal of SIGNALS) process.once(signal, interrupted);
  return new Promise((resolve, reject) => {
    let overdue = false;
    const alarm = setTimeout(() => {
      overdue = true;
      end();
    }, seconds * 1000);
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(alarm);
      for (const signal of SIGNALS) process.off(signal, interrupted);
      resolve({ stdout, wallSeconds: (performance.now() - begun) / 1000, overdue });
    });
  });
}
