/** What is still to come: writes behind waits and locks, threads started once or again, ends that are waited for. */
import fc from "fast-check";
import type { Program } from "../../../src/ir/program.ts";
import { at, set, start } from "../../semantics/build-program.ts";
import {
  cells,
  ends,
  forbids,
  is,
  lockName,
  number,
  numberName,
  type Piece,
  plans,
  programOf,
  raise,
  section,
  skip,
  someValue,
  store,
  waitFor,
} from "./pieces.ts";

const looks: fc.Arbitrary<Piece> = fc
  .tuple(someValue, fc.constantFrom("p", "q"))
  .map(([seen, place]) => forbids(seen, place));
const stores = fc.tuple(numberName, number).map(([name, value]) => store(name, value));

/** Writes that come late, and threads that look meanwhile. */
export const lateWrites: fc.Arbitrary<Program> = plans(
  fc.oneof(
    lockName.map((name) => section(name, skip)),
    fc.tuple(lockName, stores).map(([name, body]) => section(name, body)),
    { weight: 2, arbitrary: stores },
    { weight: 1, arbitrary: looks },
  ),
  3,
).map((drawn) => programOf(drawn));

/** Starts a thread that is not running. */
const starts =
  (child: number): Piece =>
  (id) => [
    at(`${id} start`, {
      guards: [is("running", 0, child)],
      updates: [set("running", 1, child)],
      starts: [start(child)],
    }),
  ];

const joins = (child: number): Piece => waitFor(is("running", 0, child));

/**
 * Thread 1 looks on; thread 2 starts threads 3 and 4, waits for them or not, and may start them again. The lowest numbers
 * are chosen first, so what the threads still to be started do is easily forgotten.
 */
export const startedThreads: fc.Arbitrary<Program> = fc
  .record({
    onlooker: fc.tuple(looks),
    main: fc.array(
      fc.oneof(
        fc.constantFrom(...[3, 4].flatMap((child) => [starts(child), joins(child)])),
        stores,
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
    one: fc.array(fc.oneof(stores, fc.constant(raise("x", 1))), { minLength: 1, maxLength: 2 }),
    other: fc.array(fc.oneof(stores, fc.constant(raise("y", 1))), { minLength: 1, maxLength: 2 }),
  })
  .map(({ onlooker, main, one, other }) => {
    const created = [one, other].map((pieces) => ({ pieces: [...pieces, ends], created: true }));
    const running = cells().map((variable) =>
      variable.name === "running" ? { ...variable, initial: [1, 1, 0, 0] } : variable,
    );
    return programOf([{ pieces: onlooker }, { pieces: [starts(3), ...main] }, ...created], {
      variables: running,
    });
  });
