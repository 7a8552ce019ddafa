/**
 * A search space whose states use every bit they have: each step flips the bits of one constant, so that n independent
 * constants make 2^n states, each with n successors.
 */
import {
  add,
  codeFunction,
  declare,
  giveBack,
  i32,
  integer,
  load,
  loop,
  set,
  store,
  variable,
} from "../../../src/engine/codegen/build.ts";
import type { Expander } from "../../../src/engine/quotient/fused-module.ts";

export interface Hypercube {
  /** Used bits of each word of a state. */
  readonly widths: readonly number[];
  readonly initial: readonly number[];
  /** What each step flips, word by word. */
  readonly flips: readonly (readonly number[])[];
}

/** Only the bits that the words use. */
export const masked = (widths: readonly number[], words: readonly number[]): readonly number[] =>
  widths.map((width, index) => (words[index] ?? 0) & (width === 32 ? -1 : 2 ** width - 1));

export function hypercubeExpander({ widths, flips }: Hypercube): Expander {
  const [o, p, i] = [variable("o"), variable("p"), variable("i")];
  const words = widths.length;
  const successor = (flip: readonly number[], tag: number) => [
    ...widths.map((_, word) => {
      const before = load("source", add(p, i32(word)));
      return store("successors", add(o, i32(word)), integer("xor", before, i32(flip[word] ?? 0)));
    }),
    store("successors", add(o, i32(words)), i32(tag)),
    set("o", add(o, i32(words + 1))),
  ];
  const expand = codeFunction("expand", ["first", "count"], {
    body: [
      declare("o", i32(0)),
      declare("i", i32(0)),
      declare("p", integer("mul", variable("first"), i32(words))),
      loop(integer("lt_s", i, variable("count")), [
        ...flips.flatMap(successor),
        store("ends", i, o),
        set("p", add(p, i32(words))),
        set("i", add(i, i32(1))),
      ]),
      giveBack(o),
    ],
  });
  return {
    module: {
      regions: ["source", "successors", "ends"].map((name) => ({ name, element: "i32" })),
      imports: [],
      functions: [expand],
      exports: ["expand"],
    },
    sizes: { ends: 4096 },
    imports: {},
    widths,
    successorsMax: flips.length,
  };
}

/** The states in breadth-first order; and, for each, how many were found before it was expanded. */
export function hypercubeStates({ initial, flips }: Hypercube): {
  readonly states: readonly (readonly number[])[];
  readonly before: readonly number[];
} {
  const states = [initial];
  const known = new Set([`${initial}`]);
  const before: number[] = [];
  for (let head = 0; head < states.length; head += 1) {
    before.push(states.length);
    for (const flip of flips) {
      const next = (states[head] ?? []).map((word, index) => word ^ (flip[index] ?? 0));
      if (known.has(`${next}`)) continue;
      known.add(`${next}`);
      states.push(next);
    }
  }
  return { states, before };
}

/** How many states there are, by linear algebra over bits instead of a search. */
export function hypercubeSize({ flips }: Hypercube): number {
  const basis: bigint[] = [];
  for (const flip of flips) {
    let rest = flip.reduce((bits, word) => (bits << 32n) | BigInt(word >>> 0), 0n);
    for (const vector of basis) if ((rest ^ vector) < rest) rest ^= vector;
    if (rest !== 0n) basis.push(rest);
    basis.sort((one, other) => (one < other ? 1 : -1));
  }
  return 2 ** basis.length;
}
