/**
 * An allocator of resources that are asked for in sets, granted in parts and given back in parts.
 *
 * Published: github.com/tlaplus/Examples, commit 32a32c7, specifications/allocator/manifest.json.
 */
import { describe, expect, it } from "vitest";
import {
  cell,
  constant,
  type Expression,
  equals,
  minus,
  self,
} from "../../../src/ir/expression.ts";
import type { Program } from "../../../src/ir/program.ts";
import {
  at,
  buildProgram,
  range,
  type StepSketch,
  set,
  threads,
  variable,
} from "../../semantics/build-program.ts";
import { asTlc, names, zeros } from "./measure.ts";

/** `allocator/SimpleAllocator.tla`: clients ask for sets of resources, get them in parts, and give parts back. */
function allocator(clients: number, resources: number): Program {
  const mine = minus(self, constant(1));
  const sets = Array.from({ length: 2 ** resources - 1 }, (_, index) => constant(index + 1));
  const wanted = cell("wanted", mine);
  const held = cell("held", mine);
  const bits = (operator: "&" | "|" | "^", a: Expression, b: Expression): Expression => ({
    kind: "binary",
    operator,
    left: a,
    right: b,
  });
  const within = (part: Expression, whole: Expression) => equals(bits("&", part, whole), part);
  const taken = zeros(clients)
    .map((_, client) => cell("held", client))
    .reduce<Expression>((all, next) => bits("|", all, next), constant(0));
  return buildProgram({
    variables: [
      variable("wanted", range(0, 2 ** resources - 1), { initial: zeros(clients) }),
      variable("held", range(0, 2 ** resources - 1), { initial: zeros(clients) }),
    ],
    threads: [
      threads(names(clients), [
        at(
          "client",
          sets.flatMap((part): readonly StepSketch[] => [
            {
              guards: [equals(wanted, constant(0)), equals(held, constant(0))],
              updates: [set("wanted", part, mine)],
              to: "client",
            },
            {
              guards: [within(part, wanted), equals(bits("&", part, taken), constant(0))],
              updates: [
                set("held", bits("|", held, part), mine),
                set("wanted", bits("^", wanted, part), mine),
              ],
              to: "client",
            },
            {
              guards: [within(part, held)],
              updates: [set("held", bits("^", held, part), mine)],
              to: "client",
            },
          ]),
        ),
      ]),
    ],
  });
}

describe("TLC, allocator", () => {
  it("SimpleAllocator.cfg, 3 clients and 2 resources: 400 distinct states, 1,633 generated, depth 6", () => {
    expect(asTlc(allocator(3, 2))).toEqual({
      distinctStates: 400,
      totalStates: 1_633,
      stateDepth: 6,
    });
  });
});
