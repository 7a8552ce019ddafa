import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Code, CodeModule, Statement } from "../../../src/engine/codegen/code.ts";
import { host } from "../../../src/engine/codegen/host.ts";
import { compileModule, instantiate } from "../../../src/engine/codegen/webassembly.ts";
import { arbitraryModule, regionLengths, wholeNumber, word } from "./arbitrary-module.ts";
import { interpret, Outside, type Regions } from "./interpret-module.ts";

/** Apart, and in another order than declared, so that no region can stand in for another. */
const offsets = new Map([
  ["bytes", 65],
  ["words", 256],
  ["more", 128],
]);

interface Run {
  readonly result: number | undefined;
  readonly told: readonly (readonly number[])[];
  readonly memory: readonly (readonly number[])[];
}

function fresh(buffer: ArrayBufferLike, at: ReadonlyMap<string, number>): Regions {
  const { words, more, bytes } = regionLengths;
  return new Map<string, Int32Array | Uint8Array>([
    ["words", new Int32Array(buffer, at.get("words"), words).fill(-3, 2)],
    ["more", new Int32Array(buffer, at.get("more"), more).fill(0x12345678, 5)],
    ["bytes", new Uint8Array(buffer, at.get("bytes"), bytes).fill(200, 1)],
  ]);
}

type Callable = (parameters: readonly number[]) => number | undefined;

function observe(regions: Regions, make: (told: (...p: number[]) => number) => Callable) {
  const told: (readonly number[])[] = [];
  const call = make((...parameters) => {
    told.push(parameters.map((value) => value + 0));
    return told.length * 7;
  });
  return (...parameters: number[]): Run => {
    const result = call(parameters);
    return { result, told, memory: [...regions.values()].map((region) => [...region]) };
  };
}

function interpreted(module: CodeModule) {
  const regions = fresh(new ArrayBuffer(1024), offsets);
  return observe(regions, (told) => {
    const call = interpret(module, { regions, imports: { told } });
    return (parameters) => call("main", ...parameters);
  });
}

const memory = new host.Memory({ initial: 1, maximum: 2, shared: true });

function compiled(module: CodeModule) {
  new Uint8Array(memory.buffer).fill(0);
  const regions = fresh(memory.buffer, offsets);
  const ready = compileModule(module, { offsets, pagesMax: 2, shared: true });
  return observe(regions, (told) => {
    const { main } = instantiate(ready, memory, { told });
    return (parameters) => main?.(...parameters);
  });
}

describe("a module as WebAssembly", () => {
  it("does what its tree means", () => {
    let judged = 0;
    fc.assert(
      fc.property(arbitraryModule, word, wholeNumber, (module, p, q) => {
        let expected: Run;
        try {
          expected = interpreted(module)(p, q);
        } catch (error) {
          if (error instanceof Outside) return;
          throw error;
        }
        judged += 1;
        expect(compiled(module)(p, q)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
    expect(judged).toBeGreaterThan(250);
  });

  it("divides and masks whole numbers like the interpreter, at every pair of edges", () => {
    const edges = [0, 1, -1, 3, -3, 2 ** 31, -(2 ** 31), 2 ** 32 - 1, 2 ** 53 - 1, 1 - 2 ** 53];
    const sides: readonly Code[] = ["q", "r"].map((name) => ({
      ...{ kind: "variable", type: "f64", name },
    }));
    const [left, right] = sides as [Code, Code];
    for (const operator of ["div", "rem", "and", "or", "xor"] as const) {
      const value: Code = { kind: "number", type: "f64", operator, left, right };
      const main = {
        ...{ name: "main", result: "f64" as const, body: [{ kind: "return" as const, value }] },
        parameters: ["q", "r"].map((name) => ({ name, type: "f64" as const })),
      };
      const module = { regions: [], imports: [], functions: [main], exports: ["main"] };
      const [slow, fast] = [interpreted(module), compiled(module)];
      for (const a of edges)
        for (const b of edges)
          expect([a, operator, b, fast(a, b).result]).toEqual([a, operator, b, slow(a, b).result]);
    }
  });
});

describe("a memory that is not shared", () => {
  const body: readonly Statement[] = [
    { kind: "return", value: { kind: "load", type: "i32", region: "words", index: one(1) } },
  ];
  function one(value: number): Code {
    return { kind: "constant", type: "i32", value };
  }

  it("serves as well", () => {
    const main = { name: "main", parameters: [], result: "i32" as const, body };
    const regions = [{ name: "words", element: "i32" as const }];
    const module = { regions, imports: [], functions: [main], exports: ["main"] };
    const own = new host.Memory({ initial: 1, maximum: 1, shared: false });
    new Int32Array(own.buffer)[65] = 42;
    const ready = compileModule(module, { offsets, pagesMax: 1, shared: false });
    expect(instantiate(ready, own, {}).main?.()).toBe(42);
  });
});

describe("a tree that no generator should make", () => {
  const moduleOf = (body: readonly Statement[]): CodeModule => ({
    ...{ regions: [], imports: [], exports: ["main"] },
    functions: [{ name: "main", parameters: [], body }],
  });
  const unknown: Code = { kind: "variable", type: "i32", name: "x" };
  it.each<[string, readonly Statement[]]>([
    ["an unknown variable", [{ kind: "set", name: "x", value: unknown }]],
    ["an unknown function", [{ kind: "run", name: "f", parameters: [] }]],
    ["an unknown region", [{ kind: "store", region: "r", index: unknown, value: unknown }]],
    ["a break outside of a loop", [{ kind: "break" }]],
  ])("is refused: %s", (_, body) => {
    expect(() =>
      compileModule(moduleOf(body), { offsets, pagesMax: 1, shared: false }),
    ).toThrowError(/variable|function|region|while/);
  });
});
