/**
 * Text from models made safe to show. Names come from source files, which may be hostile: escape sequences that move the
 * cursor, marks that turn the reading direction, markup. What cannot be seen is written out, so that nothing is hidden.
 */

// Controls (C0, C1, delete), line separators, format characters such as direction marks, lone surrogates, noncharacters.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu;

const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

const codeText = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16)}}`;

/** The text on one line, with every invisible character spelled `\n` or `\u{202e}`. */
export function visible(text: string): string {
  return text.replaceAll(INVISIBLE, (character) => NAMED[character] ?? codeText(character));
}

/** Like `visible`, in ASCII alone: for consoles that print `?` for everything else. */
export function visibleAscii(text: string): string {
  // The two signs of our own sentences have spellings of their own.
  const spelled = visible(text).replaceAll("→", "->").replaceAll("…", "...");
  return spelled.replaceAll(/[^ -~]/gu, codeText);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text or attribute value for XML and HTML. */
export function markup(text: string): string {
  return visible(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
