/** The Programs of the benchmark: they hold, and have exactly the graphs that its figures are about. */
import { describe, expect, it } from "vitest";
import { search } from "../src/engine/explicit/search.ts";
import type { Program } from "../src/ir/program.ts";
import { severityOf } from "../src/ir/rules.ts";
import { validate } from "../src/ir/validate.ts";
import { explore } from "../src/semantics/explore.ts";
import { bare } from "./bench/families/family.ts";
import { FAMILIES } from "./bench/families.ts";

/** States and transitions, of the tiny size and of a larger one. */
const COUNTS: Readonly<
  Record<string, readonly (readonly [size: number, states: number, transitions: number])[]>
> = {
  counter: [
    [2, 502, 912],
    [20, 104_182, 139_476],
  ],
  locks: [
    [3, 24, 46],
    [9, 31_056, 194_002],
  ],
  signals: [
    [2, 154, 290],
    [4, 14_688, 45_588],
  ],
  queue: [
    [1, 462, 766],
    [4, 27_301, 49_168],
  ],
  stop: [
    [1, 52, 68],
    [3, 8143, 14_768],
  ],
  readers: [
    [1, 98, 182],
    [6, 25_182, 71_836],
  ],
  services: [
    [1, 48, 48],
    [4, 85_842, 247_104],
  ],
};

function searched(program: Program) {
  return search(program, {
    ...{ maxStates: 1e6, maxBytes: 2 ** 30, first: false, count: false },
    interrupted: () => undefined,
  });
}

it("every family is counted here", () => {
  expect(FAMILIES.map(({ name }) => name)).toEqual(Object.keys(COUNTS));
});

describe.each(FAMILIES)("$name", ({ name, program, tiny, sizes }) => {
  it.each(COUNTS[name] ?? [])(
    "of size %i has %i states, %i transitions",
    (size, states, transitions) => {
      expect(searched(program(size)).statistics).toMatchObject({ states, transitions });
    },
  );

  it("is valid and violates nothing, as the reference finds too", () => {
    const smallest = program(tiny);
    expect(validate(smallest)).toEqual([]);
    const reference = explore(smallest, 10_000);
    const { complete, limits, findings, statistics } = searched(smallest);
    expect({ complete, limits }).toEqual({ complete: true, limits: [] });
    const errors = findings.filter(({ rule }) => severityOf(rule) === "error");
    expect(errors).toEqual([]);
    expect(statistics).toMatchObject({
      states: reference.nodes.length,
      transitions: reference.transitions,
    });
  });

  it("has the same graph where nothing is judged", () => {
    const { states, transitions } = searched(program(tiny)).statistics;
    expect(searched(bare(program(tiny))).statistics).toMatchObject({ states, transitions });
  });

  it("grows", () => {
    expect([...sizes].sort((one, other) => one - other)).toEqual(sizes);
    expect(sizes.every((size) => size > tiny)).toBe(true);
  });
});
