/**
 * Paths of sources: as spans show them (relative to the current folder, forward slashes on every system), and as they
 * stand in stack traces, where `%` and parentheses are escaped, since a stack's own punctuation could not be told apart.
 */
import { isAbsolute, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const forward = (path: string): string => path.replaceAll("\\", "/");

/** The path as readers see it: relative to the folder, with forward slashes; another drive stays absolute. */
export function shownPath(path: string, folder = process.cwd()): string {
  const absolute = resolve(folder, path);
  const inside = relative(folder, absolute);
  return forward(inside === "" || isAbsolute(inside) ? absolute : inside);
}

const ESCAPED = /[%()\n\r]/g;
const codeOf = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`;

/** A source's address for a source map. Stack traces show it as a path, escaped. */
export function traceableUrl(path: string): string {
  return pathToFileURL(path.replaceAll(ESCAPED, codeOf)).href;
}

/** The path of a file as a stack trace of a loaded model names it. */
export function pathOfTrace(text: string): string {
  const path = text.startsWith("file:") ? fileURLToPath(text) : text;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
