/** Runs that stop, leave a range, or go on for ever. */
import fc from "fast-check";
import { cell, constant, minus } from "../../../src/ir/expression.ts";
import type { Program } from "../../../src/ir/program.ts";
import { range } from "../../semantics/build-program.ts";
import {
  cells,
  forbids,
  is,
  number,
  numberName,
  type Piece,
  plans,
  programOf,
  raise,
  skip,
  someValue,
  spins,
  stops,
  store,
  waitFor,
} from "./pieces.ts";

const place = fc.constantFrom("p", "q", "r");
const stores = fc.tuple(numberName, number).map(([name, value]) => store(name, value));

/** Stops that hide each other, some of them only where a number has a value. */
export const hidingStops: fc.Arbitrary<Program> = plans(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(skip) },
    { weight: 3, arbitrary: stores },
    {
      weight: 2,
      arbitrary: fc.tuple(someValue, place).map(([seen, where]) => forbids(seen, where)),
    },
    { weight: 1, arbitrary: place.map(stops) },
  ),
  2,
).map((drawn) => programOf(drawn));

const lower = (name: string): Piece => store(name, minus(cell(name), constant(1)));

/** Numbers that rise and fall within a range that is too narrow for some orders. */
export const narrowRanges: fc.Arbitrary<Program> = fc
  .tuple(
    plans(
      fc.oneof(
        numberName.map((name) => raise(name, 1)),
        numberName.map(lower),
        fc.constant(skip),
        stores,
      ),
      2,
    ),
    fc.integer({ min: 2, max: 3 }),
  )
  .map(([drawn, max]) => programOf(drawn, { variables: cells(range(0, max), 1) }));

/** Threads that go round, some of them for ever, beside others that stop or wait for ever. */
export const roundAndRound: fc.Arbitrary<Program> = plans(
  fc.oneof(
    stores,
    fc.constant(skip),
    fc.tuple(numberName, number).map(([name, value]) => spins(is(name, value))),
    fc.tuple(someValue, place).map(([seen, where]) => forbids(seen, where)),
    fc.tuple(numberName, number).map(([name, value]) => waitFor(is(name, value))),
  ),
  2,
).map((drawn) => programOf(drawn));
