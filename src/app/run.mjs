/**
 * Runs the command from current sources in a checkout: bundles cli.ts, then imports the bundle.
 *
 * Apart from cli.ts, because Node 20 cannot import TypeScript. The installed package does not use it.
 * Packages stay external, so the bundle lies inside node_modules, where Node finds them. Each state of the sources has a
 * folder of its own, named by its content: another run, of older or newer sources, may be using its own now.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const cache = join(root, "node_modules", ".cache", "kecheck");
const exitInternal = 4;
const unusedMillisecondsMax = 24 * 60 * 60 * 1000;

/** Returns the bundle's files, or nothing once esbuild has printed why there are none. */
async function bundle() {
  const options = {
    absWorkingDir: root,
    entryPoints: [join(root, "src", "app", "cli.ts")],
    // Three folders below the root, as the folder that the files are stored in.
    outdir: join(cache, "current"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // What a command does not need, such as the libraries behind graphs, is not even loaded.
    splitting: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    sourcemap: "inline",
    logLevel: "warning",
    write: false,
  };
  const result = await build(options).catch(() => undefined);
  return result?.outputFiles;
}

/** Makes the folder of these files appear in one move, whole. */
async function store(files) {
  const hash = createHash("sha256");
  for (const { path, hash: content } of files) hash.update(`${basename(path)} ${content}\n`);
  const folder = join(cache, hash.digest("hex").slice(0, 16));
  const now = new Date();
  if (existsSync(folder)) {
    await utimes(folder, now, now).catch(() => undefined);
    return folder;
  }
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  for (const { path, contents } of files) await writeFile(join(draft, basename(path)), contents);
  // Fails where another run was faster: then that one's folder is as good.
  await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }));
  await removeUnused(now.getTime());
  return folder;
}

async function removeUnused(now) {
  for (const name of await readdir(cache)) {
    if (!/^[0-9a-f]{16}(?:\.\d+)?$/.test(name)) continue;
    const path = join(cache, name);
    const used = await stat(path).catch(() => undefined);
    if (used && now - used.mtimeMs > unusedMillisecondsMax) {
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

const files = await bundle();
if (files === undefined) {
  process.exitCode = exitInternal;
} else {
  const folder = await store(files);
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(join(folder, "cli.mjs")).href);
}
