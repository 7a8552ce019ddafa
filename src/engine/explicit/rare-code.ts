/**
 * Code for what is evaluated rarely (a finding's details, a trace): compiled apart, one function at a time and only when
 * it is asked for, so that the usual run does not pay for it.
 */
import type { Expression } from "../../ir/expression.ts";
import { assert } from "../../support/assert.ts";
import {
  add,
  codeFunction,
  declare,
  giveBack,
  i32,
  set,
  store,
  switchOn,
  variable,
  when,
} from "../codegen/build.ts";
import type { CodeFunction } from "../codegen/code.ts";
import { type Exports, javaScriptModule } from "../codegen/javascript.ts";
import { asNumber } from "./bounded.ts";
import { numberCode, type Scope } from "./expression-code.ts";
import { readAt, wordDeclarations } from "./field-code.ts";
import type { Layout, ThreadLayout } from "./layout.ts";
import { mayRunCode } from "./scheduling-code.ts";
import { outside, outsideImport, sharedFunctions } from "./shared-code.ts";
import { guardCode } from "./step-code.ts";

export interface RareCode {
  /** The expression's value for thread number `self` (0: nobody) in the state at `p`. */
  readonly value: (self: number, expression: Expression, p: number) => number;
  /** Indices of the steps of thread number `thread` that could fire in the state at `p`. */
  readonly enabled: (thread: number, p: number) => readonly number[];
}

export function rareCode(layout: Layout, source: Int32Array): RareCode {
  const shared = sharedFunctions(layout);
  const steps = new Int32Array(stepsMax(layout));
  const compiled = (code: CodeFunction): Exports[string] => {
    const module = {
      regions: [
        { name: "source", element: "i32" },
        { name: "steps", element: "i32" },
      ],
      imports: [outsideImport],
      functions: [...shared, code],
      exports: [code.name],
    } as const;
    const made = javaScriptModule(module, { regions: { source, steps }, imports: { outside } });
    const exported = made[code.name];
    assert(exported !== undefined, "the module exports its function");
    return exported;
  };
  const values = new Map<Expression, Map<number, Exports[string]>>();
  const enabled = new Map<number, Exports[string]>();
  return {
    value: (self, expression, p) => {
      const bySelf = values.get(expression) ?? new Map<number, Exports[string]>();
      values.set(expression, bySelf);
      const evaluate = bySelf.get(self) ?? compiled(valueFunction(layout, self, expression));
      bySelf.set(self, evaluate);
      return evaluate(p);
    },
    enabled: (thread, p) => {
      const count = enabled.get(thread) ?? compiled(enabledFunction(layout, thread));
      enabled.set(thread, count);
      return Array.from(steps.subarray(0, count(p)));
    },
  };
}

const stepsMax = ({ threads }: Layout): number =>
  Math.max(0, ...threads.flatMap(({ graph }) => graph.locations.map(({ steps }) => steps.length)));

function valueFunction(layout: Layout, self: number, expression: Expression): CodeFunction {
  const words = new Set<number>();
  const value = asNumber(numberCode({ layout, self, words }, expression));
  const body = [...wordDeclarations(words), giveBack(value)];
  return codeFunction("valueAt", ["p"], { body, result: "f64" });
}

/** Writes the indices to `steps` and returns their number. */
function enabledFunction(layout: Layout, thread: number): CodeFunction {
  const scope: Scope = { layout, self: thread, words: new Set() };
  const own = layout.threads[thread - 1] as ThreadLayout;
  const count = variable("count");
  const cases = own.graph.locations.map(({ steps }, index) => {
    const tests = steps.map((step, which) =>
      when(guardCode(scope, step).code, [
        store("steps", count, i32(which)),
        set("count", add(count, i32(1))),
      ]),
    );
    return [index, tests] as const;
  });
  const location = readAt(own.location, 0, scope.words);
  const dispatch = when(mayRunCode(scope).code, [switchOn(location.code, cases)]);
  return codeFunction("enabledAt", ["p"], {
    body: [...wordDeclarations(scope.words), declare("count", i32(0)), dispatch, giveBack(count)],
  });
}
