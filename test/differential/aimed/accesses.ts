/** Memory: plain accesses in and outside of sections, and storage freed while somebody has a pointer to it. */
import fc from "fast-check";
import { cell, constant, equals, local, plus } from "../../../src/ir/expression.ts";
import type { Program } from "../../../src/ir/program.ts";
import {
  at,
  boolean,
  range,
  set,
  setLocal,
  variable,
  violation,
} from "../../semantics/build-program.ts";
import {
  cells,
  ends,
  is,
  lockName,
  type Piece,
  plain,
  plans,
  programOf,
  section,
  skip,
  store,
  waitFor,
} from "./pieces.ts";

const more = plus(cell("x"), constant(1));

/** Mostly inside sections of one lock. */
const guarded = (access: fc.Arbitrary<Piece>): fc.Arbitrary<Piece> =>
  fc
    .tuple(
      access,
      fc.option(fc.oneof({ weight: 6, arbitrary: fc.constant("A" as const) }, lockName), {
        freq: 4,
      }),
    )
    .map(([piece, lock]) => (lock === null ? piece : section(lock, piece)));

/** Accesses that do not commute. */
export const escapingAccesses: fc.Arbitrary<Program> = plans(
  fc.oneof(guarded(fc.constantFrom(plain(), plain(1), plain(2))), fc.constant(skip)),
  2,
).map((drawn) => programOf(drawn));

/** Accesses that commute: only that they race makes them dependent. */
export const commutingAccesses: fc.Arbitrary<Program> = plans(
  fc.oneof(guarded(fc.constantFrom(plain(more), plain(0))), fc.constant(skip)),
  2,
).map((drawn) => programOf(drawn));

/** Looks where the pointer points to, and uses the block if there is one. */
const uses: Piece = (id) => [
  at(`${id} load`, { updates: [setLocal("seen", cell("pointer"))] }),
  at(`${id} use`, [
    { guards: [equals(local("seen"), constant(0))] },
    { guards: [equals(local("seen"), constant(1)), is("live", 1)], updates: [set("x", more)] },
    {
      guards: [equals(local("seen"), constant(1)), is("live", 0)],
      fatal: violation("use-after-free", "block"),
    },
  ]),
];

const owns: fc.Arbitrary<Piece> = fc.constantFrom(
  store("pointer", 1),
  store("pointer", 0),
  store("live", 0),
  waitFor(is("running", 0, 2)),
  waitFor(is("running", 0, 3)),
);

/** A block that one thread publishes, takes back and frees, in some order, while two others use it. */
export const freedPointers: fc.Arbitrary<Program> = fc
  .tuple(
    fc.array(owns, { minLength: 2, maxLength: 4 }),
    fc.array(fc.constantFrom(uses, skip), { minLength: 1, maxLength: 2 }),
  )
  .map(([owner, user]) => {
    const block = [
      variable("pointer", range(0, 1), { initial: [1] }),
      variable("live", boolean, { initial: [1] }),
    ];
    const users = [{ pieces: [...user, ends] }, { pieces: [uses, ends] }];
    return programOf([{ pieces: owner }, ...users], { variables: [...cells(), ...block] });
  });
