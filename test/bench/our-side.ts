/** kecheck's contestants: each search in a process of its own, with the arguments that make it what it is. */
import { fileURLToPath } from "node:url";
import type { Family } from "./families/family.ts";
import type { Contestant, Measurement, Search } from "./measurement.ts";
import { type Ran, runProcess } from "./run-process.ts";

export interface Limits {
  readonly seconds: number;
  readonly bytes: number;
}

/** The search as a user gets it who gives no option. */
export const OUR_DEFAULT: readonly string[] = ["--reduce", "auto", "--judge", "rules"];

/** A row of the table for each; the first is split in two, since exploring is all that Spin does. */
const VARIANTS: readonly {
  readonly names: readonly string[];
  readonly options: readonly string[];
}[] = [
  {
    names: ["kecheck, no reduction, exploring", "kecheck, no reduction"],
    options: ["--reduce", "none", "--judge", "ends"],
  },
  {
    names: ["kecheck, no reduction, every rule"],
    options: ["--reduce", "none", "--judge", "rules"],
  },
  { names: ["kecheck, default"], options: OUR_DEFAULT },
];

export function ourContestants(
  family: Family,
  size: number,
  limits: Limits,
): readonly Contestant[] {
  return VARIANTS.map(({ names, options }) => ({
    names,
    exact: options.includes("none"),
    run: async () => {
      const { explored, whole, ...counts } = await searchOnce(family, size, { options, limits });
      const times = names.length === 1 ? [whole] : [explored, whole];
      return times.map((time): Measurement => ({ ...counts, ...time }));
    },
    close: () => undefined,
  }));
}

/** Runs one search. Throws if it finds a violation: the families have none. */
export async function searchOnce(
  family: Family,
  size: number,
  { options, limits }: { readonly options: readonly string[]; readonly limits: Limits },
): Promise<Search & { readonly processSeconds: number }> {
  const script = fileURLToPath(new URL("run-once.mjs", import.meta.url));
  const { seconds, bytes } = limits;
  const limited = ["--seconds", `${seconds}`, "--bytes", `${bytes}`];
  const what = ["--family", family.name, "--size", `${size}`];
  const parameters = ["--enable-source-maps", script, ...what, ...options, ...limited];
  // The search looks at the clock itself; what does not come back in twice the time never will.
  const ran = await runProcess(process.execPath, parameters, { seconds: 2 * seconds + 60 });
  const search = ran.stdout === "" ? unfinished(ran) : (JSON.parse(ran.stdout) as Search);
  const { violations } = search;
  if (violations.length > 0) throw new Error(`${family.name}: ${violations.join(", ")}`);
  return { ...search, processSeconds: ran.wallSeconds };
}

/** A search whose process ended without a word: by force, or since memory ran out. */
function unfinished({ wallSeconds, overdue }: Ran): Search {
  const time = { wallSeconds };
  return {
    ...{ states: 0, transitions: 0, bytes: 0, ended: overdue ? "time" : "no result" },
    ...{ explored: time, whole: time, reductions: [], violations: [] },
  };
}
