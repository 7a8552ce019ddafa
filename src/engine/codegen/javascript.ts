/**
 * Code trees printed as JavaScript and instantiated over typed arrays.
 *
 * Each tree is printed for what its place asks of it: `value` the exact number, `bits` any number with the same lowest 32
 * bits (operands of bit operators, which drop the rest themselves), `condition` a JavaScript truth value. So the usual
 * case carries no conversion, and the compiler sees plain comparisons and `| 0`, which tell it that nothing overflows.
 */
import { assert, unreachable } from "../../support/assert.ts";
import type { Code, CodeFunction, CodeModule, IntegerOperator, Statement } from "./code.ts";
import { unlimitedAnd, unlimitedOr, unlimitedXor } from "./unlimited-bits.ts";

/** What a module runs on. */
export interface Surroundings {
  /** An Int32Array or Uint8Array for every region, as its elements say. */
  readonly regions: Readonly<Record<string, Int32Array | Uint8Array>>;
  /** A function for every import; it returns what the import declares. */
  readonly imports: Readonly<Record<string, (...parameters: number[]) => unknown>>;
}

/** The module's exports by name. A function without a result returns nothing of use. */
export type Exports = Readonly<Record<string, (...parameters: number[]) => number>>;

/** What printed code calls beside its own functions. Their names are such as no generator may use. */
const runtime = {
  $div: (left: number, right: number) => (right === 0 ? 0 : Math.trunc(left / right) + 0),
  $rem: (left: number, right: number) => (right === 0 ? 0 : (left % right) + 0),
  $and: unlimitedAnd,
  $or: unlimitedOr,
  $xor: unlimitedXor,
};

export function javaScriptModule(module: CodeModule, { regions, imports }: Surroundings): Exports {
  const given = new Map<string, unknown>(Object.entries(runtime));
  for (const { name } of module.regions) given.set(identifier(name), regions[name]);
  for (const { name } of module.imports) given.set(identifier(name), imports[name]);
  const text = `"use strict";
${module.functions.map(functionText).join("\n")}
return { ${module.exports.join(", ")} };`;
  return new Function(...given.keys(), text)(...given.values());
}

/** Asserts that a name can be nothing but a name, whatever a generator made it from. */
function identifier(name: string): string {
  assert(/^[a-zA-Z]\w*$/.test(name), "names in generated code are identifiers");
  return name;
}

function functionText({ name, parameters, body }: CodeFunction): string {
  const declared = [...declaredIn(body)].map((variable) => `${identifier(variable)} = 0`);
  return `function ${identifier(name)}(${parameters.map((one) => identifier(one.name)).join(", ")}) {
${declared.length === 0 ? "" : `let ${declared.join(", ")};`}
${block(body, 0)}
}`;
}

/** Variables belong to the whole function, so they are declared at its start. */
function declaredIn(statements: readonly Statement[]): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (statement: Statement): void => {
    switch (statement.kind) {
      case "let":
        names.add(statement.name);
        return;
      case "when":
        statement.then.forEach(visit);
        statement.otherwise.forEach(visit);
        return;
      case "switch":
        for (const chosen of statement.cases.values()) chosen.forEach(visit);
        return;
      case "while":
        statement.body.forEach(visit);
        return;
      default:
        return;
    }
  };
  statements.forEach(visit);
  return names;
}

/** `loops` counts the loops around, whose labels are `w0`, `w1`, …: inside a `switch`, a plain `break` would not do. */
const block = (statements: readonly Statement[], loops: number): string =>
  statements.map((statement) => statementText(statement, loops)).join("\n");

function statementText(statement: Statement, loops: number): string {
  switch (statement.kind) {
    case "let":
    case "set":
      return `${statement.name} = ${value(statement.value)};`;
    case "store":
      return `${statement.region}[${value(statement.index)}] = ${bits(statement.value)};`;
    case "when": {
      const then = `if (${condition(statement.condition)}) {\n${block(statement.then, loops)}\n}`;
      if (statement.otherwise.length === 0) return then;
      return `${then} else {\n${block(statement.otherwise, loops)}\n}`;
    }
    case "switch": {
      const cases = [...statement.cases].map(
        ([number, chosen]) => `case ${number}: ${block(chosen, loops)} break;`,
      );
      return `switch (${value(statement.on)}) {\n${cases.join("\n")}\n}`;
    }
    case "while":
      return `w${loops}: while (${condition(statement.condition)}) {\n${block(statement.body, loops + 1)}\n}`;
    case "break":
      return `break w${loops - 1};`;
    case "run":
      return `${called(statement)};`;
    case "return":
      return `return ${value(statement.value)};`;
    default:
      return unreachable(statement);
  }
}

