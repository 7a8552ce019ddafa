/** Small random Programs, valid by construction: enough shapes to try printing and reading, not to judge engines. */
import fc from "fast-check";
import type { Expression } from "../../src/ir/expression.ts";
import type { Location, Program, Step, Violation } from "../../src/ir/program.ts";
import { ENDED } from "../../src/ir/program.ts";
import { arbitraryExpression } from "./arbitrary-expression.ts";

const word = fc.constantFrom("", "a", 'quoted "text"', "\u2028 line", "__proto__", "constructor");
const span = fc.record(
  { file: word, line: fc.nat(), column: fc.nat(), endLine: fc.nat(), endColumn: fc.nat() },
  { requiredKeys: ["file", "line", "column"] },
);
const violation: fc.Arbitrary<Violation> = fc.record(
  {
    rule: fc.constantFrom("panic", "invariant:x", "data-race"),
    message: word,
    place: word,
    source: span,
  },
  { requiredKeys: ["rule", "message", "place"] },
);
const expression = arbitraryExpression;
const ids = ["first", "second", "third"] as const;

const step: fc.Arbitrary<Step> = fc.record(
  {
    to: fc.constantFrom(...ids, ENDED),
    outcome: word,
    guards: fc.array(expression, { maxLength: 2 }),
    updates: fc.tuple(expression, expression).map(([value, index]) => [
      { target: { kind: "local" as const, name: "l" }, value },
      { target: { kind: "cell" as const, variable: "y", index: indexed(index) }, value },
    ]),
    starts: fc.array(
      fc.record({
        thread: fc.constant({ kind: "constant" as const, value: 2 }),
        arguments: fc.array(fc.record({ local: fc.constant("l"), value: expression }), {
          maxLength: 1,
        }),
      }),
      { maxLength: 1 },
    ),
    accesses: fc.array(
      fc.record({
        variable: fc.constant("y"),
        index: expression.map(indexed),
        writes: fc.boolean(),
        plain: fc.boolean(),
      }),
      { maxLength: 1 },
    ),
    checks: fc.array(
      fc.tuple(violation, expression).map(([found, when]) => ({ ...found, when })),
      { maxLength: 1 },
    ),
    frees: fc.record({ block: word, index: expression, violation }),
    fatal: violation,
    limit: word,
    fault: word,
  },
  { requiredKeys: ["to", "guards", "updates", "starts", "accesses", "checks"] },
);

/** An index that is computed, so that it is in bounds as far as the text tells. */
function indexed(index: Expression): Expression {
  return { kind: "binary", operator: "+", left: index, right: { kind: "self" } };
}

const location = (id: string): fc.Arbitrary<Location> =>
  fc.record(
    {
      id: fc.constant(id),
      label: word,
      routine: word,
      arguments: fc.array(word),
      source: span,
      steps: fc.array(step, { maxLength: 3 }),
      waits: fc.record(
        {
          object: word,
          kind: fc.constantFrom("lock", "thread", "signal", "other"),
          owner: expression,
          on: fc.record({ block: word, index: expression }),
        },
        { requiredKeys: ["object", "kind"] },
      ),
      requests: fc.record({ holder: fc.constant("x"), index: expression.map(indexed) }),
      yields: fc.constant(true as const),
    },
    { requiredKeys: ["id", "label", "steps"] },
  );

export const arbitraryProgram: fc.Arbitrary<Program> = fc
  .record({
    locations: fc.tuple(...ids.map(location)),
    source: span,
    level: expression.filter((part) => !JSON.stringify(part).includes('"local"')),
    text: word,
    flag: fc.constantFrom({}, { hidden: true as const }, { data: true as const }),
    first: violation,
    number: fc.integer(),
  })
  .map(({ locations, source, level, text, flag, first, number }) => ({
    name: text,
    source,
    variables: [
      {
        name: "x",
        type: { kind: "wrapping", bits: 32, signed: true },
        first: 0,
        initial: [number],
        cluster: text,
        tags: { ...flag, holder: text },
        source,
      },
      {
        name: "y",
        type: { kind: "enumeration", name: text, members: ["no", "yes"] },
        first: 1,
        initial: [0, 1],
        cluster: "y",
        tags: { private: true },
      },
    ],
    graphs: [
      {
        name: "graph",
        source,
        locals: [{ name: "l", type: { kind: "reference", to: "block", slots: 2 }, initial: 1 }],
        locations,
      },
    ],
    threads: [
      { name: "one", graph: "graph", start: "active", constants: { k: number }, level },
      {
        name: "two",
        graph: "graph",
        start: "created",
        constants: { k: 0 },
        locals: { l: 2 },
        level,
        processor: 0,
        mayWaitForEver: true,
      },
    ],
    properties: [
      {
        kind: "atEnd",
        name: "property",
        expression: { kind: "cell", variable: "x", index: { kind: "constant", value: 0 } },
        violation: first,
      },
    ],
    initialViolations: [{ ...first, thread: 1, fatal: false }],
    exclusiveLevel: 2,
    warnings: [first],
    choices: Object.fromEntries([[text, text]]),
    parameters: Object.fromEntries([[text, number]]),
  }))
  // fast-check's records may lack a prototype; Programs are plain objects.
  .map((program) => structuredClone(program) as Program);
