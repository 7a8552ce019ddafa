/**
 * Mutation of `src/kernel`: every guard, effect, misuse and level bound of a routine is broken, one at a time, and some
 * kernel test must notice. Tests run in this process, those first that call the routine; the first failure ends a mutant.
 */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { expect, it } from "vitest";
import type { Case } from "./collect.ts";
import { EQUIVALENT } from "./equivalent.ts";
import type { Mutant, Parts } from "./mutants.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const here = join(root, "test", "mutation");
const folders = ["kernel", join("litmus", "kernel")].map((folder) => join(root, "test", folder));

interface Bundle {
  readonly cases: readonly Case[];
  readonly handedOver: { expect?: typeof expect };
  readonly hook: { change: (routine: never) => unknown };
  readonly newParts: () => Parts;
}

async function bundle(): Promise<Bundle> {
  const tests = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(".test.ts") && file !== "routines.test.ts")
      .map((file) => join(folder, file)),
  );
  const imports = [join(here, "bundled.ts"), ...tests].map((file) => JSON.stringify(file));
  const folder = join(root, "node_modules", ".cache", "kecheck");
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, "mutation.mjs");
  await build({
    stdin: {
      contents: `export * from ${imports.join("; import ")};`,
      resolveDir: root,
      loader: "ts",
    },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    logLevel: "error",
    packages: "external",
    alias: { vitest: join(here, "collect.ts"), kecheck: join(root, "src", "app", "index.ts") },
  });
  return import(`${pathToFileURL(outfile).href}?${Date.now()}`) as Promise<Bundle>;
}

/** Whether a case fails now. */
function fails({ run }: Case): boolean {
  try {
    run();
    return false;
  } catch {
    return true;
  }
}

it("every mutant of the kernel is noticed by a kernel test", async () => {
  const { cases, handedOver, hook, newParts } = await bundle();
  handedOver.expect = expect;
  const change = hook as { change: (routine: Parameters<Mutant["apply"]>[0]) => unknown };

  const parts = newParts();
  const callers = new Map<string, Case[]>();
  for (const one of cases) {
    const called = new Set<string>();
    change.change = (routine) => {
      called.add(routine.name);
      return parts.watched(routine);
    };
    expect(fails(one), `${one.name} passes without a mutant`).toBe(false);
    for (const name of called) callers.set(name, [...(callers.get(name) ?? []), one]);
  }

  const survivors: string[] = [];
  const mutants = parts.mutants();
  for (const mutant of mutants) {
    change.change = (routine) =>
      routine.name === mutant.routine ? mutant.apply(routine) : routine;
    const tests = callers.get(mutant.routine) ?? [];
    const killer = tests.findIndex(fails);
    if (killer === -1) survivors.push(`${mutant.routine}: ${mutant.what}`);
    else tests.unshift(...tests.splice(killer, 1));
  }
  change.change = (routine) => routine;

  const unexplained = survivors.filter((survivor) => !(survivor in EQUIVALENT));
  const killed = mutants.length - survivors.length;
  process.stdout.write(
    `kernel mutants killed: ${killed}/${mutants.length}, argued equivalent: ${survivors.length - unexplained.length}\n`,
  );
  expect(unexplained).toEqual([]);
  expect(Object.keys(EQUIVALENT).filter((name) => !survivors.includes(name))).toEqual([]);
  expect(survivors.length).toBeLessThanOrEqual(mutants.length * 0.03);
});
