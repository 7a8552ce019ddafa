/**
 * Expressions of the code language as WebAssembly instructions, which leave their value on the stack.
 *
 * What WebAssembly has no instruction for (remainders and bits of whole numbers in f64) goes through i64, which holds
 * every whole number of an f64 up to 2^53 and more. A zero that came out negative becomes a plain one.
 */
import { assert, unreachable } from "../../support/assert.ts";
import type { Code, CodeType } from "./code.ts";
import {
  compareExchange,
  float64,
  op,
  signed,
  truncateSaturating,
  unsigned,
  valueType,
} from "./webassembly-bytes.ts";
import type { Scope } from "./webassembly-scope.ts";

type Kind<K extends Code["kind"]> = Code & { readonly kind: K };

/** The instructions of an expression. */
export function encodeExpression(scope: Scope, code: Code): readonly number[] {
  switch (code.kind) {
    case "constant":
      return encodeConstant(code.type, code.value);
    case "variable":
      return [op["local.get"], ...scope.local(code.name)];
    case "load":
      return encodeAccess(scope, code, { words: op["i32.load"], bytes: op["i32.load8_u"] });
    case "integer":
      return [...encodeOperands(scope, code), op[`i32.${code.operator}`]];
    case "number":
      return encodeNumber(scope, code);
    case "eqz":
      return [...encodeExpression(scope, code.operand), op["i32.eqz"]];
    case "widen": {
      const convert = op[code.signed ? "f64.convert_i32_s" : "f64.convert_i32_u"];
      return [...encodeExpression(scope, code.operand), convert];
    }
    case "wrap":
      return [...encodeWhole(scope, code.operand), op["i32.wrap_i64"]];
    case "both":
    case "either":
      return encodeConnective(scope, code);
    case "choice":
      return encodeChoice(scope, code);
    case "call":
      return encodeCall(scope, code.name, code.parameters);
    case "compare-exchange":
      return encodeCompareExchange(scope, code);
    default:
      return unreachable(code);
  }
}

function encodeConstant(type: CodeType, value: number): readonly number[] {
  return type === "i32"
    ? [op["i32.const"], ...signed(value)]
    : [op["f64.const"], ...float64(value + 0)];
}

/** An access to the element of a region, by the instruction for its kind; `after` is pushed between address and access. */
export function encodeAccess(
  scope: Scope,
  { region: name, index }: { readonly region: string; readonly index: Code },
  access: { readonly words: number; readonly bytes: number; readonly after?: readonly number[] },
): readonly number[] {
  const region = scope.module.regions.get(name);
  assert(region !== undefined, `region ${name} is in the module`);
  const place = encodeExpression(scope, index);
  const { words, bytes, after = [] } = access;
  const offset = unsigned(region.offset);
  if (region.element === "u8") return [...place, ...after, bytes, 0, ...offset];
  return [...place, ...scale, ...after, words, 2, ...offset];
}

/** From a number of words to bytes. */
const scale = [...encodeConstant("i32", 2), op["i32.shl"]];

function encodeOperands(
  scope: Scope,
  { left, right }: { readonly left: Code; readonly right: Code },
): readonly number[] {
  return [...encodeExpression(scope, left), ...encodeExpression(scope, right)];
}

function encodeNumber(scope: Scope, code: Kind<"number">): readonly number[] {
  const { operator } = code;
  switch (operator) {
    case "add":
    case "sub":
    case "eq":
    case "lt":
      return [...encodeOperands(scope, code), op[`f64.${operator}`]];
    case "mul":
      return [...encodeOperands(scope, code), op["f64.mul"], ...plainZero];
    case "div":
      return encodeQuotient(scope, code);
    case "rem":
      return encodeRemainder(scope, code);
    case "and":
    case "or":
    case "xor": {
      const operands = [...encodeWhole(scope, code.left), ...encodeWhole(scope, code.right)];
      return [...operands, op[`i64.${operator}`], op["f64.convert_i64_s"]];
    }
    default:
      return unreachable(operator);
  }
}

