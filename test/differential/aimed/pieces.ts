/**
 * What aimed Programs are made of: pieces of a thread's code, each a few locations, in a row.
 *
 * A piece is given a prefix that makes its locations' names unique. All cells are data, so that what a Program has computed
 * is compared too.
 */
import fc from "fast-check";
import {
  and,
  cell,
  constant,
  type Expression,
  equals,
  local,
  not,
  or,
  plus,
  self,
} from "../../../src/ir/expression.ts";
import {
  ENDED,
  type Program,
  type Property,
  type Update,
  type Variable,
} from "../../../src/ir/program.ts";
import type { Type } from "../../../src/ir/type.ts";
import {
  at,
  boolean,
  buildProgram,
  type LocationSketch,
  localVariable,
  range,
  set,
  setLocal,
  thread,
  variable,
  violation,
} from "../../semantics/build-program.ts";

export type Piece = (id: string) => readonly LocationSketch[];

const data = { tags: { data: true } } as const;

export const LOCKS = ["A", "B", "G"] as const;
export type LockName = (typeof LOCKS)[number];

/** The cells of all aimed Programs: numbers `x` and `y`, flags `few`, locks, and who is running. */
export function cells(number: Type = range(0, 9), initial = 0): readonly Variable[] {
  return [
    variable("x", number, { ...data, initial: [initial] }),
    variable("y", number, { ...data, initial: [initial] }),
    variable("few", boolean, { ...data, initial: [0, 0, 0] }),
    variable("running", boolean, { first: 1, initial: [1, 1, 1, 1] }),
    ...LOCKS.flatMap((name) => [
      variable(name, range(0, 4), { tags: { holder: name } }),
      variable(`${name} depth`, range(0, 3), { cluster: name }),
    ]),
  ];
}

export interface ThreadPlan {
  readonly pieces: readonly Piece[];
  readonly created?: boolean;
}

/** A Program with one thread for each plan. */
export function programOf(
  plans: readonly ThreadPlan[],
  extra: {
    readonly variables?: readonly Variable[];
    readonly properties?: readonly Property[];
  } = {},
): Program {
  return buildProgram({
    variables: extra.variables ?? cells(),
    properties: extra.properties ?? [],
    threads: plans.map(({ pieces, created }, index) =>
      thread(`t${index + 1}`, inRow(pieces), {
        locals: [localVariable("seen", range(0, 9)), localVariable("turns", range(0, 3))],
        start: created ? "created" : "active",
      }),
    ),
  });
}

function inRow(pieces: readonly Piece[]): readonly LocationSketch[] {
  const locations = pieces.flatMap((piece, index) => piece(`${index}`));
  return locations.length > 0 ? locations : [at("idle", {})];
}

/** Several pieces as one. */
export const all =
  (...pieces: readonly Piece[]): Piece =>
  (id) =>
    pieces.flatMap((piece, index) => piece(`${id}.${index}`));

export const is = (name: string, value: number, index = 0): Expression =>
  equals(cell(name, index), constant(value));

export const skip: Piece = (id) => [at(`${id} skip`, {})];

/** One step that writes. */
export const does =
  (...updates: readonly Update[]): Piece =>
  (id) => [at(`${id} write`, { updates })];

export const store = (name: string, value: Expression | number): Piece => does(set(name, value));

export const raise = (name: string, by: number): Piece =>
  store(name, plus(cell(name), constant(by)));

export const waitFor =
  (guard: Expression): Piece =>
  (id) => [at(`${id} wait`, { guards: [guard] })];

/** Stops the run if the condition holds, else goes on. */
export const forbids =
  (condition: Expression, place: string): Piece =>
  (id) => [
    at(`${id} look`, [
      { guards: [condition], fatal: violation("panic", place) },
      { guards: [not(condition)] },
    ]),
  ];

/** Records a violation if the condition holds. */
export const records =
  (when: Expression, place: string): Piece =>
  (id) => [at(`${id} record`, { checks: [{ ...violation("panic", place), when }] })];

/** Writes only where the condition holds. */
export const onlyIf =
  (condition: Expression, ...updates: readonly Update[]): Piece =>
  (id) => [at(`${id} test`, [{ guards: [condition], updates }, { guards: [not(condition)] }])];

