/**
 * Random code modules within the contract of `code.ts`: well typed, indices inside their regions, loops that end, whole
 * numbers within 2^53. Every shape and operator occurs. For the tests of every printer.
 */
import fc from "fast-check";
import type {
  Code,
  CodeFunction,
  CodeModule,
  CodeType,
  IntegerOperator,
  NumberOperator,
  Statement,
} from "../../../src/engine/codegen/code.ts";

/** Elements of each region of a random module. */
export const regionLength = 16;

/** A module of functions `f0`, `f1`, `f2`, all exported, with the parameters of calls to them, to be made in turn. */
export interface RandomModule {
  readonly module: CodeModule;
  readonly calls: readonly { readonly name: string; readonly parameters: readonly number[] }[];
}

/** An f64 and a bound on its size. */
interface Sized {
  readonly code: Code;
  readonly size: number;
}

const i32 = (value: number): Code => ({ kind: "constant", type: "i32", value });
const f64 = (value: number): Code => ({ kind: "constant", type: "f64", value });
const variable = (name: string, type: CodeType): Code => ({ kind: "variable", type, name });
const integer = (operator: IntegerOperator, left: Code, right: Code): Code => ({
  ...{ kind: "integer", type: "i32", operator, left, right },
});
const number = (operator: NumberOperator, left: Code, right: Code): Code => {
  const type = operator === "eq" || operator === "lt" ? "i32" : "f64";
  return { kind: "number", type, operator, left, right };
};

const sizeMax = 2 ** 53;
/** What variables, parameters and results of type f64 keep within. */
const sizeKept = 2 ** 52;

const limited = ({ code, size }: Sized, max: number): Code =>
  size <= max ? code : number("rem", code, f64(max));

const kept = (sized: Sized): Code => limited(sized, sizeKept);

const inRegion = (index: Code): Code => integer("and", index, i32(regionLength - 1));

const arbitraryI32 = fc.oneof(
  fc.integer({ min: -1, max: 2 }),
  fc.integer({ min: -3, max: 40 }),
  fc.constantFrom(-(2 ** 31), 2 ** 31 - 1, -(2 ** 16), 255),
  fc.integer(),
);
const arbitraryF64 = fc.oneof(
  fc.integer({ min: -3, max: 40 }),
  fc.constantFrom(
    -(2 ** 31),
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32,
    -(2 ** 32) - 1,
    sizeKept - 1,
    -sizeKept,
  ),
  fc.maxSafeInteger().map((value) => value % sizeKept),
);

