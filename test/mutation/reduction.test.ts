/**
 * Mutation of `src/engine/reduction`: each mutant is bundled from the sources with one text replaced, and some Program
 * must then be judged otherwise than the reference judges it.
 *
 * A sample of the mutants is tried; `KECHECK_MUTANTS=all` in the environment tries all, `KECHECK_SEED=7` others.
 */
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { searchReduced } from "../../src/engine/reduction/reduced-search.ts";
import type { Program } from "../../src/ir/program.ts";
import { compareReduced } from "../differential/compare-reduced.ts";
import type { Edit } from "./edit.ts";
import { MUTANTS_OF_SEARCH } from "./mutants-of-search.ts";
import { MUTANTS_OF_STEPS } from "./mutants-of-steps.ts";
import { killers } from "./reduction-killers.ts";

type Search = typeof searchReduced;

interface Mutant extends Edit {
  readonly file: string;
}

const folder = fileURLToPath(new URL("../../src/engine/reduction", import.meta.url));
const sampleSize = 30;

const editsByFile = { ...MUTANTS_OF_STEPS, ...MUTANTS_OF_SEARCH };

const all = Object.entries(editsByFile).flatMap(([file, edits]) =>
  edits.map((edit): Mutant => ({ file, ...edit })),
);

const named = ({ file, find, replace }: Mutant): string => `${file}: ${find} -> ${replace}`;

/** The text to be replaced, however its lines are broken. */
function pattern({ find }: Mutant): RegExp {
  const words = find.trim().split(/\s+/);
  return new RegExp(words.map((word) => word.replace(/[^\w\s]/g, "\\$&")).join("\\s+"), "g");
}

const mutates = (mutant: Mutant): Plugin => ({
  name: "mutates",
  setup: ({ onLoad }) =>
    onLoad({ filter: /reduction[\\/][\w-]+\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const isIt = basename(path) === mutant.file;
      return {
        contents: isIt ? text.replace(pattern(mutant), () => mutant.replace) : text,
        loader: "ts",
      };
    }),
});

async function searchOf(mutant: Mutant): Promise<Search> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, "reduced-search.ts")],
    bundle: true,
    write: false,
    format: "esm",
    logLevel: "error",
    plugins: [mutates(mutant)],
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  const module: { searchReduced: Search } = await import(`data:text/javascript;base64,${code}`);
  return module.searchReduced;
}

/** Whether a Program is judged wrongly, or not at all because something is found to be impossible. */
function notices(program: Program, search: Search): boolean {
  try {
    const { compared } = compareReduced(program, { search });
    return JSON.stringify(compared?.actual) !== JSON.stringify(compared?.expected);
  } catch {
    return true;
  }
}

it("each mutant replaces a text that occurs once", async () => {
  const sources = new Map<string, string>();
  for (const file of Object.keys(editsByFile))
    sources.set(file, await readFile(join(folder, file), "utf8"));
  const stale = all.filter(
    (mutant) => (sources.get(mutant.file) ?? "").match(pattern(mutant))?.length !== 1,
  );
  expect(stale.map(named)).toEqual([]);
});

it("every mutant of the reductions changes some answer", async () => {
  const programs = killers.map((make) => make());
  const seed = Number(process.env.KECHECK_SEED ?? 1);
  const mutants =
    process.env.KECHECK_MUTANTS === "all"
      ? all
      : fc
          .sample(fc.shuffledSubarray(all, { minLength: sampleSize, maxLength: sampleSize }), {
            numRuns: 1,
            seed,
          })
          .flat();
  const survivors: Mutant[] = [];
  for (const mutant of mutants) {
    const search = await searchOf(mutant);
    const killer = programs.findIndex((program) => notices(program, search));
    if (killer === -1) survivors.push(mutant);
    else programs.unshift(...programs.splice(killer, 1));
  }
  const explained = mutants.filter(({ equivalent }) => equivalent !== undefined);
  process.stdout.write(
    `mutants of the reductions: ${mutants.length - survivors.length} of ${mutants.length} noticed, argued equivalent: ${explained.length}\n`,
  );
  expect(survivors.map(named)).toEqual(explained.map(named));
});
