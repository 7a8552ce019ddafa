/**
 * Runs the command from current sources in a checkout: bundles cli.ts, then imports the bundle.
 *
 * Apart from cli.ts, because Node 20 cannot import TypeScript. The installed package does not use it.
 * Packages stay external, so the bundle lies inside node_modules, where Node finds them.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const bundlePath = join(root, "node_modules", ".cache", "kecheck", "cli.mjs");
const exitInternal = 4;

/** Returns the bundle's text, or nothing once esbuild has printed why there is none. */
async function bundle() {
  const options = {
    absWorkingDir: root,
    entryPoints: [join(root, "src", "app", "cli.ts")],
    outfile: bundlePath,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    sourcemap: "inline",
    logLevel: "warning",
    write: false,
  };
  const result = await build(options).catch(() => undefined);
  return result?.outputFiles[0]?.text;
}

/** Replaces the bundle in one move and only when it changed: another run may be importing it now. */
async function store(text) {
  const stored = await readFile(bundlePath, "utf8").catch(() => undefined);
  if (stored === text) return;
  const draftPath = `${bundlePath}.${process.pid}`;
  await mkdir(dirname(bundlePath), { recursive: true });
  await writeFile(draftPath, text);
  await rename(draftPath, bundlePath);
}

const text = await bundle();
if (text === undefined) {
  process.exitCode = exitInternal;
} else {
  await store(text);
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(bundlePath).href);
}
