/**
 * The model files that a command's arguments mean: files, folders, globs (shells of Windows do not expand them).
 *
 * Sorted by path within an argument, so that every system checks the same models in the same order. In folders, tests,
 * declarations and what npm installs are no models.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, errorDiagnostic } from "../ir/diagnostic.ts";
import { shownPath } from "./source-path.ts";

export interface ModelFiles {
  readonly files: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** All files, each once, in the order of the arguments. */
export function modelFiles(given: readonly string[]): ModelFiles {
  const found = given.map(filesOf);
  return {
    files: [...new Set(found.flatMap(({ files }) => files))],
    diagnostics: found.flatMap(({ diagnostics }) => diagnostics),
  };
}

export const isFolder = (argument: string): boolean =>
  existsSync(argument) && statSync(argument).isDirectory();

function filesOf(argument: string): ModelFiles {
  if (existsSync(argument)) {
    if (!isFolder(argument)) return { files: [shownPath(argument)], diagnostics: [] };
    const files = modelsBelow(argument).map((path) => shownPath(join(argument, path)));
    if (files.length > 0) return { files, diagnostics: [] };
    return refused("empty-folder", `there is no model (.ts file) in the folder ${argument}`);
  }
  if (!/[*?{[]/.test(argument)) {
    return refused("no-such-file", `there is no file or folder ${argument}`);
  }
  const pattern = argument.replaceAll("\\", "/");
  const base = /^(?:[^*?{[]*\/)?/.exec(pattern)?.[0] ?? "";
  const wanted = globPattern(pattern.slice(base.length));
  const folder = base === "" ? "." : base;
  const all = existsSync(folder) ? modelsBelow(folder) : [];
  const files = all
    .filter((path) => wanted.test(path))
    .map((path) => shownPath(join(folder, path)));
  if (files.length > 0) return { files, diagnostics: [] };
  return refused("no-such-file", `no model matches ${argument}`);
}

const refused = (id: string, message: string): ModelFiles => ({
  files: [],
  diagnostics: [errorDiagnostic(id, message)],
});

/** Paths of the models in a folder and below, relative to it, sorted. */
function modelsBelow(folder: string, prefix = ""): readonly string[] {
  const entries = readdirSync(join(folder, prefix), { withFileTypes: true });
  const paths = entries.flatMap((entry): readonly string[] => {
    const path = `${prefix}${entry.name}`;
    if (entry.name.startsWith(".") || entry.name === "node_modules") return [];
    if (entry.isDirectory()) return modelsBelow(folder, `${path}/`);
    return /(?<!\.(?:test|d))\.ts$/.test(entry.name) ? [path] : [];
  });
  return prefix === "" ? paths.sort((one, other) => (one < other ? -1 : 1)) : paths;
}

/** A glob as a pattern: `*` and `?` within a name, `**` for any folders, `{a,b}`, `[abc]`. */
export function globPattern(glob: string): RegExp {
  const tokens = glob.match(/\*\*\/|\*\*|\*|\?|\[[^\]]+\]|[^*?[]/g) ?? [];
  let depth = 0;
  const parts = tokens.map((token) => {
    if (token === "**/") return "(?:.*/)?";
    if (token === "**") return ".*";
    if (token === "*") return "[^/]*";
    if (token === "?") return "[^/]";
    if (token.length > 1) return token.replace(/^\[!/, "[^").replaceAll("\\", "\\\\");
    if (token === "{") depth += 1;
    if (token === "{") return "(?:";
    if (token === "}" && depth > 0) {
      depth -= 1;
      return ")";
    }
    if (token === "," && depth > 0) return "|";
    return token.replace(/[.+^$()|\\[\]{}]/, "\\$&");
  });
  return new RegExp(`^${parts.join("")}${")".repeat(depth)}$`);
}
