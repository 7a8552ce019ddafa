/**
 * Loads a model file: esbuild makes one module of it, Node imports that, and what it exports is checked.
 *
 * The module is written to a temporary folder, with a source map inside that names the author's files; so stacks, and
 * spans made from them, speak of those. Packages stay outside and are found from the model's folder. `kecheck` is this
 * very library: its sources in a checkout (bundled, so identity of library values is never compared), else the package.
 */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { BuildFailure, Message, Plugin } from "esbuild";
import type { Expected } from "../dsl/expected.ts";
import type { ModelDefinition } from "../dsl/model.ts";
import { type Diagnostic, errorDiagnostic } from "../ir/diagnostic.ts";
import { expectationProblem } from "./expectation.ts";
import { shownPath, traceableUrl } from "./source-path.ts";
import { thrownDiagnostic } from "./thrown.ts";

/** A model file as loaded. */
export interface LoadedModel {
  readonly definition: ModelDefinition;
  /** What the file says to expect; empty if it says nothing. */
  readonly expected: readonly Expected[];
}

export type Loaded =
  | { readonly ok: true; readonly model: LoadedModel }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Loads the model in a file. Takes about a tenth of a second. Whatever is wrong with the file is a diagnostic. */
export async function loadModel(path: string): Promise<Loaded> {
  const file = resolve(path);
  const unreadable = await fileProblem(file);
  if (unreadable) return refused(unreadable);
  const bundled = await bundle(file);
  if (!bundled.ok) return bundled;
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await imported(bundled.code);
  } catch (error) {
    return refused(thrownDiagnostic(error, { file, doing: "loading" }));
  }
  return modelOf(exported, file);
}

const refused = (...diagnostics: readonly Diagnostic[]): Loaded & { ok: false } => ({
  ok: false,
  diagnostics,
});

const startOf = (file: string) => ({ file: shownPath(file), line: 1, column: 1 });

async function fileProblem(file: string): Promise<Diagnostic | undefined> {
  const shown = shownPath(file);
  if (extname(file) !== ".ts") {
    return errorDiagnostic("unknown-file-kind", `${shown} is no model: models are .ts files`);
  }
  try {
    await readFile(file);
    return undefined;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return missing
      ? errorDiagnostic("no-such-file", `there is no file ${shown}`)
      : errorDiagnostic("unreadable-file", `${shown} cannot be read: ${(error as Error).message}`);
  }
}

/** The library's entry: built beside this file, its source beside this file, or the source seen from the bundle of a checkout. */
function libraryEntry(): string {
  const candidates = ["./index.js", "./index.ts", "../../../../src/app/index.ts"];
  const paths = candidates.map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return paths.find((path) => existsSync(path)) ?? "kecheck";
}

type Bundled = { readonly ok: true; readonly code: string } | (Loaded & { readonly ok: false });

async function bundle(file: string): Promise<Bundled> {
  const { build } = await import("esbuild");
  const folder = dirname(file);
  try {
    const { outputFiles } = await build({
      absWorkingDir: folder,
      entryPoints: [file],
      // Never written; beside the model, so that sources are relative to it.
      outfile: join(folder, `${basename(file, ".ts")}.model.mjs`),
      bundle: true,
      platform: "node",
      target: "node20",
      format: "esm",
      sourcemap: "external",
      sourcesContent: false,
      logLevel: "silent",
      write: false,
      plugins: [packagesOutside(libraryEntry())],
    });
    const [map, code] = outputFiles;
    return { ok: true, code: `${code?.text}\n${mapComment(map?.text ?? "{}", folder)}\n` };
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>;
    if (!errors) throw error;
    return refused(...errors.map((message) => messageDiagnostic(message, folder)));
  }
}

/** Leaves packages out of the bundle, by their addresses, since the bundle lies in a folder that has none. */
function packagesOutside(library: string): Plugin {
  const own = Symbol();
  const outside = (path: string) => ({ path: pathToFileURL(path).href, external: true });
  return {
    name: "packages-outside",
    setup(build) {
      build.onResolve({ filter: /^kecheck$/ }, () =>
        library.endsWith(".js") ? outside(library) : { path: library },
      );
      build.onResolve({ filter: /^[^./\\]/ }, async ({ path, kind, pluginData, ...from }) => {
        if (kind === "entry-point" || pluginData === own || isBuiltin(path)) return undefined;
        const { importer, resolveDir } = from;
        const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: own });
        const isPackage = /[\\/]node_modules[\\/]/.test(found.path);
        return found.errors.length > 0 || !isPackage ? found : outside(found.path);
      });
    },
  };
}

/** The source map as the last line of a module, its sources by address. */
function mapComment(text: string, folder: string): string {
  const map = JSON.parse(text) as { sources: string[] };
  map.sources = map.sources.map((source) => traceableUrl(resolve(folder, source)));
  const data = Buffer.from(JSON.stringify(map)).toString("base64");
  return `//# sourceMappingURL=data:application/json;base64,${data}`;
}

function messageDiagnostic({ text, location, notes }: Message, folder: string): Diagnostic {
  const unresolved = text.startsWith("Could not resolve");
  const spanOf = (place: Message["location"]) =>
    place && {
      file: shownPath(resolve(folder, place.file)),
      line: place.line,
      column: place.column + 1,
    };
  return errorDiagnostic(unresolved ? "unresolved-import" : "syntax-error", text, {
    source: spanOf(location) ?? undefined,
    notes: unresolved
      ? []
      : notes.map((note) => {
          const source = spanOf(note.location);
          return { message: note.text, ...(source && { source }) };
        }),
  });
}

/** Imports a module's text. Each import is a module of its own, however often a file is loaded. */
async function imported(code: string): Promise<Readonly<Record<string, unknown>>> {
  process.setSourceMapsEnabled(true);
  const folder = await mkdtemp(join(tmpdir(), "kecheck-"));
  try {
    const path = join(folder, "model.mjs");
    await writeFile(path, code);
    return await import(/* @vite-ignore */ pathToFileURL(path).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function modelOf(exported: Readonly<Record<string, unknown>>, file: string): Loaded {
  const { default: definition, expected } = exported;
  if (!isModel(definition)) {
    const says = "default" in exported ? "something else by default" : "nothing by default";
    return refused(
      errorDiagnostic("not-a-model", `a model file exports its model, this one exports ${says}`, {
        source: startOf(file),
        fix: 'write: export default model("name", (m) => { … })',
      }),
    );
  }
  const all = expected === undefined ? [] : Array.isArray(expected) ? expected : [expected];
  const problem = all.map(expectationProblem).find((text) => text !== undefined);
  if (problem !== undefined) {
    return refused(errorDiagnostic("bad-expectation", problem, { source: startOf(file) }));
  }
  return { ok: true, model: { definition, expected: all } };
}

function isModel(value: unknown): value is ModelDefinition {
  const { kind, name, record } = (value ?? {}) as Partial<ModelDefinition>;
  return kind === "kecheck/model" && typeof name === "string" && typeof record === "function";
}
