/**
 * A barrier that processes pass again and again, made of a lock, a count and two semaphores.
 *
 * Published: github.com/tlaplus/Examples, commit 32a32c7, specifications/barriers/manifest.json.
 */
import { describe, expect, it } from "vitest";
import { atLeast, cell, constant, equals, minus, not, plus } from "../../../src/ir/expression.ts";
import type { Program } from "../../../src/ir/program.ts";
import {
  at,
  boolean,
  buildProgram,
  range,
  set,
  threads,
  variable,
} from "../../semantics/build-program.ts";
import { engineAsTlc, names } from "./measure.ts";

/** `barriers/Barriers.tla`: a reusable barrier of two gates, each a semaphore that the last to come opens for all. */
function barriers(count: number): Program {
  const lock = (id: string) =>
    at(id, { guards: [equals(cell("lock"), constant(1))], updates: [set("lock", 0)] });
  const unlock = (id: string) => at(id, { updates: [set("lock", 1)] });
  const chamber = (gate: string, step: 1 | -1, last: number) => [
    lock(`lock for ${gate}`),
    at(`count at ${gate}`, { updates: [set("inside", plus(cell("inside"), constant(step)))] }),
    at(`last at ${gate}?`, [
      { guards: [equals(cell("inside"), constant(last))] },
      {
        guards: [not(equals(cell("inside"), constant(last)))],
        to: `unlock for ${gate}`,
      },
    ]),
    at(`open ${gate}`, { updates: [set(gate, plus(cell(gate), constant(count)))] }),
    unlock(`unlock for ${gate}`),
    at(`pass ${gate}`, {
      guards: [atLeast(cell(gate), constant(1))],
      updates: [set(gate, minus(cell(gate), constant(1)))],
      ...(step === -1 && { to: "work" }),
    }),
  ];
  return buildProgram({
    variables: [
      variable("lock", boolean, { initial: [1] }),
      variable("first gate", range(0, count)),
      variable("second gate", range(0, count)),
      variable("inside", range(0, count)),
    ],
    threads: [
      threads(names(count), [
        at("work", {}),
        ...chamber("first gate", 1, count),
        ...chamber("second gate", -1, 0),
      ]),
    ],
  });
}

describe("TLC, barriers", () => {
  it("Barriers.cfg, 6 processes: 29,279 distinct states, 104,515 generated, depth 93", () => {
    expect(engineAsTlc(barriers(6))).toEqual({
      distinctStates: 29_279,
      totalStates: 104_515,
      stateDepth: 93,
    });
  });
});
