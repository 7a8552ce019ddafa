import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type {
  Code,
  CodeModule,
  NumberOperator,
  Parameter,
} from "../../../src/engine/codegen/code.ts";
import { javaScriptModule } from "../../../src/engine/codegen/javascript.ts";
import { applyOperator, type BinaryOperator } from "../../../src/ir/expression.ts";
import { arbitraryModule } from "./arbitrary-code.ts";
import { interpretedModule } from "./interpret-code.ts";
import { behaviour } from "./run-code.ts";

const none = { regions: {}, imports: {} };

it("does what the tree says, on random modules", () => {
  const kinds = new Set<string>();
  const note = (part: unknown): void => {
    if (part instanceof Map) for (const one of part.values()) note(one);
    else if (Array.isArray(part)) part.forEach(note);
    else if (typeof part === "object" && part !== null) {
      if ("kind" in part) kinds.add(`${part.kind}${"operator" in part ? ` ${part.operator}` : ""}`);
      Object.values(part).forEach(note);
    }
  };
  fc.assert(
    fc.property(arbitraryModule, (random) => {
      note(random.module.functions);
      expect(behaviour(random, javaScriptModule)).toEqual(behaviour(random, interpretedModule));
    }),
    { numRuns: 500 },
  );
  // All 13 operators on integers, all 10 on numbers, 11 other expressions, 9 statements.
  expect(kinds.size).toBe(43);
});

/** A module whose one function applies an operator to its parameters. */
function applying(operator: NumberOperator): CodeModule {
  const isTruth = operator === "eq" || operator === "lt";
  const operand = (name: string): Code => ({ kind: "variable", type: "f64", name });
  const result = isTruth ? "i32" : "f64";
  const [left, right] = [operand("x"), operand("y")];
  const value: Code = { kind: "number", type: result, operator, left, right };
  const parameters = ["x", "y"].map((name): Parameter => ({ name, type: "f64" }));
  const apply = { name: "apply", parameters, result, body: [{ kind: "return", value }] } as const;
  return { regions: [], imports: [], functions: [apply], exports: ["apply"] };
}

describe("operators on whole numbers", () => {
  const same: readonly (readonly [NumberOperator, BinaryOperator])[] = [
    ["add", "+"],
    ["sub", "-"],
    ["mul", "*"],
    ["div", "/"],
    ["rem", "%"],
    ["and", "&"],
    ["or", "|"],
    ["xor", "^"],
    ["eq", "="],
    ["lt", "<"],
  ];
  const whole = fc.oneof(
    fc.integer({ min: -9, max: 9 }),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.constantFrom(2 ** 31, 2 ** 32, -(2 ** 32), 2 ** 53, -(2 ** 53)),
  );

  it.each(same)("%s is %s of Programs", (operator, ofPrograms) => {
    const { apply } = javaScriptModule(applying(operator), none);
    fc.assert(
      fc.property(whole, whole, (left, right) => {
        expect(Number(apply?.(left, right)) + 0).toBe(applyOperator(ofPrograms, left, right) + 0);
      }),
    );
  });
});

describe("names", () => {
  const named = (name: string): CodeModule => ({
    regions: [],
    imports: [],
    functions: [{ name, parameters: [], body: [] }],
    exports: [name],
  });

  it.each(["f() {} process.exit", "", "1", "a-b", "$div"])("refuses %j", (name) => {
    expect(() => javaScriptModule(named(name), none)).toThrow("identifiers");
  });
});
