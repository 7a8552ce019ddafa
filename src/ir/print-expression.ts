/** Expressions as text. Two expressions print alike only if they are the same, so text can be compared. */
import type { BinaryOperator, Expression } from "./expression.ts";

/** How tightly each operator binds; all group to the left but the comparisons, which do not chain. */
const binding: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  "=": 4,
  "<": 4,
  "|": 5,
  "^": 6,
  "&": 7,
  "+": 8,
  "-": 8,
  "*": 9,
  "/": 9,
  "%": 9,
};
const NOT = 3;
const COMPARISON = binding["="];
const ATOM = 10;

const words = new Set(["and", "or", "not", "if", "then", "else", "self", "referenced"]);

/** A name as it is, or quoted where it could be taken for something else. */
export function printName(name: string): string {
  return /^[A-Za-z_][\w.:]*$/.test(name) && !words.has(name) ? name : JSON.stringify(name);
}

/** An expression with as few parentheses as its structure allows. */
export function printExpression(expression: Expression): string {
  return print(expression, 0);
}

/** The text where something that binds as tightly as `outer` is around it. */
function print(expression: Expression, outer: number): string {
  const [text, inner] = textAndBinding(expression);
  return inner < outer ? `(${text})` : text;
}

function textAndBinding(expression: Expression): readonly [string, number] {
  switch (expression.kind) {
    case "constant":
      return [String(expression.value), ATOM];
    case "local":
      return [`$${printName(expression.name)}`, ATOM];
    case "own":
      return [`@${printName(expression.name)}`, ATOM];
    case "self":
      return ["self", ATOM];
    case "cell": {
      const { variable, index } = expression;
      const scalar = index.kind === "constant" && index.value === 0;
      return [`${printName(variable)}${scalar ? "" : `[${print(index, 0)}]`}`, ATOM];
    }
    case "referenced":
      return [`referenced(${printName(expression.to)}, ${print(expression.slot, 0)})`, ATOM];
    case "not":
      return negation(expression.operand);
    case "if": {
      const { condition, then, otherwise } = expression;
      return [`if ${print(condition, 0)} then ${print(then, 0)} else ${print(otherwise, 0)}`, 0];
    }
    default:
      return operation(expression.operator, expression);
  }
}

function operation(
  sign: BinaryOperator | "!=" | ">=",
  { operator, left, right }: Expression & { readonly kind: "binary" },
): readonly [string, number] {
  const own = binding[operator];
  const leftSide = own === COMPARISON ? own + 1 : own;
  return [`${print(left, leftSide)} ${sign} ${print(right, own + 1)}`, own];
}

/** `a != b` and `a >= b` rather than `not a = b` and `not a < b`. */
function negation(operand: Expression): readonly [string, number] {
  if (operand.kind === "binary" && operand.operator === "=") return operation("!=", operand);
  if (operand.kind === "binary" && operand.operator === "<") return operation(">=", operand);
  return [`not ${print(operand, NOT)}`, NOT];
}
