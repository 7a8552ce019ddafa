/** A code module walked as a tree: slow and obvious, the judge of the printers. */
import type {
  Code,
  CodeFunction,
  CodeModule,
  IntegerOperator,
  NumberOperator,
  Statement,
} from "../../../src/engine/codegen/code.ts";
import type { Exports, Surroundings } from "../../../src/engine/codegen/javascript.ts";
import { applyOperator, type BinaryOperator } from "../../../src/ir/expression.ts";
import { unreachable } from "../../../src/support/assert.ts";

type Variables = Map<string, number>;

/** How a statement ended, where it was not by reaching its end. */
type Left = "break" | { readonly value: number } | undefined;

export function interpretedModule(module: CodeModule, { regions, imports }: Surroundings): Exports {
  const functions = new Map(module.functions.map((one) => [one.name, one]));

  const call = (name: string, parameters: readonly number[]): number => {
    const own = functions.get(name);
    return own ? enter(own, parameters) : Number(imports[name]?.(...parameters));
  };

  const enter = ({ parameters, body }: CodeFunction, given: readonly number[]): number => {
    const variables: Variables = new Map(parameters.map(({ name }, at) => [name, given[at] ?? 0]));
    const left = block(body, variables);
    return typeof left === "object" ? left.value : 0;
  };

  const block = (statements: readonly Statement[], variables: Variables): Left => {
    for (const statement of statements) {
      const left = execute(statement, variables);
      if (left !== undefined) return left;
    }
    return undefined;
  };

  const execute = (statement: Statement, variables: Variables): Left => {
    const value = (code: Code): number => evaluate(code, variables);
    switch (statement.kind) {
      case "let":
      case "set":
        variables.set(statement.name, value(statement.value));
        return undefined;
      case "store": {
        const region = regions[statement.region];
        const index = value(statement.index);
        if (region) region[index] = value(statement.value);
        return undefined;
      }
      case "when":
        return block(
          value(statement.condition) === 0 ? statement.otherwise : statement.then,
          variables,
        );
      case "switch":
        return block(statement.cases.get(value(statement.on)) ?? [], variables);
      case "while":
        while (value(statement.condition) !== 0) {
          const left = block(statement.body, variables);
          if (left === "break") break;
          if (left !== undefined) return left;
        }
        return undefined;
      case "break":
        return "break";
      case "run":
        call(statement.name, statement.parameters.map(value));
        return undefined;
      case "return":
        return { value: value(statement.value) };
      default:
        return unreachable(statement);
    }
  };

  const evaluate = (code: Code, variables: Variables): number => {
    const value = (part: Code): number => evaluate(part, variables);
    switch (code.kind) {
      case "constant":
        return code.value;
      case "variable":
        return variables.get(code.name) ?? Number.NaN;
      case "load":
        return regions[code.region]?.[value(code.index)] ?? Number.NaN;
      case "integer":
        return integerValue(code.operator, BigInt(value(code.left)), BigInt(value(code.right)));
      case "number":
        return applyOperator(operators[code.operator], value(code.left), value(code.right));
      case "eqz":
        return value(code.operand) === 0 ? 1 : 0;
      case "widen": {
        const operand = BigInt(value(code.operand));
        return Number(code.signed ? operand : BigInt.asUintN(32, operand));
      }
      case "wrap":
        return Number(BigInt.asIntN(32, BigInt(value(code.operand))));
      case "both":
        return value(code.left) === 0 ? 0 : value(code.right);
      case "either":
        return value(code.left) === 1 ? 1 : value(code.right);
      case "choice":
        return value(value(code.condition) === 0 ? code.otherwise : code.then);
      case "call":
        return call(code.name, code.parameters.map(value));
      case "compare-exchange": {
        const region = regions[code.region] ?? new Int32Array();
        const [index = 0, expected, replacement = 0] = [
          ...[code.index, code.expected, code.replacement].map(value),
        ];
        const before = region[index] ?? Number.NaN;
        if (before === expected) region[index] = replacement;
        return before;
      }
      default:
        return unreachable(code);
    }
  };

  return Object.fromEntries(
    module.exports.map((name) => [name, (...parameters: number[]) => call(name, parameters)]),
  );
}

const operators: Readonly<Record<NumberOperator, BinaryOperator>> = {
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  rem: "%",
  and: "&",
  or: "|",
  xor: "^",
  eq: "=",
  lt: "<",
};

/** In bigints, so that nothing is left to JavaScript's own conversions. */
function integerValue(operator: IntegerOperator, left: bigint, right: bigint): number {
  const [unsigned, distance] = [BigInt.asUintN(32, left), BigInt.asUintN(5, right)];
  const results: Readonly<Record<IntegerOperator, () => bigint | boolean>> = {
    add: () => left + right,
    sub: () => left - right,
    mul: () => left * right,
    and: () => left & right,
    or: () => left | right,
    xor: () => left ^ right,
    shl: () => left << distance,
    shr_s: () => left >> distance,
    shr_u: () => unsigned >> distance,
    eq: () => left === right,
    ne: () => left !== right,
    lt_s: () => left < right,
    lt_u: () => unsigned < BigInt.asUintN(32, right),
  };
  return Number(BigInt.asIntN(32, BigInt(results[operator]())));
}
