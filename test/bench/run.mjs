/**
 * Runs a benchmark from current sources: `node test/bench/run.mjs bench --quick`.
 *
 * Apart from the benchmarks, because Node 20 cannot import TypeScript. Packages stay external, so the bundle lies inside
 * node_modules, where Node finds them.
 */
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const folder = dirname(fileURLToPath(import.meta.url));
const root = join(folder, "..", "..");
// The benchmark sees its own options only.
const [name = ""] = process.argv.splice(2, 1);

if (!/^[a-z-]+$/.test(name)) {
  process.stderr.write("usage: node test/bench/run.mjs NAME [OPTION...]\n");
  process.exitCode = 2;
} else {
  // Beside it the script that searches once, which a benchmark runs in processes of their own.
  const bundles = join(root, "node_modules", ".cache", "kecheck", "bench");
  await build({
    absWorkingDir: root,
    entryPoints: [...new Set([name, "run-once"])].map((script) => join(folder, `${script}.ts`)),
    outdir: bundles,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    alias: { kecheck: join(root, "src", "app", "index.ts") },
    sourcemap: "inline",
    logLevel: "warning",
  });
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(join(bundles, `${name}.mjs`)).href);
}
