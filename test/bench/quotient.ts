/**
 * Lookups per second of the quotient table: `node test/bench/run.mjs quotient [STATES [BITS [BATCH]]]`.
 *
 * The search space is a tree of numbered states in which each state also leads to two random ones among those before it:
 * a new state and two old ones, as `table-limit.c` looks up keys. The numbers are scattered over all bits of a state, so
 * nothing of the order is left. Expanding is cheap, but included, as are the log and all growth of the table.
 */
import {
  add,
  bitAnd,
  bitOr,
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
  when,
} from "../../src/engine/codegen/build.ts";
import type { Code, Statement } from "../../src/engine/codegen/code.ts";
import type { Expander } from "../../src/engine/quotient/fused-module.ts";
import { createFusedSearch, usualFusedTuning } from "../../src/engine/quotient/fused-search.ts";

const [o, p, i, n] = [variable("o"), variable("p"), variable("i"), variable("n")];
const times = (left: Code, right: number): Code => integer("mul", left, i32(right | 0));
const folded = (code: Code, bits: number): Code =>
  integer("xor", code, integer("shr_u", code, i32(bits)));

/** An odd factor and its inverse modulo 2^32. */
const scatter = 0x9e3779b1;
const gather = 0x0e8b2f51;

/** Successors of state `n`: its children in the tree, and two states before it. */
function treeExpander(states: number, widths: readonly number[]): Expander {
  const stateWord = (number: Code, word: number): Code =>
    word === 0
      ? times(number, scatter)
      : integer(
          "shr_u",
          times(folded(times(number, 0x85ebca6b + 2 * word), 15), 0xc2b2ae35),
          i32(32 - (widths[word] ?? 0)),
        );
  const appended: readonly Statement[] = [
    ...widths.map((_, word) =>
      store("successors", add(o, i32(word)), stateWord(variable("to"), word)),
    ),
    set("o", add(o, i32(widths.length + 1))),
  ];
  const child = (offset: number): readonly Statement[] => [
    declare("to", add(times(n, 2), i32(offset))),
    when(integer("lt_s", variable("to"), i32(states)), appended),
  ];
  const smear = (bits: number): Statement =>
    set("below", bitOr(variable("below"), integer("shr_u", variable("below"), i32(bits))));
  const older = (factor: number): readonly Statement[] => [
    declare("random", times(n, factor)),
    set("random", times(folded(variable("random"), 16), 0x85ebca6b)),
    declare("to", bitAnd(folded(variable("random"), 13), variable("below"))),
    ...appended,
  ];
  const expand = codeFunction("expand", ["first", "count"], {
    body: [
      declare("o", i32(0)),
      declare("i", i32(0)),
      declare("p", times(variable("first"), widths.length)),
      loop(integer("lt_s", i, variable("count")), [
        declare("n", times(load("source", p), gather)),
        declare("below", integer("shr_u", n, i32(1))),
        ...[1, 2, 4, 8, 16].map(smear),
        ...child(1),
        ...child(2),
        ...older(0xab0e9789),
        ...older(0x38b34ae5),
        set("p", add(p, i32(widths.length))),
        set("i", add(i, i32(1))),
      ]),
      giveBack(o),
    ],
  });
  return {
    module: {
      regions: ["source", "successors"].map((name) => ({ name, element: "i32" })),
      imports: [],
      functions: [expand],
      exports: ["expand"],
    },
    ...{ sizes: {}, imports: {}, widths, successorsMax: 4 },
  };
}

const [states = 20_000_000, bits = 42, batch = usualFusedTuning.batch] = process.argv
  .slice(2)
  .map(Number);
const widths = Array.from({ length: Math.ceil(bits / 32) }, (_, word) =>
  Math.min(32, bits - 32 * word),
);
const search = createFusedSearch({
  ...treeExpander(states, widths),
  bytesMax: 2 ** 34,
  tuning: { ...usualFusedTuning, batch },
});
if (search === undefined) throw new Error("no memory");
search.begin(new Int32Array(widths.length));
const before = process.cpuUsage();
for (let head = 0; head < search.size() && !search.refused(); )
  head += search.advance(head, search.size(), { statesMax: 2 ** 31 });
const { user, system } = process.cpuUsage(before);
if (search.size() !== states) throw new Error(`${search.size()} states were found`);
const nanoseconds = (1000 * (user + system)) / search.transitions();
const perState = search.bytesTaken() / search.size();
process.stdout.write(
  `${states} states of ${bits} bits: ${nanoseconds.toFixed(1)} ns per lookup, ` +
    `${(1000 / nanoseconds).toFixed(1)} million lookups/s, ` +
    `${(perState - 4 * widths.length).toFixed(1)} bytes/state in the table, ${perState.toFixed(1)} in all\n`,
);
