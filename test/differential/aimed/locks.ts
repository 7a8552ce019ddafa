/** Locks: nested, recursive, forgotten, tried. */
import fc from "fast-check";
import type { Program } from "../../../src/ir/program.ts";
import { property, set } from "../../semantics/build-program.ts";
import {
  acquire,
  all,
  is,
  LOCKS,
  lockName,
  type Piece,
  plans,
  programOf,
  raise,
  release,
  section,
  skip,
  tries,
} from "./pieces.ts";

const inner: fc.Arbitrary<Piece> = fc.oneof(
  fc.constant(skip),
  fc.constant(raise("x", 1)),
  lockName.map((name) => section(name, raise("y", 1))),
);

/** Some of the locks in some order, one inside the other. */
const nest: fc.Arbitrary<Piece> = fc
  .tuple(fc.shuffledSubarray([...LOCKS], { minLength: 1, maxLength: 2 }), inner)
  .map(([names, body]) => names.reduceRight<Piece>((piece, name) => section(name, piece), body));

const astray: fc.Arbitrary<Piece> = fc.oneof(
  lockName.map((name) => all(acquire(name), acquire(name), release(name))),
  lockName.map(acquire),
);

export const nestedLocks: fc.Arbitrary<Program> = plans(
  fc.oneof({ weight: 12, arbitrary: nest }, { weight: 1, arbitrary: astray }),
  2,
).map((drawn) => programOf(drawn));

/** What a thread notes where it does not get the lock. */
const attempt: fc.Arbitrary<Piece> = fc
  .tuple(fc.constantFrom("A", "B"), fc.nat({ max: 1 }))
  .map(([name, slot]) => tries(name as "A" | "B", raise("x", 1), set("few", 1, slot)));

const shortSection: fc.Arbitrary<Piece> = fc
  .constantFrom("A", "B")
  .map((name) => section(name as "A" | "B", raise("y", 1)));

/** Polls see locks taken, or not: some slot must stay empty. */
export const polledLocks: fc.Arbitrary<Program> = fc
  .tuple(plans(fc.oneof(attempt, shortSection, fc.constant(skip)), 2), fc.nat({ max: 1 }))
  .map(([drawn, slot]) =>
    programOf(drawn, { properties: [property("atEnd", "never refused", is("few", 0, slot))] }),
  );
