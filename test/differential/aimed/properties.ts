/** Invariants and `reachable` over several threads' cells. */
import fc from "fast-check";
import { and, not } from "../../../src/ir/expression.ts";
import type { Program } from "../../../src/ir/program.ts";
import { property, set } from "../../semantics/build-program.ts";
import { all, does, is, lockName, type Piece, plans, programOf, section, skip } from "./pieces.ts";

const slot = fc.nat({ max: 2 });

/** Goes in and out of a slot, mostly under a lock. */
const passer: fc.Arbitrary<Piece> = fc
  .tuple(
    slot,
    fc.option(fc.oneof({ weight: 3, arbitrary: fc.constant("A" as const) }, lockName), { freq: 5 }),
    fc.boolean(),
  )
  .map(([index, lock, stays]) => {
    const inside = all(
      does(set("few", 1, index)),
      ...(stays ? [skip] : []),
      does(set("few", 0, index)),
    );
    return lock === null ? inside : section(lock, inside);
  });

/** Two slots must not, or must, be taken at once. */
export const overlaps: fc.Arbitrary<Program> = fc
  .tuple(
    fc.array(passer, { minLength: 2, maxLength: 3 }),
    fc.boolean(),
    fc.shuffledSubarray([0, 1, 2], { minLength: 2, maxLength: 2 }),
  )
  .map(([passers, isInvariant, [one = 0, other = 1]]) => {
    const both = and(is("few", 1, one), is("few", 1, other));
    const watched = isInvariant
      ? property("invariant", "never both", not(both))
      : property("reachable", "both", both);
    return programOf(
      passers.map((piece) => ({ pieces: [piece] })),
      { properties: [watched] },
    );
  });

const sets = fc
  .tuple(slot, fc.nat({ max: 3 }))
  .map(([index, value]) => does(set("few", value === 0 ? 0 : 1, index)));

/** Flags that are set one after the other, in an order that must not, or must, occur. */
export const orderOfWrites: fc.Arbitrary<Program> = fc
  .tuple(
    plans(fc.oneof({ weight: 3, arbitrary: sets }, fc.constant(skip)), 2),
    fc.boolean(),
    slot,
    slot,
  )
  .map(([drawn, isInvariant, one, other]) => {
    const watched = and(is("few", 1, one), is("few", 0, other));
    return programOf(drawn, {
      properties: [
        isInvariant
          ? property("invariant", "never first", not(watched))
          : property("reachable", "first", watched),
      ],
    });
  });
