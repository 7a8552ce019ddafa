/** Where output goes and what it can show: colours and glyphs on a terminal, plain text everywhere else. */
import type { Progress } from "../engine/result.ts";
import { type Diagnostic, diagnosticText } from "../ir/diagnostic.ts";
import { visible, visibleAscii } from "../report/escape.ts";
import type { TerminalOptions } from "../report/glyphs.ts";
import { bytesText, countText } from "../report/number-text.ts";

export interface Output {
  readonly terminal: TerminalOptions;
  /** Results. */
  readonly print: (text: string) => void;
  /** What is wrong, and remarks. */
  readonly complain: (diagnostics: readonly Diagnostic[]) => void;
  readonly remark: (text: string) => void;
  /** The line of progress; nothing takes it away. */
  readonly progress: (progress: Progress | undefined) => void;
}

export function outputOf({ ascii }: { readonly ascii: boolean }): Output {
  const { stdout, stderr, env } = process;
  const plain = ascii || !showsUnicode();
  const quiet = set(env.CI) || !stderr.isTTY;
  let shown = 0;
  const clear = (): void => {
    if (shown > 0) stderr.write(`\r${" ".repeat(shown)}\r`);
    shown = 0;
  };
  const escaped = plain ? visibleAscii : visible;
  return {
    terminal: {
      ascii: plain,
      colour: stdout.isTTY === true && !set(env.NO_COLOR),
      width: stdout.isTTY ? stdout.columns : 100,
    },
    print: (text) => {
      clear();
      stdout.write(text);
    },
    complain: (diagnostics) => {
      clear();
      for (const diagnostic of diagnostics) {
        const lines = diagnosticText(diagnostic).split("\n").map(escaped);
        stderr.write(`${lines.join("\n")}\n`);
      }
    },
    remark: (text) => {
      clear();
      stderr.write(`${escaped(text)}\n`);
    },
    progress: (progress) => {
      if (quiet) return;
      clear();
      if (!progress) return;
      const { states, depth, bytes } = progress;
      const line = `${countText(states)} states, depth ${countText(depth)}, ${bytesText(bytes)}`;
      stderr.write(line);
      shown = line.length;
    },
  };
}

/** As the conventions of NO_COLOR and CI have it: set, and not empty. */
const set = (value: string | undefined): boolean =>
  value !== undefined && value !== "" && value !== "0" && value !== "false";

/** Whether glyphs beyond ASCII can be expected to show: old consoles of Windows print `?` for them. */
function showsUnicode(): boolean {
  const { platform, env } = process;
  if (platform !== "win32") return env.TERM !== "linux";
  return (
    set(env.WT_SESSION) ||
    set(env.TERMINUS_SUBLIME) ||
    env.ConEmuTask === "{cmd::Cmder}" ||
    env.TERM_PROGRAM === "vscode" ||
    env.TERM === "xterm-256color" ||
    set(env.CI)
  );
}
