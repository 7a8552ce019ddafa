/**
 * Expressions of code trees printed as JavaScript, each for what its place asks of it.
 *
 * `valueText` is the exact number, `bitsText` any number with the same lowest 32 bits (operands of bit operators, which
 * drop the rest themselves), `conditionText` a JavaScript truth value. So the usual case carries no conversion, and the
 * compiler sees plain comparisons, and `| 0`, which tells it that nothing overflows.
 */
import { unreachable } from "../../support/assert.ts";
import type { Code } from "./code.ts";
import { unlimitedAnd, unlimitedOr, unlimitedXor } from "./unlimited-bits.ts";

/** What printed code calls beside its own functions. Their names are such as no generator may use. */
export const runtime = {
  $div: (left: number, right: number) => (right === 0 ? 0 : Math.trunc(left / right) + 0),
  $rem: (left: number, right: number) => (right === 0 ? 0 : (left % right) + 0),
  $and: unlimitedAnd,
  $or: unlimitedOr,
  $xor: unlimitedXor,
};

/** A call, as text. */
export const calledText = (to: {
  readonly name: string;
  readonly parameters: readonly Code[];
}): string => `${to.name}(${to.parameters.map(valueText).join(", ")})`;

const constant = (number: number): string => (number < 0 ? `(${number})` : `${number}`);

/** The exact number. */
export function valueText(code: Code): string {
  switch (code.kind) {
    case "constant":
      return constant(code.value);
    case "variable":
      return code.name;
    case "load":
      return `${code.region}[${valueText(code.index)}]`;
    case "integer":
      return integerValue(code);
    case "number":
      return numberValue(code);
    case "widen":
      return code.signed ? valueText(code.operand) : `(${bitsText(code.operand)} >>> 0)`;
    case "wrap":
      return `(${valueText(code.operand)} | 0)`;
    case "eqz":
    case "both":
    case "either":
      return `(${conditionText(code)} ? 1 : 0)`;
    case "choice":
      return `(${conditionText(code.condition)} ? ${valueText(code.then)} : ${valueText(code.otherwise)})`;
    case "call":
      return calledText(code);
    case "compare-exchange":
      return `Atomics.compareExchange(${code.region}, ${[code.index, code.expected, code.replacement].map(valueText).join(", ")})`;
    default:
      return unreachable(code);
  }
}

type OfKind<Kind extends Code["kind"]> = Code & { readonly kind: Kind };

function integerValue(code: OfKind<"integer">): string {
  switch (code.operator) {
    case "eq":
    case "ne":
    case "lt_s":
    case "lt_u":
      return `(${conditionText(code)} ? 1 : 0)`;
    case "add":
    case "sub":
    case "shr_u":
      return `(${bitsText(code)} | 0)`;
    default:
      return bitsText(code);
  }
}

function numberValue(code: OfKind<"number">): string {
  switch (code.operator) {
    case "eq":
    case "lt":
      return `(${conditionText(code)} ? 1 : 0)`;
    case "add":
    case "sub":
    case "mul":
      return infix(code.left, operators[code.operator], code.right);
    case "div":
    case "rem":
    case "and":
    case "or":
    case "xor":
      return `$${code.operator}(${valueText(code.left)}, ${valueText(code.right)})`;
    default:
      return unreachable(code.operator);
  }
}

const infix = (left: Code, operator: string, right: Code, text = valueText): string =>
  `(${text(left)} ${operator} ${text(right)})`;

/** A number with the same lowest 32 bits. */
export function bitsText(code: Code): string {
  if (code.kind === "wrap") return valueText(code.operand);
  if (code.kind !== "integer") return valueText(code);
  switch (code.operator) {
    // Sums of exact numbers are exact, so nothing above the lowest bits is rounded away.
    case "add":
    case "sub":
      return infix(code.left, operators[code.operator], code.right);
    case "mul":
      return `Math.imul(${bitsText(code.left)}, ${bitsText(code.right)})`;
    case "eq":
    case "ne":
    case "lt_s":
    case "lt_u":
      return integerValue(code);
    default:
      return infix(code.left, operators[code.operator], code.right, bitsText);
  }
}

const operators = {
  add: "+",
  sub: "-",
  mul: "*",
  and: "&",
  or: "|",
  xor: "^",
  shl: "<<",
  shr_s: ">>",
  shr_u: ">>>",
} as const;

/** A JavaScript truth value: false for 0, true for any other i32. */
export function conditionText(code: Code): string {
  switch (code.kind) {
    case "constant":
      return `${code.value !== 0}`;
    case "integer":
    case "number":
      return isTruth(code) ? comparisonText(code) : `(${valueText(code)} !== 0)`;
    case "eqz":
      return isTruth(code.operand)
        ? `!${conditionText(code.operand)}`
        : `(${valueText(code.operand)} === 0)`;
    case "both":
      return `(${conditionText(code.left)} && ${conditionText(code.right)})`;
    case "either":
      return `(${conditionText(code.left)} || ${conditionText(code.right)})`;
    case "choice":
      return `(${conditionText(code.condition)} ? ${conditionText(code.then)} : ${conditionText(code.otherwise)})`;
    default:
      return `(${valueText(code)} !== 0)`;
  }
}

/** Whether a truth value needs no test against 0 to be one of JavaScript. */
function isTruth(code: Code): boolean {
  switch (code.kind) {
    case "eqz":
    case "both":
    case "either":
      return true;
    case "integer":
    case "number":
      return ["eq", "ne", "lt", "lt_s", "lt_u"].includes(code.operator);
    default:
      return false;
  }
}

function comparisonText({ operator, left, right }: OfKind<"integer" | "number">): string {
  switch (operator) {
    case "eq":
      return infix(left, "===", right);
    case "ne":
      return infix(left, "!==", right);
    case "lt_u":
      return `((${bitsText(left)} >>> 0) < (${bitsText(right)} >>> 0))`;
    default:
      return infix(left, "<", right);
  }
}
