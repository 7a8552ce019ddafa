/** What a terminal can show: glyphs in two alphabets, colours only when asked for. */
import { styleText } from "node:util";
import { visible, visibleAscii } from "./escape.ts";

export interface TerminalOptions {
  /** Nothing but ASCII: for consoles and fonts without box drawing. */
  readonly ascii?: boolean;
  /** Colours; the caller knows whether the output is a terminal. */
  readonly colour?: boolean;
  /** Columns to use; 100 unless told. */
  readonly width?: number;
  /** Every step of long traces. */
  readonly full?: boolean;
  /** Leaves out times and sizes of memory, so that the same result gives the same bytes. */
  readonly timeless?: boolean;
}

type Tone = "bad" | "good" | "unsure" | "strong" | "faint" | "plain";

interface Glyphs {
  readonly violated: string;
  readonly holds: string;
  readonly inconclusive: string;
  readonly bar: string;
  readonly holding: string;
  readonly blocked: string;
  readonly wrong: string;
  readonly arrow: string;
  readonly left: string;
  readonly ellipsis: string;
}

const UNICODE: Glyphs = {
  violated: "✗",
  holds: "✓",
  inconclusive: "?",
  bar: "│",
  holding: "║",
  blocked: "┊",
  wrong: "✗",
  arrow: "→",
  left: "◄",
  ellipsis: "…",
};

const ASCII: Glyphs = {
  violated: "x",
  holds: "ok",
  inconclusive: "?",
  bar: "|",
  holding: "#",
  blocked: ":",
  wrong: "X",
  arrow: "->",
  left: "<-",
  ellipsis: "...",
};

/** A terminal as the renderers see it. */
export interface Screen {
  readonly glyphs: Glyphs;
  readonly width: number;
  readonly full: boolean;
  readonly timeless: boolean;
  /** Text from a model, made safe for this terminal. */
  text(text: string): string;
  paint(tone: Tone, text: string): string;
}

const STYLES = {
  bad: ["red", "bold"],
  good: ["green", "bold"],
  unsure: ["yellow", "bold"],
  strong: ["bold"],
  faint: ["dim"],
} as const;

export function screenOf(options: TerminalOptions): Screen {
  return {
    glyphs: options.ascii ? ASCII : UNICODE,
    width: Math.max(60, options.width ?? 100),
    full: options.full ?? false,
    timeless: options.timeless ?? false,
    text: options.ascii ? visibleAscii : visible,
    paint: (tone, text) =>
      options.colour && tone !== "plain" && text !== ""
        ? styleText([...STYLES[tone]], text, { validateStream: false })
        : text,
  };
}

/** Columns that the text takes, counted in characters. */
export const columns = (text: string): number => [...text].length;

/** Columns of the widest text; a loop, since traces can have more rows than a call has arguments. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, columns(text)), 0);
}

/** The text in exactly `width` columns: padded, or cut with an ellipsis. */
export function fitted(screen: Screen, text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text + " ".repeat(width - characters.length);
  const { ellipsis } = screen.glyphs;
  return characters.slice(0, Math.max(0, width - ellipsis.length)).join("") + ellipsis;
}

const ENTRY_INDENT = " ".repeat(13);

/** A named line, such as `  advice     Wait …`, with what does not fit below; nothing for an empty text. */
export function entryLines(screen: Screen, name: string, text: string): readonly string[] {
  if (text === "") return [];
  const [first = "", ...rest] = wrapped(screen.text(text), screen.width, ENTRY_INDENT);
  return [`  ${name.padEnd(11)}${first.slice(ENTRY_INDENT.length)}`, ...rest];
}

/** The text in lines of at most `width` columns, broken at spaces, each behind `indent`. */
export function wrapped(text: string, width: number, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && columns(line) + 1 + columns(word) > width - indent.length) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
}
