/**
 * Code modules printed as JavaScript and instantiated over typed arrays. Expressions are printed by
 * `javascript-expression.ts`.
 */
import { assert, unreachable } from "../../support/assert.ts";
import type { CodeFunction, CodeModule, Statement } from "./code.ts";
import {
  bitsText,
  calledText,
  conditionText,
  runtime,
  valueText,
} from "./javascript-expression.ts";

/** What a module runs on. */
export interface Surroundings {
  /** An Int32Array or Uint8Array for every region, as its elements say. */
  readonly regions: Readonly<Record<string, Int32Array | Uint8Array>>;
  /** A function for every import; it returns what the import declares. */
  readonly imports: Readonly<Record<string, (...parameters: number[]) => unknown>>;
}

/** The module's exports by name. A function without a result returns nothing of use. */
export type Exports = Readonly<Record<string, (...parameters: number[]) => number>>;

export function javaScriptModule(module: CodeModule, { regions, imports }: Surroundings): Exports {
  const given = new Map<string, unknown>(Object.entries(runtime));
  for (const { name } of module.regions) given.set(identifier(name), regions[name]);
  for (const { name } of module.imports) given.set(identifier(name), imports[name]);
  const make = makers.get(module) ?? makerOf(module, [...given.keys()]);
  makers.set(module, make);
  return make(...given.values());
}

type Maker = (...given: readonly unknown[]) => Exports;

/** A module that runs again, over other memory, is neither printed nor parsed again. */
const makers = new WeakMap<CodeModule, Maker>();

function makerOf(module: CodeModule, given: readonly string[]): Maker {
  const text = `"use strict";
${module.functions.map(functionText).join("\n")}
return { ${module.exports.join(", ")} };`;
  return new Function(...given, text) as Maker;
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
      return `${statement.name} = ${valueText(statement.value)};`;
    case "store":
      return `${statement.region}[${valueText(statement.index)}] = ${bitsText(statement.value)};`;
    case "when": {
      const then = `if (${conditionText(statement.condition)}) {\n${block(statement.then, loops)}\n}`;
      if (statement.otherwise.length === 0) return then;
      return `${then} else {\n${block(statement.otherwise, loops)}\n}`;
    }
    case "switch": {
      const cases = [...statement.cases].map(
        ([number, chosen]) => `case ${number}: ${block(chosen, loops)} break;`,
      );
      return `switch (${valueText(statement.on)}) {\n${cases.join("\n")}\n}`;
    }
    case "while":
      return `w${loops}: while (${conditionText(statement.condition)}) {\n${block(statement.body, loops + 1)}\n}`;
    case "break":
      return `break w${loops - 1};`;
    case "run":
      return `${calledText(statement)};`;
    case "return":
      return `return ${valueText(statement.value)};`;
    default:
      return unreachable(statement);
  }
}
