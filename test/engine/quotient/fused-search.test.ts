import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FusedTuning } from "../../../src/engine/quotient/fused-module.ts";
import {
  createFusedSearch,
  type FusedSearch,
  usualFusedTuning,
} from "../../../src/engine/quotient/fused-search.ts";
import { createRandom } from "../../../src/support/random.ts";
import { chainExpander } from "./chain.ts";
import { crowdedStates, firstWordFor } from "./entry-parts.ts";
import {
  type Hypercube,
  hypercubeExpander,
  hypercubeSize,
  hypercubeStates,
  masked,
} from "./hypercube.ts";

const tiny: FusedTuning = { batch: 3, batches: 2, linesFirst: 4, linesAtOnce: 3, chunkBytes: 40 };
const bytesMax = 2 ** 28;

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

/** Words of any widths, also unused ones, up to states longer than a line. */
function arbitraryHypercube(wordsMax: number, flipsMax: number): fc.Arbitrary<Hypercube> {
  const width = fc.oneof(fc.constant(32), fc.integer({ min: 0, max: 32 }));
  return fc.array(width, { minLength: 1, maxLength: wordsMax }).chain((widths) => {
    const words = fc
      .array(word, { minLength: widths.length, maxLength: widths.length })
      .map((some) => masked(widths, some));
    return fc.record({
      widths: fc.constant(widths),
      initial: words,
      flips: fc.array(words, { minLength: 1, maxLength: flipsMax }),
    });
  });
}

function created(cube: Hypercube, tuning: FusedTuning, most = bytesMax): FusedSearch {
  const search = createFusedSearch({ ...hypercubeExpander(cube), bytesMax: most, tuning });
  if (search === undefined) throw new Error("the first table did not fit");
  search.begin(new Int32Array(cube.initial));
  return search;
}

/** Runs until everything is expanded or nothing goes on; returns how many states were expanded. */
function runAll(
  search: FusedSearch,
  note: (state: number, size: number) => void = () => {},
  statesMax = Number.MAX_SAFE_INTEGER,
  from = 0,
): number {
  let head = from;
  while (head < search.size()) {
    const done = search.advance(head, search.size(), { statesMax, note });
    if (done === 0) break;
    head += done;
  }
  return head;
}

function statesOf(search: FusedSearch, words: number): number[][] {
  const all = new Int32Array(search.size() * words);
  search.copy(0, search.size(), all);
  return Array.from({ length: search.size() }, (_, number) => [
    ...all.subarray(number * words, (number + 1) * words),
  ]);
}

/** The slot of a visited state. */
function slotOf(search: FusedSearch, state: readonly number[]): number {
  search.words("source").set(state);
  const [slot = -1] = search.locate(1);
  expect(slot).toBeGreaterThanOrEqual(0);
  expect(slot).toBeLessThan(search.slots());
  return slot;
}

