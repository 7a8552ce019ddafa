import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { composed } from "../../src/ir/compose.ts";
import {
  binary,
  cell,
  conditional,
  constant,
  type Expression,
  lessThan,
  local,
} from "../../src/ir/expression.ts";
import type { Program, Update } from "../../src/ir/program.ts";
import { stored, type Type } from "../../src/ir/type.ts";
import { type OutcomeDescription, PLAIN_OUTCOME } from "../../src/lower/statement.ts";
import { evaluate } from "../../src/semantics/evaluate.ts";
import type { State } from "../../src/semantics/state.ts";

// Two variables of two cells each, one local: small enough that indices collide all the time.
const u8: Type = { kind: "wrapping", bits: 8, signed: false };
const i8: Type = { kind: "wrapping", bits: 8, signed: true };
const wide: Type = { kind: "range", min: -1_000_000, max: 1_000_000 };
const typeOf: Readonly<Record<string, Type>> = { a: u8, b: wide, x: i8, y: wide };
const types = {
  variable: (name: string) => typeOf[name] as Type,
  local: (name: string) => typeOf[name] as Type,
};

const program = {
  variables: ["a", "b"].map((name) => ({
    name,
    type: typeOf[name],
    first: 0,
    initial: [0, 0],
    cluster: name,
    tags: {},
  })),
  graphs: [
    {
      name: "g",
      locals: ["x", "y"].map((name) => ({ name, type: typeOf[name], initial: 0 })),
      locations: [],
    },
  ],
  threads: [{ name: "t", graph: "g", start: "active", constants: {}, level: constant(0) }],
  properties: [],
} as unknown as Program;

const index = fc.oneof(
  fc.constantFrom(0, 1).map((value) => constant(value)),
  fc
    .constantFrom("x", "y")
    .map(
      (name): Expression =>
        conditional(lessThan(local(name), constant(3)), constant(0), constant(1)),
    ),
);
const expression: fc.Arbitrary<Expression> = fc.letrec<{ e: Expression }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 3 },
    fc.integer({ min: -3, max: 300 }).map(constant),
    fc.constantFrom("x", "y").map(local),
    fc.tuple(fc.constantFrom("a", "b"), index).map(([name, at]) => cell(name, at)),
    fc
      .tuple(
        fc.constantFrom("+" as const, "-" as const, "=" as const, "<" as const),
        tie("e"),
        tie("e"),
      )
      .map(([operator, left, right]) => binary(operator, left, right)),
    fc
      .tuple(tie("e"), tie("e"), tie("e"))
      .map(([c, t, o]) => conditional(lessThan(c, constant(2)), t, o)),
  ),
})).e;

const update: fc.Arbitrary<Update> = fc.oneof(
  fc
    .tuple(fc.constantFrom("x", "y"), expression)
    .map(([name, value]) => ({ target: { kind: "local", name } as const, value })),
  fc
    .tuple(fc.constantFrom("a", "b"), fc.constantFrom(0, 1), expression)
    .map(([variable, at, value]) => ({
      target: { kind: "cell", variable, index: constant(at) } as const,
      value,
    })),
);

const distinct = (updates: readonly Update[]): readonly Update[] => [
  ...new Map(updates.map((one) => [JSON.stringify(one.target), one])).values(),
];

const outcome: fc.Arbitrary<OutcomeDescription> = fc
  .tuple(fc.array(update, { maxLength: 3 }), fc.array(expression, { maxLength: 2 }))
  .map(([updates, guards]) => ({
    ...PLAIN_OUTCOME,
    updates: distinct(updates),
    guards: guards.map((guard) => lessThan(guard, constant(5))),
  }));

const state = fc
  .record({
    cells: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 }),
    x: fc.integer({ min: -128, max: 127 }),
    y: fc.integer({ min: -9, max: 9 }),
  })
  .map(
    ({ cells, x, y }): State => ({
      cells: [cells.slice(0, 2), cells.slice(2)],
      locations: ["L1"],
      locals: [[x, y]],
    }),
  );

const enabled = (at: State, { guards }: OutcomeDescription): boolean =>
  guards.every((guard) => evaluate(program, at, 1, guard) !== 0);

function applied(at: State, { updates }: OutcomeDescription): State {
  const cells = at.cells.map((row) => [...row]);
  const locals = at.locals.map((row) => [...row]);
  for (const { target, value } of updates) {
    const result = evaluate(program, at, 1, value);
    if (target.kind === "local") {
      (locals[0] as number[])[target.name === "x" ? 0 : 1] = stored(
        typeOf[target.name] as Type,
        result,
      );
    } else {
      const row = cells[target.variable === "a" ? 0 : 1] as number[];
      row[evaluate(program, at, 1, target.index)] = stored(typeOf[target.variable] as Type, result);
    }
  }
  return { ...at, cells, locals };
}

describe("composed", () => {
  it("is the one outcome and then the other", () => {
    fc.assert(
      fc.property(outcome, outcome, state, (first, second, before) => {
        const both = composed(first, second, types);
        const between = applied(before, first);
        const possible = enabled(before, first) && enabled(between, second);
        expect(enabled(before, both)).toBe(possible);
        if (possible) expect(applied(before, both)).toEqual(applied(between, second));
      }),
      { numRuns: 3000 },
    );
  });

  it("keeps the later of two writes whose indices only the state can tell apart", () => {
    const at = (name: string): Expression =>
      conditional(lessThan(local(name), constant(3)), constant(0), constant(1));
    const write = (name: string, value: number): OutcomeDescription => ({
      ...PLAIN_OUTCOME,
      updates: [
        { target: { kind: "cell", variable: "b", index: at(name) }, value: constant(value) },
      ],
    });
    const both = composed(write("x", 1), write("y", 2), types);
    const written = (x: number, y: number): readonly number[] | undefined =>
      applied(
        {
          cells: [
            [0, 0],
            [0, 0],
          ],
          locations: ["L1"],
          locals: [[x, y]],
        },
        both,
      ).cells[1];
    expect(written(0, 0)).toEqual([2, 0]);
    expect(written(0, 9)).toEqual([1, 2]);
    expect(written(9, 0)).toEqual([2, 1]);
  });
});
