import type { Result } from "../trace/document.ts";
import { visible } from "./escape.ts";

/** The command that runs a schedule of a result again, with the parameters and faults that its outcomes depend on. */
export function replayCommand(
  { file, params, options }: Pick<Result, "file" | "params" | "options">,
  schedule: string,
): string {
  const given = Object.entries(params).map(([name, value]) => `--param ${name}=${value}`);
  const faults = faultsText(options.faults);
  const words = [
    "kecheck replay",
    quoted(file),
    ...given.map(visible),
    ...(faults === "none" ? [] : [`--faults ${quoted(faults)}`]),
    `--schedule ${quoted(schedule)}`,
  ];
  return words.join(" ");
}

/** What `--faults` was; pruning failures renumbers outcomes, so a replay needs the same. */
export function faultsText(faults: Result["options"][string] | undefined): string {
  if (faults === undefined || faults === "") return "none";
  if (typeof faults === "object") return faults.length === 0 ? "none" : faults.join(",");
  return String(faults);
}

/**
 * One word for cmd.exe, PowerShell and sh. Double quotes do for all three, unless the text has characters that a shell
 * reads even there: then single quotes, which sh and PowerShell take literally.
 */
function quoted(text: string): string {
  const word = visible(text);
  if (/^[\w./:=+,@\\-]+$/.test(word) && !word.startsWith("-")) return word;
  return /["$`!%]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : `"${word}"`;
}