/** An atomic read into a local, and a write of what was seen, made larger. */
export const lostUpdate =
  (name: string, between: Piece = () => []): Piece =>
  (id) => [
    at(`${id} read`, { updates: [setLocal("seen", cell(name))] }),
    ...between(`${id}.between`),
    at(`${id} write`, { updates: [set(name, plus(local("seen"), constant(1)))] }),
  ];

const depth = (name: LockName): string => `${name} depth`;
const own = (name: LockName): Expression => equals(cell(name), self);
const free = (name: LockName): Expression => is(name, 0);
const taken = (name: LockName): readonly Update[] => [set(name, self), set(depth(name), 1)];
const deeper = (name: LockName, by: 1 | -1): Update =>
  set(depth(name), plus(cell(depth(name)), constant(by)));

/** Waits for a lock that may be taken again by who has it. */
export const acquire =
  (name: LockName): Piece =>
  (id) => [
    at(
      `${id} acquire ${name}`,
      [
        { guards: [free(name)], updates: taken(name) },
        { guards: [own(name)], updates: [deeper(name, 1)] },
      ],
      { waits: { object: name, kind: "lock", owner: cell(name) } },
    ),
  ];

/** Gives a lock back; it is a misuse if somebody else has it. */
export const release =
  (name: LockName): Piece =>
  (id) => [
    at(`${id} release ${name}`, [
      { guards: [own(name), is(depth(name), 1)], updates: [set(name, 0), set(depth(name), 0)] },
      { guards: [own(name), not(is(depth(name), 1))], updates: [deeper(name, -1)] },
      { guards: [not(own(name))], fatal: violation("mutex-not-owned", name) },
    ]),
  ];

export const section = (name: LockName, ...body: readonly Piece[]): Piece =>
  all(acquire(name), ...body, release(name));

/** Takes the lock and does the one thing under it, or, where somebody else has it, does the other. */
export const tries =
  (name: LockName, body: Piece, otherwise: Update): Piece =>
  (id) => [
    at(`${id} try ${name}`, [
      { guards: [free(name)], updates: taken(name) },
      { guards: [own(name)], updates: [deeper(name, 1)] },
      {
        guards: [not(or(free(name), own(name)))],
        outcome: "taken",
        updates: [otherwise],
        to: `${id} after`,
      },
    ]),
    ...body(`${id}.body`),
    ...release(name)(`${id}.release`),
    at(`${id} after`, {}),
  ];

/** A plain access of `x`; a write stores what is given. */
export const plain =
  (value?: Expression | number): Piece =>
  (id) => [
    at(`${id} access`, {
      accesses: [{ variable: "x", index: constant(0), writes: value !== undefined, plain: true }],
      updates: value === undefined ? [] : [set("x", value)],
    }),
  ];

/** Goes round until the condition holds, if it ever does. */
export const spins =
  (until: Expression): Piece =>
  (id) => [at(`${id} spin`, [{ guards: [until] }, { guards: [not(until)], to: `${id} spin` }])];

export const stops =
  (place: string): Piece =>
  (id) => [at(`${id} stop`, { fatal: violation("panic", place) })];

/** Ends the thread's turn, so that it may be started again. */
export const ends: Piece = (id) => [
  at(`${id} end`, { to: ENDED, updates: [set("running", 0, self)] }),
];

export const number = fc.nat({ max: 2 });
export const numberName = fc.constantFrom("x", "y");
export const lockName = fc.constantFrom(...LOCKS);

/** The condition that one or both numbers have a value. */
export const someValue: fc.Arbitrary<Expression> = fc
  .tuple(numberName, number, fc.option(number, { freq: 1 }))
  .map(([name, value, other]) =>
    other === null ? is(name, value) : and(is("x", value), is("y", other)),
  );

/** Two or three threads of a few pieces each. */
export const plans = (piece: fc.Arbitrary<Piece>, lengthMax = 3): fc.Arbitrary<ThreadPlan[]> =>
  fc.array(
    fc.array(piece, { minLength: 1, maxLength: lengthMax }).map((pieces) => ({ pieces })),
    { minLength: 2, maxLength: 3 },
  );
