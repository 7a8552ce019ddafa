import fc from "fast-check";
import { expect, it } from "vitest";
import {
  both,
  choice,
  either,
  integer,
  isZero,
  number,
  widen,
  wrap,
} from "../../../src/engine/codegen/build.ts";
import type { Code, CodeModule, Statement } from "../../../src/engine/codegen/code.ts";
import { arbitraryModule } from "./arbitrary-code.ts";
import { interpretedModule } from "./interpret-code.ts";
import { behaviour } from "./run-code.ts";

/** The same tree, made by the constructors. */
function rebuilt(code: Code): Code {
  switch (code.kind) {
    case "integer":
      return integer(code.operator, rebuilt(code.left), rebuilt(code.right));
    case "number":
      return number(code.operator, rebuilt(code.left), rebuilt(code.right));
    case "eqz":
      return isZero(rebuilt(code.operand));
    case "widen":
      return widen(rebuilt(code.operand), code.signed);
    case "wrap":
      return wrap(rebuilt(code.operand));
    case "both":
      return both(rebuilt(code.left), rebuilt(code.right));
    case "either":
      return either(rebuilt(code.left), rebuilt(code.right));
    case "choice":
      return choice(rebuilt(code.condition), rebuilt(code.then), rebuilt(code.otherwise));
    case "load":
      return { ...code, index: rebuilt(code.index) };
    case "call":
      return { ...code, parameters: code.parameters.map(rebuilt) };
    default:
      return code;
  }
}

const rebuiltAll = (statements: readonly Statement[]): readonly Statement[] =>
  statements.map(rebuiltStatement);

function rebuiltStatement(statement: Statement): Statement {
  switch (statement.kind) {
    case "let":
    case "set":
    case "return":
      return { ...statement, value: rebuilt(statement.value) };
    case "store":
      return { ...statement, index: rebuilt(statement.index), value: rebuilt(statement.value) };
    case "when":
      return {
        ...statement,
        condition: rebuilt(statement.condition),
        then: rebuiltAll(statement.then),
        otherwise: rebuiltAll(statement.otherwise),
      };
    case "switch": {
      const cases = [...statement.cases].map(([at, chosen]) => [at, rebuiltAll(chosen)] as const);
      return { ...statement, on: rebuilt(statement.on), cases: new Map(cases) };
    }
    case "while":
      return {
        ...statement,
        condition: rebuilt(statement.condition),
        body: rebuiltAll(statement.body),
      };
    case "run":
      return { ...statement, parameters: statement.parameters.map(rebuilt) };
    default:
      return statement;
  }
}

const rebuiltModule = (module: CodeModule): CodeModule => ({
  ...module,
  functions: module.functions.map((one) => ({ ...one, body: rebuiltAll(one.body) })),
});

it("folds nothing that changes what a module does", () => {
  let smaller = 0;
  fc.assert(
    fc.property(arbitraryModule, ({ module, calls }) => {
      const folded = rebuiltModule(module);
      if (JSON.stringify(folded) !== JSON.stringify(module)) smaller += 1;
      expect(behaviour({ module: folded, calls }, interpretedModule)).toEqual(
        behaviour({ module, calls }, interpretedModule),
      );
    }),
    { numRuns: 500 },
  );
  expect(smaller).toBeGreaterThan(100);
});
