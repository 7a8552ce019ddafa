/**
 * Random modules of the code language: every construct, indices inside their regions, loops with a bound.
 *
 * A module has a function `main` of three parameters, a function `twice` that main may call, one import `told` and the
 * regions below. Variables are shared: two of each type.
 */
import fc from "fast-check";
import type {
  Code,
  CodeModule,
  IntegerOperator,
  NumberOperator,
  Statement,
} from "../../../src/engine/codegen/code.ts";

/** Lengths are powers of two, so that any integer becomes an index by a mask. */
export const regionLengths = { words: 8, more: 16, bytes: 8 } as const;

const integerOperators: readonly IntegerOperator[] = [
  ...(["add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "shr_u"] as const),
  ...(["eq", "ne", "lt_s", "lt_u"] as const),
];
const numberOperators: readonly NumberOperator[] = [
  ...(["add", "sub", "mul", "div", "rem", "and", "or", "xor"] as const),
];

const wideEdges = [2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53];
/** Whole numbers at the edges of 32 bits and of what f64 holds. */
export const wholeNumber = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -5, max: 5 }) },
  { weight: 1, arbitrary: fc.constantFrom(...wideEdges, ...wideEdges.map((edge) => -edge)) },
);
/** Edges of what a byte, LEB128 and a word hold. */
export const word = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(63, 64, -64, -65, 127, 128, 255, 8191, 8192, 0x7fffffff, -0x80000000),
  fc.integer(),
);

const integer = (operator: IntegerOperator, left: Code, right: Code): Code => ({
  ...({ kind: "integer", type: "i32" } as const),
  ...{ operator, left, right },
});
const constant = (value: number): Code => ({ kind: "constant", type: "i32", value });
const variable = (type: "i32" | "f64", name: string): Code => ({ kind: "variable", type, name });
const truth = (operand: Code): Code => ({ kind: "eqz", type: "i32", operand });

type Region = keyof typeof regionLengths;
const region = fc.constantFrom<Region>("words", "more", "bytes");
const inside = (name: Region, index: Code): Code =>
  integer("and", index, constant(regionLengths[name] - 1));

interface Trees {
  readonly i32: Code;
  readonly f64: Code;
  readonly block: Statement[];
  readonly statement: Statement;
}

/** Expressions and statements; `callable` lets them call `twice`. */
function trees(callable: boolean): {
  i32: fc.Arbitrary<Code>;
  block: fc.Arbitrary<Trees["block"]>;
} {
  const { i32, block } = fc.letrec<Trees>(
    (tie: fc.LetrecTypedTie<Trees>): fc.LetrecValue<Trees> => {
      const [one, number, block] = [tie("i32"), tie("f64"), tie("block")];
      const condition = one.map(truth);
      const choice = <T extends "i32" | "f64">(type: T, side: fc.Arbitrary<Code>) =>
        fc
          .record({ condition: one, then: side, otherwise: side })
          .map((parts): Code => ({ kind: "choice", type, ...parts }));
      const call = fc
        .tuple(fc.constantFrom("told", ...(callable ? ["twice"] : [])), one, number)
        .map(([name, ...parameters]): Code => ({ kind: "call", type: "i32", name, parameters }));
      return {
        i32: fc.oneof(
          { depthSize: "small", withCrossShrink: true },
          word.map(constant),
          fc.constantFrom("a", "b").map((name) => variable("i32", name)),
          fc.tuple(region, one).map(([name, index]): Code => {
            return { kind: "load", type: "i32", region: name, index: inside(name, index) };
          }),
          fc
            .tuple(fc.constantFrom(...integerOperators), one, one)
            .map(([operator, left, right]) => integer(operator, left, right)),
          fc
            .tuple(fc.constantFrom<NumberOperator>("eq", "lt"), number, number)
            .map(([operator, left, right]): Code => {
              return { kind: "number", type: "i32", operator, left, right };
            }),
          one.map(truth),
          number.map((operand): Code => ({ kind: "wrap", type: "i32", operand })),
          fc
            .tuple(fc.constantFrom("both" as const, "either" as const), condition, condition)
            .map(([kind, left, right]): Code => ({ kind, type: "i32", left, right })),
          choice("i32", one),
          call,
          fc
            .tuple(fc.constantFrom<Region>("words", "more"), one, one, one)
            .map(([name, index, expected, replacement]): Code => {
              const at = { region: name, index: inside(name, index) };
              return { kind: "compare-exchange", type: "i32", ...at, expected, replacement };
            }),
        ),
        f64: fc.oneof(
          { depthSize: "small", withCrossShrink: true },
          wholeNumber.map((value): Code => ({ kind: "constant", type: "f64", value })),
          fc.constantFrom("x", "y").map((name) => variable("f64", name)),
          fc
            .tuple(fc.constantFrom(...numberOperators), number, number)
            .map(([operator, left, right]): Code => {
              return { kind: "number", type: "f64", operator, left, right };
            }),
          fc
            .tuple(fc.boolean(), one)
            .map(([signed, operand]): Code => ({ kind: "widen", type: "f64", signed, operand })),
          choice("f64", number),
        ),
        statement: fc.oneof(
          { depthSize: "small", withCrossShrink: true },
          fc
            .tuple(fc.constantFrom("let" as const, "set" as const), fc.constantFrom("a", "b"), one)
            .map(([kind, name, value]): Statement => ({ kind, name, value })),
          fc
            .tuple(fc.constantFrom("x", "y"), number)
            .map(([name, value]): Statement => ({ kind: "set", name, value })),
          fc.tuple(region, one, one).map(([name, index, value]): Statement => {
            return { kind: "store", region: name, index: inside(name, index), value };
          }),
          fc
            .record({ condition: one, then: block, otherwise: block })
            .map((parts): Statement => ({ kind: "when", ...parts })),
          fc
            .tuple(one, fc.uniqueArray(fc.tuple(fc.nat(5), block), { selector: ([n]) => n }))
            .map(([on, cases]): Statement => {
              return { kind: "switch", on: inside("words", on), cases: new Map(cases) };
            }),
          fc.tuple(condition, block, one, fc.nat(3), block).map(bounded),
          fc
            .tuple(one, number)
            .map((parameters): Statement => ({ kind: "run", name: "told", parameters })),
          one.map((value): Statement => ({ kind: "return", value })),
        ),
        block: fc.array(tie("statement"), { maxLength: 4, depthIdentifier: "block" }),
      };
    },
  );
  return { i32, block };
}

