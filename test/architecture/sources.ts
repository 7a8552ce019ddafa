/** Reads the project's files as text, for the rules of architecture.test.ts. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** A text file; its path is relative to the project and uses forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const binary = /\.(?:png|jpg|ico|gz|tgz|wasm|woff2)$/;

/** Every text file under a folder or at a path; nothing where there is none. */
export function readFiles(...paths: string[]): SourceFile[] {
  return paths
    .flatMap((path) => walk(join(root, path)))
    .filter((path) => !binary.test(path))
    .map((path) => ({
      path: relative(root, path).split(sep).join("/"),
      text: readFileSync(path, "utf8"),
    }));
}

/** The names at the top level that are neither hidden nor ignored by git. */
export function topLevelNames(): string[] {
  const ignored = /^\.|^(?:node_modules|dist|coverage)$|\.tgz$/;
  return readdirSync(root).filter((name) => !ignored.test(name));
}

function walk(path: string): string[] {
  if (!existsSync(path)) return [];
  const entries = readdirSync(dirname(path), { withFileTypes: true });
  const self = entries.find((entry) => join(dirname(path), entry.name) === path);
  if (self?.isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => walk(join(path, name)));
}

/**
 * The modules that a file imports, types included, as written in the source.
 *
 * A scan, because esbuild's metafile leaves out imports of types, which layers forbid too.
 */
export function importsOf(file: SourceFile): string[] {
  const patterns = [
    /^[ \t]*(?:import|export)\s+[\w$*\s{},]+?\s*from\s*["']([^"']+)["']/gm,
    /^[ \t]*import\s*["']([^"']+)["']/gm,
    /\b(?:import|require)\(\s*["']([^"']+)["']/g,
    /\bnew URL\(\s*["'](\.[^"']+)["']/g,
  ];
  return patterns.flatMap((pattern) =>
    [...file.text.matchAll(pattern)].map((match) => match[1] ?? ""),
  );
}

/** Where a relative import leads, as a path in the project; nothing for a package. */
export function targetOf(file: SourceFile, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return posix.normalize(posix.join(posix.dirname(file.path), specifier));
}
