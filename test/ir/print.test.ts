import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as ir from "../../src/ir/expression.ts";
import { printExpression, printProgram } from "../../src/ir/print.ts";
import {
  acquire,
  at,
  buildProgram,
  increment,
  localVariable,
  lock,
  property,
  range,
  reference,
  release,
  start,
  thread,
  threads,
  variable,
  violation,
  wrapping,
} from "../semantics/build-program.ts";
import { arbitraryExpression } from "./arbitrary-expression.ts";
import { arbitraryProgram } from "./arbitrary-program.ts";

const { cell, constant, local, own, self } = ir;
const [a, b, c] = [cell("a"), cell("b"), cell("c")];

describe("an expression", () => {
  it.each<[string, ir.Expression]>([
    ["-3", constant(-3)],
    ["$value", local("value")],
    ["@index", own("index")],
    ["self", self],
    ["a", a],
    ["a[1]", cell("a", 1)],
    ["mutex.owner[$m + 1]", cell("mutex.owner", ir.plus(local("m"), constant(1)))],
    ["referenced(block, a)", ir.referenced("block", a)],
    ["a + b - c", ir.minus(ir.plus(a, b), c)],
    ["a - (b - c)", ir.minus(a, ir.minus(b, c))],
    ["(a + b) * c", ir.times(ir.plus(a, b), c)],
    ["a + b * c", ir.plus(a, ir.times(b, c))],
    ["a != b", ir.differs(a, b)],
    ["a >= b", ir.atLeast(a, b)],
    ["b >= a", ir.atMost(a, b)],
    ["b < a", ir.greaterThan(a, b)],
    ["(a = b) = c", ir.equals(ir.equals(a, b), c)],
    ["not a and b or c", ir.or(ir.and(ir.not(a), b), c)],
    ["not (a and b)", ir.not(ir.and(a, b))],
    ["a and (b or c)", ir.and(a, ir.or(b, c))],
    ["if a then b else c", ir.conditional(a, b, c)],
    ["(if a then b else c) + 1", ir.plus(ir.conditional(a, b, c), constant(1))],
    ['"two words"', cell("two words")],
    ['"self"', cell("self")],
    ['$"not"', local("not")],
  ])("reads %s", (text, expression) => {
    expect(printExpression(expression)).toBe(text);
  });

  it("prints like another only if it is the same", () => {
    fc.assert(
      fc.property(arbitraryExpression, arbitraryExpression, (one, other) => {
        const alike = printExpression(one) === printExpression(other);
        expect(alike).toBe(ir.sameExpression(one, other));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a Program", () => {
  it("reads from top to bottom", () => {
    const program = buildProgram({
      name: "counter behind one mutex",
      parameters: { THREADS: 2 },
      choices: { barging: "none" },
      variables: [
        lock("MTX"),
        variable("x", wrapping(32, false), { tags: { data: true }, cluster: "heap" }),
        variable("next", reference("block", 2), { first: 1, initial: [0, 2] }),
      ],
      threads: [
        threads(["one", "two"], [acquire("MTX"), ...increment("x"), release("MTX")], {
          locals: [localVariable("seen", wrapping(32, false))],
          constants: { index: 7 },
        }),
        thread(
          "main driver",
          [
            at(
              "choose",
              [
                { outcome: "created", starts: [start(1, { seen: constant(5) })] },
                {
                  fault: "thread",
                  guards: [ir.equals(cell("next", 1), constant(0)), cell("x")],
                  fatal: violation("panic"),
                },
                { limit: "slots" },
              ],
              {
                source: { file: "m.ts", line: 3, column: 5 },
                label: "PsCreateSystemThread",
                yields: true,
              },
            ),
          ],
          { processor: 0, level: cell("x"), mayWaitForEver: true },
        ),
      ],
      properties: [property("invariant", "small", ir.lessThan(cell("x"), constant(3)))],
      warnings: [violation("wait-status-ignored")],
      initialViolations: [{ ...violation("range"), thread: 1, fatal: true }],
    });
    expect(printProgram(program)).toMatchInlineSnapshot(`
      "program counter behind one mutex
      parameter THREADS = 2
      choice barging = none
      exclusive level 2

      variable MTX: 0..9 = 0 (holder MTX)
      variable x: u32 = 0 (data, in heap)
      variable next[1..2]: block 1..2 or null = null, block 2

      thread 1 one runs worker: active, @index = 7
      thread 2 two runs worker: active, @index = 7
      thread 3 "main driver" runs "main driver": active, level x, processor 0, may wait for ever

      graph worker
        local $seen: u32 = 0
        "acquire MTX": (waits for lock MTX of MTX, requests MTX[0])
          when MTX = 0 do MTX := self -> "read x"
        "read x":
          do $seen := x; plain read of x -> "write x"
        "write x":
          do x := $seen + 1; plain write of x -> "release MTX"
        "release MTX":
          do MTX := 0 -> end

      graph "main driver"
        choose: PsCreateSystemThread (at m.ts:3:5, yields)
          "created" do start thread 1 with $seen = 5 -> end
          "fault thread" when next[1] = 0, x -> fatal panic at panic
          -> limit slots

      invariant small: x < 3 (else invariant:small)

      initially fatal range by thread 1 at range
      warning wait-status-ignored at wait-status-ignored
      "
    `);
  });

  it("prints the same text each time, on one line per fact", () => {
    fc.assert(
      fc.property(arbitraryProgram, (program) => {
        const text = printProgram(program);
        expect(printProgram(structuredClone(program))).toBe(text);
        const steps = program.graphs.flatMap(({ locations }) =>
          locations.flatMap((each) => each.steps),
        );
        expect(text.split(/^ {4}/m).length - 1).toBe(steps.length);
      }),
    );
  });

  it("shows the range of every local and the tags of every variable", () => {
    const shown = printProgram(
      buildProgram({
        variables: [variable("b", { kind: "boolean" }, { tags: { hidden: true } })],
        threads: [thread("t", [], { locals: [localVariable("l", range(-1, 1))] })],
      }),
    );
    expect(shown).toContain("variable b: boolean = false (hidden)\n");
    expect(shown).toContain("  local $l: -1..1 = 0\n");
  });
});
