/** A search space that is a chain of given states, of which the second word is the number. */
import {
  add,
  codeFunction,
  declare,
  giveBack,
  i32,
  integer,
  load,
  loop,
  run,
  set,
  store,
  variable,
  when,
} from "../../../src/engine/codegen/build.ts";
import type { Expander } from "../../../src/engine/quotient/fused-module.ts";

/** The state after number n is number n + 1 with the given first word; `visit` is called with every number expanded. */
export function chainExpander(firstWords: number, visit: (number: number) => void): Expander {
  const [o, p, i, next] = [variable("o"), variable("p"), variable("i"), variable("next")];
  const expand = codeFunction("expand", ["first", "count"], {
    body: [
      declare("o", i32(0)),
      declare("i", i32(0)),
      declare("p", integer("mul", variable("first"), i32(2))),
      loop(integer("lt_s", i, variable("count")), [
        declare("next", add(load("source", add(p, i32(1))), i32(1))),
        run("visit", [integer("sub", next, i32(1))]),
        when(integer("lt_s", next, i32(firstWords)), [
          store("successors", o, load("chain", next)),
          store("successors", add(o, i32(1)), next),
          set("o", add(o, i32(3))),
        ]),
        set("p", add(p, i32(2))),
        set("i", add(i, i32(1))),
      ]),
      giveBack(o),
    ],
  });
  return {
    module: {
      regions: ["source", "successors", "chain"].map((name) => ({ name, element: "i32" })),
      imports: [{ name: "visit", parameters: ["i32"] }],
      functions: [expand],
      exports: ["expand"],
    },
    sizes: { chain: firstWords },
    imports: { visit },
    widths: [32, 32],
    successorsMax: 1,
  };
}
