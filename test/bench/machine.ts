/** The machine and the tools that figures are from. */
import { spawnSync } from "node:child_process";
import { arch, availableParallelism, cpus, platform, totalmem } from "node:os";

export function machineLines(date: string): readonly string[] {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const versions = [
    `Node ${process.version}`,
    versionOf("gcc", "--version"),
    versionOf("spin", "-V"),
  ];
  return [
    `${date}; ${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, ${memory}; ${platform()} ${arch()}.`,
    `${versions.filter((version) => version !== undefined).join("; ")}.`,
  ];
}

function versionOf(tool: string, option: string): string | undefined {
  const { status, stdout } = spawnSync(tool, [option], { encoding: "utf8" });
  return status === 0 ? stdout.split("\n")[0] : undefined;
}
