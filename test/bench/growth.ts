/** Default against default: how long each side takes to a verdict, and how large a Program it finishes. */
import { hasSpin } from "../export/run-spin.ts";
import type { Family } from "./families/family.ts";
import { type Limits, OUR_DEFAULT, searchOnce } from "./our-side.ts";
import { buildVerifier, modelOf, SPIN_DEFAULT } from "./spin-side.ts";

/** One search: the time of the whole process, by the clock. */
export interface Point {
  readonly size: number;
  readonly states: number;
  readonly seconds: number;
  /** What is spent before, to compile the verifier. */
  readonly compileSeconds: number;
  readonly ended: string;
}

export interface Growth {
  readonly family: string;
  readonly story: string;
  readonly limits: Limits;
  readonly sides: readonly { readonly name: string; readonly points: readonly Point[] }[];
}

/** Spin's stack grows until the search fits; a run that was too shallow does not count. */
const DEPTHS = [1e6, 1e7, 1e8];
/** Spin's own default. */
const TABLE = 24;

export async function grow(
  family: Family,
  sizes: readonly number[],
  { limits, say }: { readonly limits: Limits; readonly say: (what: string) => void },
): Promise<Growth> {
  const sides = [
    { name: "kecheck, default", search: ourSearch },
    ...(hasSpin ? [{ name: SPIN_DEFAULT.name, search: spinSearch }] : []),
  ];
  const grown = [];
  for (const { name, search } of sides) {
    const points: Point[] = [];
    for (const size of sizes) {
      say(`${family.name} ${size}: ${name}`);
      const point = await search(family, size, limits);
      points.push(point);
      if (point.ended !== "finished") break;
    }
    grown.push({ name, points });
  }
  return { family: family.name, story: family.story, limits, sides: grown };
}

type SearchOfSide = (family: Family, size: number, limits: Limits) => Promise<Point>;

const ourSearch: SearchOfSide = async (family, size, limits) => {
  const { states, ended, processSeconds } = await searchOnce(family, size, {
    options: OUR_DEFAULT,
    limits,
  });
  return { size, states, ended, seconds: processSeconds, compileSeconds: 0 };
};

const spinSearch: SearchOfSide = async (family, size, limits) => {
  const model = modelOf(family, size, SPIN_DEFAULT) ?? "";
  const { compileSeconds, run, close } = buildVerifier(model, { variant: SPIN_DEFAULT, limits });
  try {
    let last = await run({ depth: DEPTHS[0] ?? 0, table: TABLE });
    for (const depth of DEPTHS.slice(1)) {
      if (!last.ended.includes("depth")) break;
      last = await run({ depth, table: TABLE });
    }
    const { states, ended, wallSeconds } = last;
    return { size, states, ended, seconds: wallSeconds, compileSeconds };
  } finally {
    close();
  }
};