const called = (to: { readonly name: string; readonly parameters: readonly Code[] }): string =>
  `${to.name}(${to.parameters.map(value).join(", ")})`;

const constant = (number: number): string => (number < 0 ? `(${number})` : `${number}`);

/** The exact number. */
function value(code: Code): string {
  switch (code.kind) {
    case "constant":
      return constant(code.value);
    case "variable":
      return code.name;
    case "load":
      return `${code.region}[${value(code.index)}]`;
    case "integer":
      return integerValue(code);
    case "number":
      return numberValue(code);
    case "widen":
      return code.signed ? value(code.operand) : `(${bits(code.operand)} >>> 0)`;
    case "wrap":
      return `(${value(code.operand)} | 0)`;
    case "eqz":
    case "both":
    case "either":
      return `(${condition(code)} ? 1 : 0)`;
    case "choice":
      return `(${condition(code.condition)} ? ${value(code.then)} : ${value(code.otherwise)})`;
    case "call":
      return called(code);
    case "compare-exchange":
      return `Atomics.compareExchange(${code.region}, ${[code.index, code.expected, code.replacement].map(value).join(", ")})`;
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
      return `(${condition(code)} ? 1 : 0)`;
    case "add":
    case "sub":
    case "shr_u":
      return `(${bits(code)} | 0)`;
    default:
      return bits(code);
  }
}

function numberValue(code: OfKind<"number">): string {
  const [left, right] = [value(code.left), value(code.right)];
  switch (code.operator) {
    case "eq":
    case "lt":
      return `(${condition(code)} ? 1 : 0)`;
    case "add":
      return `(${left} + ${right})`;
    case "sub":
      return `(${left} - ${right})`;
    case "mul":
      return `(${left} * ${right})`;
    case "div":
    case "rem":
    case "and":
    case "or":
    case "xor":
      return `$${code.operator}(${left}, ${right})`;
    default:
      return unreachable(code.operator);
  }
}

/** A number with the same lowest 32 bits. */
function bits(code: Code): string {
  if (code.kind === "wrap") return value(code.operand);
  if (code.kind !== "integer") return value(code);
  switch (code.operator) {
    // Sums of exact numbers are exact, so nothing above the lowest bits is rounded away.
    case "add":
    case "sub":
      return `(${value(code.left)} ${operators[code.operator]} ${value(code.right)})`;
    case "mul":
      return `Math.imul(${bits(code.left)}, ${bits(code.right)})`;
    case "eq":
    case "ne":
    case "lt_s":
    case "lt_u":
      return integerValue(code);
    default:
      return `(${bits(code.left)} ${operators[code.operator]} ${bits(code.right)})`;
  }
}

const operators = {
  add: "+",
  sub: "-",
  and: "&",
  or: "|",
  xor: "^",
  shl: "<<",
  shr_s: ">>",
  shr_u: ">>>",
} as const satisfies Partial<Record<IntegerOperator, string>>;

/** A JavaScript truth value: false for 0, true for any other i32. */
function condition(code: Code): string {
  switch (code.kind) {
    case "constant":
      return `${code.value !== 0}`;
    case "integer":
    case "number":
      return comparison(code) ?? `(${value(code)} !== 0)`;
    case "eqz":
      return isTruth(code.operand)
        ? `!${condition(code.operand)}`
        : `(${value(code.operand)} === 0)`;
    case "both":
      return `(${condition(code.left)} && ${condition(code.right)})`;
    case "either":
      return `(${condition(code.left)} || ${condition(code.right)})`;
    case "choice":
      return `(${condition(code.condition)} ? ${condition(code.then)} : ${condition(code.otherwise)})`;
    default:
      return `(${value(code)} !== 0)`;
  }
}

function comparison({ operator, left, right }: OfKind<"integer" | "number">): string | undefined {
  switch (operator) {
    case "eq":
      return `(${value(left)} === ${value(right)})`;
    case "ne":
      return `(${value(left)} !== ${value(right)})`;
    case "lt":
    case "lt_s":
      return `(${value(left)} < ${value(right)})`;
    case "lt_u":
      return `((${bits(left)} >>> 0) < (${bits(right)} >>> 0))`;
    default:
      return undefined;
  }
}

/** Whether `condition` prints the code without a test against 0. */
const isTruth = (code: Code): boolean =>
  ["eqz", "both", "either"].includes(code.kind) ||
  ((code.kind === "integer" || code.kind === "number") && comparison(code) !== undefined);
