/**
 * One process that counts modulo 3 and, in one of two ways, doubles what it counted.
 *
 * Published: github.com/nimble-code/Spin, Examples/README_tests.txt, test 2, Examples/loops.pml compiled without
 * reduction ("15 states, stored", "4 states, matched", "19 transitions (= stored+matched)"). Storing the initial state
 * counts as one of the transitions there. Spin sets a variable that is not read before it is written again to 0; so
 * does this model, with the double after its last use.
 */
import { describe, expect, it } from "vitest";
import { binary, constant, local, plus, times } from "../../../src/ir/expression.ts";
import {
  at,
  buildProgram,
  localVariable,
  range,
  setLocal,
  thread,
} from "../../semantics/build-program.ts";
import { measured } from "./measure.ts";

const counted = setLocal("n", binary("%", plus(local("n"), constant(1)), constant(3)));
const doubled = setLocal("double", times(constant(2), local("n")));

const loops = buildProgram({
  threads: [
    thread(
      "loop",
      [
        at("count", { updates: [counted] }),
        at("double", [
          { updates: [doubled], to: "one way" },
          { updates: [doubled], to: "the other way" },
        ]),
        at("one way", { to: "use" }),
        at("the other way", { to: "use" }),
        at("use", { updates: [setLocal("double", 0)], to: "count" }),
      ],
      { locals: [localVariable("n", range(0, 2)), localVariable("double", range(0, 4))] },
    ),
  ],
});

describe("Spin", () => {
  it("loops.pml: 15 states stored, 19 transitions", () => {
    const { states, transitions } = measured(loops);
    expect({ stored: states, transitions: 1 + transitions }).toEqual({
      stored: 15,
      transitions: 19,
    });
  });
});