const integerOperators: readonly IntegerOperator[] = [
  ...(["add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "shr_u"] as const),
];
const integerComparisons: readonly IntegerOperator[] = ["eq", "ne", "lt_s", "lt_u"];
const numberOperators = ["add", "sub", "mul", "div", "rem", "and", "or", "xor"] as const;

/** The result of an operator, its operands reduced first where it might be too large. */
function sizedNumber(operator: (typeof numberOperators)[number], left: Sized, right: Sized): Sized {
  const half = 2 ** 26;
  switch (operator) {
    case "add":
    case "sub":
      return {
        code: number(operator, kept(left), kept(right)),
        size: Math.min(left.size, sizeKept) + Math.min(right.size, sizeKept),
      };
    case "mul":
      return left.size * right.size < sizeMax
        ? { code: number("mul", left.code, right.code), size: left.size * right.size }
        : { code: number("mul", limited(left, half), limited(right, half)), size: half * half };
    case "div":
    case "rem":
      return { code: number(operator, left.code, right.code), size: left.size };
    default: {
      const size = 2 ** Math.ceil(Math.log2(Math.max(1, left.size, right.size)));
      return { code: number(operator, left.code, right.code), size };
    }
  }
}

/** Functions that code may call: the module's earlier ones, and imports. */
interface Callable {
  readonly name: string;
  readonly parameters: readonly CodeType[];
  readonly result: CodeType;
}

interface Trees {
  readonly i32: Code;
  readonly truth: Code;
  readonly f64: Sized;
}

/** Expressions over the variables `a`, `b`, `m` (i32) and `x`, `u` (f64). */
function arbitraryTrees(callables: readonly Callable[]): {
  readonly [Kind in keyof Trees]: fc.Arbitrary<Trees[Kind]>;
} {
  return fc.letrec<Trees>((tie: fc.LetrecTypedTie<Trees>) => {
    const [i, truth, f] = [tie("i32"), tie("truth"), tie("f64")];
    const depth = { maxDepth: 4, depthSize: "small" } as const;
    const calls = (type: CodeType): fc.Arbitrary<Code>[] =>
      callables.flatMap(({ name, parameters, result }) => {
        if (result !== type) return [];
        const given = parameters.map((one) => (one === "i32" ? i : f.map(kept)));
        return [
          fc.tuple(...given).map((values): Code => {
            return { kind: "call", type, name, parameters: values };
          }),
        ];
      });
    const choice = (condition: Code, then: Code, otherwise: Code): Code => ({
      ...{ kind: "choice", type: then.type, condition, then, otherwise },
    });
    return {
      i32: fc.oneof(
        depth,
        fc.oneof(
          arbitraryI32.map(i32),
          fc.constantFrom("a", "b", "m").map((name) => variable(name, "i32")),
        ),
        fc.tuple(fc.constantFrom(...integerOperators), i, i).map((parts) => integer(...parts)),
        truth,
        fc.tuple(fc.constantFrom("words", "bytes"), i).map(([region, index]): Code => {
          return { kind: "load", type: "i32", region, index: inRegion(index) };
        }),
        f.map(({ code }): Code => ({ kind: "wrap", type: "i32", operand: code })),
        fc.tuple(truth, i, i).map((parts) => choice(...parts)),
        fc.tuple(i, i, i).map(([index, expected, replacement]): Code => {
          const at = { region: "words", index: inRegion(index) };
          return { kind: "compare-exchange", type: "i32", ...at, expected, replacement };
        }),
        ...calls("i32"),
      ),
      truth: fc.oneof(
        depth,
        fc.constantFrom(i32(0), i32(1)),
        fc.tuple(fc.constantFrom(...integerComparisons), i, i).map((parts) => integer(...parts)),
        fc
          .tuple(fc.constantFrom("eq" as const, "lt" as const), f, f)
          .map(([operator, left, right]) => number(operator, left.code, right.code)),
        i.map((operand): Code => ({ kind: "eqz", type: "i32", operand })),
        fc
          .tuple(fc.constantFrom("both" as const, "either" as const), truth, truth)
          .map(([kind, left, right]): Code => ({ kind, type: "i32", left, right })),
        fc.tuple(truth, truth, truth).map((parts) => choice(...parts)),
      ),
      f64: fc.oneof(
        depth,
        fc.oneof(
          arbitraryF64.map((value) => ({ code: f64(value), size: Math.abs(value) })),
          fc
            .constantFrom("x", "u")
            .map((name) => ({ code: variable(name, "f64"), size: sizeKept })),
        ),
        fc
          .tuple(fc.constantFrom(...numberOperators), f, f)
          .map((parts): Sized => sizedNumber(...parts)),
        fc.tuple(i, fc.boolean()).map(([operand, signed]): Sized => {
          return { code: { kind: "widen", type: "f64", signed, operand }, size: 2 ** 32 };
        }),
        fc.tuple(truth, f, f).map(([condition, then, otherwise]): Sized => {
          const size = Math.max(then.size, otherwise.size);
          return { code: choice(condition, then.code, otherwise.code), size };
        }),
        ...calls("f64").map((arbitrary) => arbitrary.map((code) => ({ code, size: sizeKept }))),
      ),
    };
  });
}

/** Statements; a loop counts its rounds in the variable of its depth. */
function arbitraryBlock(
  trees: ReturnType<typeof arbitraryTrees>,
  result: CodeType,
  loops = 0,
): fc.Arbitrary<readonly Statement[]> {
  const simple: fc.Arbitrary<Statement>[] = [
    trees.i32.map((value): Statement => ({ kind: "set", name: "m", value })),
    trees.f64.map((value): Statement => ({ kind: "set", name: "u", value: kept(value) })),
    fc
      .tuple(fc.constantFrom("words", "bytes"), trees.i32, trees.i32)
      .map(([region, index, value]): Statement => {
        return { kind: "store", region, index: inRegion(index), value };
      }),
    fc.tuple(trees.i32, trees.f64).map(([one, other]): Statement => {
      return { kind: "run", name: "note", parameters: [one, kept(other)] };
    }),
    ...(loops === 0 ? [] : [fc.constant<Statement>({ kind: "break" })]),
  ];
  if (loops === 2) return fc.array(fc.oneof(...simple), { maxLength: 3 });
  const block = arbitraryBlock(trees, result, loops + 1);
  // A `when` and a `switch` count as a level too, but only a loop can be left.
  const inner = loops === 0 ? block.map(withoutBreaks) : block;
  const compound: fc.Arbitrary<Statement>[] = [
    fc.tuple(trees.i32, inner, inner).map(([condition, then, otherwise]): Statement => {
      return { kind: "when", condition, then, otherwise };
    }),
    fc
      .tuple(trees.i32, fc.array(fc.tuple(fc.nat(4), inner), { maxLength: 4 }))
      .map(([on, cases]): Statement => {
        return { kind: "switch", on: integer("and", on, i32(3)), cases: new Map(cases) };
      }),
    fc
      .tuple(trees.truth, block, fc.nat(3))
      .map(([condition, body, rounds]) => boundedLoop(`i${loops}`, { condition, body, rounds }))
      .map((statements): Statement => {
        return { kind: "when", condition: i32(1), then: statements, otherwise: [] };
      }),
    fc.tuple(trees.truth, trees.i32, trees.f64).map(([condition, one, other]): Statement => {
      const value = result === "i32" ? one : kept(other);
      return { kind: "when", condition, then: [{ kind: "return", value }], otherwise: [] };
    }),
  ];
  return fc.array(fc.oneof(...simple, ...compound), { maxLength: 5 });
}

function boundedLoop(
  counter: string,
  of: { readonly condition: Code; readonly body: readonly Statement[]; readonly rounds: number },
): readonly Statement[] {
  const count = variable(counter, "i32");
  const hasRounds = integer("lt_s", count, i32(of.rounds));
  return [
    { kind: "let", name: counter, value: i32(0) },
    {
      kind: "while",
      condition: { kind: "both", type: "i32", left: hasRounds, right: of.condition },
      body: [{ kind: "set", name: counter, value: integer("add", count, i32(1)) }, ...of.body],
    },
  ];
}

/** Breaks that are in no loop, dropped. */
function withoutBreaks(statements: readonly Statement[]): readonly Statement[] {
  return statements.flatMap((statement): readonly Statement[] => {
    if (statement.kind === "break") return [];
    if (statement.kind === "when") {
      const [then, otherwise] = [statement.then, statement.otherwise].map(withoutBreaks);
      return [{ ...statement, then: then ?? [], otherwise: otherwise ?? [] }];
    }
    if (statement.kind !== "switch") return [statement];
    const cases = [...statement.cases].map(([at, chosen]) => [at, withoutBreaks(chosen)] as const);
    return [{ ...statement, cases: new Map(cases) }];
  });
}

const imports = [
  { name: "note", parameters: ["i32", "f64"] },
  { name: "ask", parameters: ["i32"], result: "i32" },
  { name: "tell", parameters: ["f64"], result: "f64" },
] as const;

const imported: readonly Callable[] = imports.flatMap((one) => ("result" in one ? [one] : []));
const parameterTypes: readonly CodeType[] = ["i32", "i32", "f64"];

function arbitraryFunction(name: string, result: CodeType, earlier: readonly Callable[]) {
  const trees = arbitraryTrees([...imported, ...earlier]);
  const value = result === "i32" ? trees.i32 : trees.f64.map(kept);
  return fc
    .tuple(trees.i32, trees.f64, arbitraryBlock(trees, result), value)
    .map(([m, u, statements, last]): CodeFunction => {
      // Neither initial value may read a variable before it is set.
      const body: Statement[] = [
        { kind: "let", name: "m", value: i32(7) },
        { kind: "let", name: "u", value: f64(2 ** 33) },
        { kind: "set", name: "m", value: m },
        { kind: "set", name: "u", value: kept(u) },
        ...statements,
        { kind: "return", value: last },
      ];
      const names = ["a", "b", "x"];
      const parameters = names.map((one, at) => ({ name: one, type: parameterTypes[at] ?? "i32" }));
      return { name, parameters, result, body };
    });
}

const arbitraryFunctions = (() => {
  const results: readonly CodeType[] = ["i32", "f64", "i32"];
  const callables = results.map((result, index): Callable => {
    return { name: `f${index}`, parameters: parameterTypes, result };
  });
  return fc.tuple(
    ...results.map((result, index) =>
      arbitraryFunction(`f${index}`, result, callables.slice(0, index)),
    ),
  );
})();

export const arbitraryModule: fc.Arbitrary<RandomModule> = fc
  .tuple(
    arbitraryFunctions,
    fc.array(fc.tuple(fc.nat(2), arbitraryI32, arbitraryI32, arbitraryF64), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([functions, calls]) => ({
    module: {
      regions: [
        { name: "words", element: "i32" },
        { name: "bytes", element: "u8" },
      ],
      imports,
      functions,
      exports: functions.map(({ name }) => name),
    },
    calls: calls.map(([which, ...parameters]) => ({ name: `f${which}`, parameters })),
  }));
