/** The code language as its comments say, evaluated slowly on the tree itself: the judge of both compilers. */
import type {
  Code,
  CodeFunction,
  CodeModule,
  IntegerOperator,
  NumberOperator,
  Statement,
} from "../../../src/engine/codegen/code.ts";

/** Thrown where the language promises nothing: a whole number beyond 2^53. */
export class Outside extends Error {}

export type Regions = ReadonlyMap<string, Int32Array | Uint8Array>;
type Import = (...parameters: number[]) => number;

const integers: Record<IntegerOperator, (left: number, right: number) => number> = {
  add: (left, right) => (left + right) | 0,
  sub: (left, right) => (left - right) | 0,
  mul: (left, right) => Number(BigInt.asIntN(32, BigInt(left) * BigInt(right))),
  and: (left, right) => left & right,
  or: (left, right) => left | right,
  xor: (left, right) => left ^ right,
  shl: (left, right) => left << right,
  shr_s: (left, right) => left >> right,
  shr_u: (left, right) => (left >>> right) | 0,
  eq: (left, right) => Number(left === right),
  ne: (left, right) => Number(left !== right),
  lt_s: (left, right) => Number(left < right),
  lt_u: (left, right) => Number(left >>> 0 < right >>> 0),
};

const numbers: Record<NumberOperator, (left: bigint, right: bigint) => bigint> = {
  add: (left, right) => left + right,
  sub: (left, right) => left - right,
  mul: (left, right) => left * right,
  div: (left, right) => (right === 0n ? 0n : left / right),
  rem: (left, right) => (right === 0n ? 0n : left % right),
  and: (left, right) => left & right,
  or: (left, right) => left | right,
  xor: (left, right) => left ^ right,
  eq: (left, right) => BigInt(left === right),
  lt: (left, right) => BigInt(left < right),
};

type Ended = { readonly kind: "break" } | { readonly kind: "return"; readonly value: number };

/** Calls a function of the module; regions are changed in place. */
export function interpret(
  module: CodeModule,
  memory: { readonly regions: Regions; readonly imports: Readonly<Record<string, Import>> },
): (name: string, ...parameters: number[]) => number | undefined {
  const functions = new Map(module.functions.map((one) => [one.name, one]));

  const call = (name: string, ...parameters: number[]): number | undefined => {
    const called = functions.get(name);
    if (called) return run(called, parameters);
    const imported = memory.imports[name];
    if (!imported) throw new Error(`no function ${name}`);
    return imported(...parameters);
  };

  const run = (code: CodeFunction, values: readonly number[]): number | undefined => {
    const variables = new Map(code.parameters.map(({ name }, i) => [name, values[i] ?? 0]));
    const ended = execute(code.body, variables);
    return ended?.kind === "return" ? ended.value : undefined;
  };

  const execute = (
    statements: readonly Statement[],
    variables: Map<string, number>,
  ): Ended | undefined => {
    for (const statement of statements) {
      const ended = step(statement, variables);
      if (ended) return ended;
    }
    return undefined;
  };

  const step = (code: Statement, variables: Map<string, number>): Ended | undefined => {
    const value = (one: Code): number => evaluate(one, variables);
    switch (code.kind) {
      case "let":
      case "set":
        variables.set(code.name, value(code.value));
        return undefined;
      case "store": {
        const index = value(code.index);
        regionOf(code.region)[index] = value(code.value);
        return undefined;
      }
      case "when":
        return execute(value(code.condition) === 0 ? code.otherwise : code.then, variables);
      case "switch":
        return execute(code.cases.get(value(code.on)) ?? [], variables);
      case "while":
        while (value(code.condition) !== 0) {
          const ended = execute(code.body, variables);
          if (ended?.kind === "return") return ended;
          if (ended) break;
        }
        return undefined;
      case "break":
        return { kind: "break" };
      case "run":
        call(code.name, ...code.parameters.map(value));
        return undefined;
      case "return":
        return { kind: "return", value: value(code.value) };
    }
  };

  const regionOf = (name: string): Int32Array | Uint8Array => {
    const region = memory.regions.get(name);
    if (!region) throw new Error(`no region ${name}`);
    return region;
  };

  const evaluate = (code: Code, variables: ReadonlyMap<string, number>): number => {
    const value = (one: Code): number => evaluate(one, variables);
    switch (code.kind) {
      case "constant":
        return code.type === "i32" ? code.value | 0 : code.value;
      case "variable":
        return variables.get(code.name) ?? 0;
      case "load":
        return regionOf(code.region)[value(code.index)] ?? 0;
      case "integer":
        return integers[code.operator](value(code.left), value(code.right));
      case "number":
        return whole(numbers[code.operator](BigInt(value(code.left)), BigInt(value(code.right))));
      case "eqz":
        return Number(value(code.operand) === 0);
      case "widen":
        return code.signed ? value(code.operand) : value(code.operand) >>> 0;
      case "wrap":
        return Number(BigInt.asIntN(32, BigInt(value(code.operand))));
      case "both":
        return value(code.left) === 0 ? 0 : value(code.right);
      case "either":
        return value(code.left) === 0 ? value(code.right) : 1;
      case "choice":
        return value(value(code.condition) === 0 ? code.otherwise : code.then);
      case "call":
        return call(code.name, ...code.parameters.map(value)) ?? 0;
      case "compare-exchange": {
        const region = regionOf(code.region);
        const index = value(code.index);
        const [expected, replacement] = [value(code.expected), value(code.replacement)];
        const before = region[index] ?? 0;
        if (before === expected) region[index] = replacement;
        return before;
      }
    }
  };
  return call;
}

function whole(value: bigint): number {
  if (value > 2n ** 53n || value < -(2n ** 53n)) throw new Outside();
  return Number(value);
}
