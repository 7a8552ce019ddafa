/** Values: stores, sums and copies in some order; guards and records that see them; updates that get lost. */
import fc from "fast-check";
import { and, cell, not, plus } from "../../../src/ir/expression.ts";
import type { Program } from "../../../src/ir/program.ts";
import { property, set } from "../../semantics/build-program.ts";
import {
  all,
  forbids,
  is,
  lockName,
  lostUpdate,
  number,
  numberName,
  onlyIf,
  type Piece,
  plans,
  programOf,
  raise,
  records,
  section,
  skip,
  someValue,
  store,
  waitFor,
} from "./pieces.ts";

const stores = fc.tuple(numberName, number).map(([name, value]) => store(name, value));
const raises = fc
  .tuple(numberName, fc.integer({ min: 1, max: 2 }))
  .map(([name, by]) => raise(name, by));
const copies = fc.constantFrom(store("y", cell("x")), store("x", cell("y")));
const sums = numberName.map((name) => store(name, plus(cell("x"), cell("y"))));
const doubles = numberName.map((name) => store(name, plus(cell(name), cell(name))));

const neverEndsSo = (drawn: Parameters<typeof programOf>[0], unwanted: Parameters<typeof not>[0]) =>
  programOf(drawn, { properties: [property("atEnd", "no such end", not(unwanted))] });

/** Writes of which the order may matter, and an end that must not be reached. */
export const writesInOrder: fc.Arbitrary<Program> = fc
  .tuple(plans(fc.oneof(stores, raises, copies, doubles), 2), someValue)
  .map(([drawn, unwanted]) => neverEndsSo(drawn, unwanted));

/** Few values are known, and what one step reads another writes. */
export const writesOfKnownValues: fc.Arbitrary<Program> = fc
  .tuple(
    plans(fc.oneof(stores, { weight: 2, arbitrary: sums }, { weight: 2, arbitrary: copies }), 1),
    someValue,
  )
  .map(([drawn, unwanted]) => neverEndsSo(drawn, unwanted));

const looks = fc
  .tuple(someValue, fc.constantFrom("p", "q"))
  .map(([seen, place]) => forbids(seen, place));

export const guardsAgainstWrites: fc.Arbitrary<Program> = plans(
  fc.oneof({ weight: 2, arbitrary: stores }, raises, looks),
  2,
).map((drawn) => programOf(drawn));

const notes = fc
  .tuple(someValue, fc.constantFrom("p", "q"))
  .map(([seen, place]) => records(seen, place));

export const recordsAgainstWrites: fc.Arbitrary<Program> = plans(
  fc.oneof({ weight: 2, arbitrary: stores }, fc.constant(skip), notes),
  2,
).map((drawn) => programOf(drawn));

/** Values handed over: each wait is for what some other thread stores, if it comes to it. */
const handsOver: fc.Arbitrary<Piece> = fc.oneof(
  stores,
  fc.tuple(numberName, number).map(([name, value]) => waitFor(is(name, value))),
  fc
    .tuple(numberName, number)
    .map(([name, value]) => onlyIf(is(name, value), set("few", 1, value))),
);

export const handOvers: fc.Arbitrary<Program> = plans(handsOver, 2).map((drawn) =>
  programOf(drawn),
);

/** Increments in two steps: under a lock, under another, or under none. */
const update: fc.Arbitrary<Piece> = fc
  .tuple(
    fc.constantFrom(lostUpdate("x"), lostUpdate("x", skip), raise("x", 1)),
    fc.option(lockName, { freq: 6 }),
  )
  .map(([body, lock]) => (lock === null ? body : section(lock, body)));

export const lostUpdates: fc.Arbitrary<Program> = fc
  .tuple(fc.array(update, { minLength: 2, maxLength: 3 }), fc.boolean())
  .map(([updates, strict]) =>
    programOf(
      updates.map((piece) => ({ pieces: [piece] })),
      {
        properties: [
          property("atEnd", "all count", strict ? is("x", updates.length) : not(is("x", 0))),
        ],
      },
    ),
  );

/** Writes one number and then looks at the other: glued, not both threads could have seen what the other wrote. */
const writesThenLooks = (turned: boolean): fc.Arbitrary<Piece> =>
  fc
    .tuple(fc.constantFrom(1, 1, 2), fc.constantFrom(1, 1, 2), fc.option(lockName), fc.boolean())
    .map(([value, seen, lock, pauses]) => {
      const [mine, other] = turned ? ["y", "x"] : ["x", "y"];
      const write = lock === null ? store(mine, value) : section(lock, store(mine, value));
      const notes = onlyIf(is(other, seen), set("few", 1, turned ? 1 : 0));
      return all(write, ...(pauses ? [skip] : []), notes);
    });

export const writesBeforeLooks: fc.Arbitrary<Program> = fc
  .tuple(writesThenLooks(false), writesThenLooks(true))
  .map((pieces) =>
    neverEndsSo(
      pieces.map((piece) => ({ pieces: [piece] })),
      and(is("few", 1, 0), is("few", 1, 1)),
    ),
  );