/** Rounds of all loops of a function together. */
const fuelMax = 12;
const fuel = variable("i32", "fuel");
const burn: Statement = { kind: "set", name: "fuel", value: integer("sub", fuel, constant(1)) };

const left = integer("lt_s", constant(0), fuel);
const leave: Statement = { kind: "break" };

/** A loop that ends when the fuel does, a condition fails, or a `break` inside a branch of either kind is reached. */
function bounded([condition, before, on, number, after]: readonly [
  Code,
  Trees["block"],
  Code,
  number,
  Trees["block"],
]): Statement {
  const leaving: Statement =
    number === 0
      ? { kind: "when", condition: on, then: before, otherwise: [leave] }
      : {
          kind: "switch",
          on: inside("words", on),
          cases: new Map([
            [number, [leave]],
            [0, before],
          ]),
        };
  return {
    ...{ kind: "while", condition: { kind: "both", type: "i32", left, right: condition } },
    body: [burn, ...before, leaving, ...after],
  };
}

const shared: readonly Statement[] = [
  { kind: "let", name: "a", value: variable("i32", "p") },
  { kind: "let", name: "b", value: constant(0) },
  { kind: "let", name: "x", value: variable("f64", "q") },
  { kind: "let", name: "y", value: { kind: "constant", type: "f64", value: 1 } },
  { kind: "let", name: "fuel", value: constant(fuelMax) },
];

const parameters = [
  { name: "p", type: "i32" },
  { name: "q", type: "f64" },
] as const;

export const arbitraryModule: fc.Arbitrary<CodeModule> = fc
  .record({
    main: trees(true).block,
    result: trees(true).i32,
    twice: trees(false).block,
  })
  .map(({ main, result, twice }) => ({
    regions: [
      { name: "words", element: "i32" },
      { name: "more", element: "i32" },
      { name: "bytes", element: "u8" },
    ],
    imports: [{ name: "told", parameters: ["i32", "f64"], result: "i32" }],
    functions: [
      {
        ...{ name: "twice", parameters, result: "i32" },
        body: [...shared, ...twice, { kind: "return", value: variable("i32", "a") }],
      },
      {
        ...{ name: "main", parameters, result: "i32" },
        body: [...shared, ...main, { kind: "return", value: result }],
      },
    ],
    exports: ["main"],
  }));