describe("a fused search", () => {
  it.each([
    ["in tiny parts", tiny],
    ["as usual", usualFusedTuning],
  ])("finds the states one by one in breadth-first order: %s", (_, tuning) => {
    fc.assert(
      fc.property(arbitraryHypercube(4, 7), (cube) => {
        const search = created(cube, tuning);
        const noted: (readonly number[])[] = [];
        const head = runAll(search, (state, size) => noted.push([state, size]));
        const { states, before } = hypercubeStates(cube);
        expect(noted).toEqual(noted.map(([state = -1]) => [state, before[state]]));
        expect(noted.length).toBeGreaterThanOrEqual(states.length / tuning.batch);
        expect(statesOf(search, cube.widths.length)).toEqual(states);
        expect(head).toBe(states.length);
        expect(search.transitions()).toBe(states.length * cube.flips.length);
        expect(search.refused()).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  it("goes on where another search has stopped", () => {
    const stops = fc.nat(40);
    fc.assert(
      fc.property(arbitraryHypercube(3, 7), stops, (cube, stop) => {
        const { states, before } = hypercubeStates(cube);
        const expanded = Math.min(stop, states.length);
        const found = states.slice(0, before[expanded]);
        const search = created({ ...cube, initial: found.flat() }, tiny);
        const head = runAll(search, undefined, undefined, expanded);
        expect(statesOf(search, cube.widths.length)).toEqual(states);
        expect(head).toBe(states.length);
        expect(search.refused()).toBe(false);
      }),
    );
  });

  it("begins with all states it is given, also where many meet in one line", () => {
    const widths = [32, 5];
    const states = crowdedStates(1, 3000, 2000);
    const cube = { widths, initial: states.flat(), flips: [[0, 0]] };
    const search = created(cube, { ...tiny, linesAtOnce: 2 ** 12 });
    expect(search.refused()).toBe(false);
    expect(new Set(states.map((state) => slotOf(search, state))).size).toBe(states.length);
    expect(runAll(search)).toBe(states.length);
    expect(search.size()).toBe(states.length);
  });

  it("does so for states longer than a line of the cache", () => {
    fc.assert(
      fc.property(arbitraryHypercube(40, 5), (cube) => {
        const search = created(cube, tiny);
        runAll(search);
        expect(statesOf(search, cube.widths.length)).toEqual(hypercubeStates(cube).states);
      }),
      { numRuns: 50 },
    );
  });
});

/** Random constants from a seed. */
function randomCube(widths: readonly number[], dimensions: number): Hypercube {
  const random = createRandom(widths.length);
  const words = (): readonly number[] =>
    masked(
      widths,
      widths.map(() => random.next(2 ** 32) | 0),
    );
  return { widths, initial: words(), flips: Array.from({ length: dimensions }, words) };
}

describe("a table of many states", () => {
  const shapes = [
    ...[[17], [32], [25, 8], [32, 3], [32, 13], [30, 30], [32, 32, 4], [32, 32, 21]],
    ...[[32, 32, 32, 2], [7, 32, 32, 32, 32, 9], new Array(9).fill(31), new Array(18).fill(29)],
  ];
  it.each(shapes.map((widths) => ({ widths })))(
    "takes no state for another: widths $widths",
    ({ widths }) => {
      const cube = randomCube(widths, 16);
      const search = created(cube, { ...usualFusedTuning, linesFirst: 11 });
      runAll(search);
      const size = hypercubeSize(cube);
      expect(size).toBeGreaterThan(2 ** 14);
      expect(search.size()).toBe(size);
      expect(new Set(statesOf(search, widths.length).map(String)).size).toBe(size);
      expect(search.transitions()).toBe(16 * size);
    },
  );
});

describe("states that all begin in one line", () => {
  const chained = (hashes: readonly number[], most: number) => {
    const visited: number[] = [];
    const expander = chainExpander(hashes.length, (number) => visited.push(number));
    const search = createFusedSearch({ ...expander, bytesMax: most, tuning: tiny });
    if (search === undefined) throw new Error("the first table did not fit");
    const first = hashes.map((hash, number) => firstWordFor(hash, [number]));
    search.words("chain").set(first);
    search.begin(new Int32Array([first[0] ?? 0, 0]));
    runAll(search);
    expect(visited).toEqual(Array.from(visited, (_, number) => number));
    const states = statesOf(search, 2);
    expect(states).toEqual(states.map((_, number) => [first[number], number]));
    if (!search.refused())
      expect(new Set(states.map((state) => slotOf(search, state))).size).toBe(states.length);
    return search;
  };

  it("are found one by one, in the lines that follow", () => {
    const search = chained(new Array(200).fill(0x12345678), bytesMax);
    expect(search.size()).toBe(200);
    expect(search.refused()).toBe(false);
  });

  it("make the table grow, if that spreads them", () => {
    const hashes = Array.from({ length: 600 }, (_, number) => (number << 16) | 0x1234);
    const search = chained(hashes, bytesMax);
    expect(search.size()).toBe(hashes.length);
    expect(search.refused()).toBe(false);
  });

  it("end in a refusal, if nothing spreads them", () => {
    const search = chained(new Array(20_000).fill(-1), 2 ** 22);
    expect(search.refused()).toBe(true);
    expect(search.size()).toBeLessThan(20_000);
  });

  it("stop at once when an import halts the search", () => {
    const visited: number[] = [];
    const expander = chainExpander(50, (number) => {
      visited.push(number);
      if (number === 30) search?.halt();
    });
    const search = createFusedSearch({ ...expander, bytesMax, tuning: tiny });
    search?.begin(new Int32Array(2));
    if (search) expect(runAll(search)).toBe(30);
    expect(search?.size()).toBe(31);
    expect(search?.transitions()).toBe(30);
    expect(visited).toHaveLength(31);
  });
});

describe("slots", () => {
  it("belong to one state each, and only to visited ones", () => {
    fc.assert(
      fc.property(arbitraryHypercube(3, 6), word, (cube, other) => {
        const search = created(cube, tiny);
        const words = cube.widths.length;
        runAll(search);
        const states = statesOf(search, words);
        const known = new Map<string, number>();
        const [source, successors] = [search.words("source"), search.words("successors")];
        for (const state of states) known.set(`${state}`, slotOf(search, state));
        expect(new Set(known.values()).size).toBe(states.length);
        for (const state of states) {
          source.set(state);
          const end = search.expand(0, 1);
          const slots = [...search.find(end)];
          const stride = words + 1;
          const expected = slots.map((_, index) =>
            known.get(`${[...successors.subarray(index * stride, index * stride + words)]}`),
          );
          expect(slots).toEqual(expected);
        }
        const stranger = masked(
          cube.widths,
          cube.widths.map((_, index) => other * (index + 1)),
        );
        source.set(stranger);
        expect(search.locate(1)[0]).toBe(known.get(`${stranger}`) ?? -1);
      }),
      { numRuns: 100 },
    );
  });
});

describe("limits", () => {
  const cube = randomCube([32, 13], 16);
  const { states } = hypercubeStates(cube);

  it("of memory are refused, and what was found by then is right", () => {
    let refusals = 0;
    for (const most of [2 ** 19, 2 ** 20, 700_001, 2 ** 21]) {
      const search = created(cube, { ...tiny, batch: 8 }, most);
      runAll(search);
      refusals += Number(search.refused());
      expect(search.refused()).toBe(search.size() < states.length);
      expect(search.bytesTaken()).toBeLessThanOrEqual(most);
      expect(statesOf(search, 2)).toEqual(states.slice(0, search.size()));
    }
    expect(refusals).toBeGreaterThan(1);
    expect(refusals).toBeLessThan(4);
  });

  it("of memory may forbid even the first table", () => {
    const options = { ...hypercubeExpander(cube), tuning: usualFusedTuning };
    expect(createFusedSearch({ ...options, bytesMax: 2 ** 16 })).toBeUndefined();
    expect(createFusedSearch({ ...options, bytesMax: 0 })).toBeUndefined();
  });

  it("of states stop between batches", () => {
    const search = created(cube, tiny);
    const head = runAll(search, undefined, 1000);
    expect(search.size()).toBeGreaterThan(1000);
    expect(search.size()).toBeLessThanOrEqual(1000 + tiny.batch * cube.flips.length);
    expect(head).toBeLessThan(1000);
    expect(search.refused()).toBe(false);
  });
});