const zero = encodeConstant("f64", 0);
/** -0 becomes 0; all else stays. */
const plainZero = [...zero, op["f64.add"]];

/** An f64 as i64. */
function encodeWhole(scope: Scope, code: Code): readonly number[] {
  return [...encodeExpression(scope, code), ...truncateSaturating];
}

/** The quotient of whole numbers up to 2^53 never rounds up to a whole number, so cutting it off is exact. */
function encodeQuotient(scope: Scope, code: Kind<"number">): readonly number[] {
  const divisor = scope.declare("a divisor", "f64");
  return [
    ...[...encodeOperands(scope, code), op["local.tee"], ...divisor],
    ...[op["f64.div"], op["f64.trunc"], ...plainZero],
    ...[...zero, op["local.get"], ...divisor, ...zero, op["f64.ne"], op.select],
  ];
}

/** A divisor of zero is replaced by one, so that the remainder is zero. */
function encodeRemainder(scope: Scope, { left, right }: Kind<"number">): readonly number[] {
  const divisor = scope.declare("a whole divisor", "i64");
  return [
    ...encodeWhole(scope, left),
    ...[...encodeWhole(scope, right), op["local.set"], ...divisor],
    ...[op["i64.const"], ...signed(1), op["local.get"], ...divisor],
    ...[op["local.get"], ...divisor, op["i64.eqz"], op.select],
    ...[op["i64.rem_s"], op["f64.convert_i64_s"]],
  ];
}

function encodeConnective(scope: Scope, code: Kind<"both" | "either">): readonly number[] {
  const isBoth = code.kind === "both";
  if (isCheap(code.right))
    return [...encodeOperands(scope, code), op[isBoth ? "i32.and" : "i32.or"]];
  const left = encodeExpression(scope, code.left);
  const right = encodeExpression(scope, code.right);
  const decided = encodeConstant("i32", isBoth ? 0 : 1);
  const [then, otherwise] = isBoth ? [right, decided] : [decided, right];
  return [...left, ...encodeBranches("i32", then, otherwise)];
}

function encodeChoice(scope: Scope, code: Kind<"choice">): readonly number[] {
  const condition = encodeExpression(scope, code.condition);
  const then = encodeExpression(scope, code.then);
  const otherwise = encodeExpression(scope, code.otherwise);
  return isCheap(code.then) && isCheap(code.otherwise)
    ? [...then, ...otherwise, ...condition, op.select]
    : [...condition, ...encodeBranches(code.type, then, otherwise)];
}

function encodeBranches(
  type: CodeType,
  then: readonly number[],
  otherwise: readonly number[],
): readonly number[] {
  return [op.if, valueType[type], ...then, op.else, ...otherwise, op.end];
}

/** Whether evaluating costs less than a branch, and has no effect and no way to fail. */
function isCheap(code: Code, depth = 2): boolean {
  switch (code.kind) {
    case "constant":
    case "variable":
      return true;
    case "eqz":
      return depth > 0 && isCheap(code.operand, depth - 1);
    case "integer":
      return depth > 0 && isCheap(code.left, depth - 1) && isCheap(code.right, depth - 1);
    default:
      return false;
  }
}

/** A call, which leaves its result on the stack if it has one. */
export function encodeCall(
  scope: Scope,
  name: string,
  parameters: readonly Code[],
): readonly number[] {
  const called = scope.module.functions.get(name);
  assert(called !== undefined, `function ${name} is in the module`);
  const values = parameters.flatMap((parameter) => encodeExpression(scope, parameter));
  return [...values, op.call, ...unsigned(called.index)];
}

function encodeCompareExchange(scope: Scope, code: Kind<"compare-exchange">): readonly number[] {
  const region = scope.module.regions.get(code.region);
  assert(region?.element === "i32", `region ${code.region} holds words`);
  const operands = encodeOperands(scope, { left: code.expected, right: code.replacement });
  const address = [...encodeExpression(scope, code.index), ...scale];
  return [...address, ...operands, ...compareExchange, 2, ...unsigned(region.offset)];
}
