/**
 * The published JSON Schema (2020-12) of the documents that `check`, `test` and `rules` print with `--json`.
 *
 * Written by hand beside `trace/document.ts`; tests validate real documents against it. Objects admit unknown keys, so
 * that a reader of version 1 goes on working when a field is added; what is here does not change within version 1.
 */
type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: "string" };
const yes: Schema = { const: true };
const flag: Schema = { type: "boolean" };
const natural: Schema = { type: "integer", minimum: 0 };
const positive: Schema = { type: "integer", minimum: 1 };
const severity: Schema = { enum: ["error", "warning"] };
const list = (items: Schema): Schema => ({ type: "array", items });
const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });

/** An object: the required properties, then the optional ones. */
function record(required: Record<string, Schema>, optional: Record<string, Schema> = {}): Schema {
  return {
    type: "object",
    required: Object.keys(required),
    properties: { ...required, ...optional },
  };
}

const traces = {
  Span: record(
    { file: text, line: positive, column: positive },
    { endLine: positive, endColumn: positive },
  ),
  Trace: record({ schedule: text, steps: list(ref("Step")) }, { loopStart: positive }),
  Step: record(
    {
      index: positive,
      thread: text,
      label: text,
      level: natural,
      changes: list(record({ variable: text, from: text, to: text })),
      blocked: list(text),
      holds: list(record({ thread: text, object: text })),
    },
    {
      routine: text,
      arguments: list(text),
      returns: text,
      source: ref("Span"),
      why: text,
      levelAfter: natural,
    },
  ),
};

const findings = {
  Finding: record(
    {
      rule: text,
      severity,
      message: text,
      threads: list(text),
      bugChecks: list(ref("BugCheck")),
    },
    {
      source: ref("Span"),
      documentation: { type: "string", format: "uri-reference" },
      assumed: yes,
      minimal: record({ preemptions: natural, threads: natural, steps: natural, proved: flag }),
      shortest: yes,
      trace: ref("Trace"),
      explanation: ref("Explanation"),
    },
  ),
  BugCheck: record(
    { code: text, name: text, when: { enum: ["kernel", "verifier"] } },
    { parameters: text },
  ),
  Explanation: record({
    sentence: text,
    steps: list(record({ index: positive, role: text }, { violates: yes })),
    standing: list(
      record(
        { thread: text, label: text, role: text },
        { source: ref("Span"), violates: yes, wait: ref("Wait") },
      ),
    ),
  }),
  Wait: record(
    { object: text, since: natural },
    { owner: text, ownedSince: natural, ownedSource: ref("Span") },
  ),
  Diagnostic: record(
    {
      id: text,
      severity,
      message: text,
      notes: list(record({ message: text }, { source: ref("Span") })),
    },
    { source: ref("Span"), fix: text },
  ),
};

const results = {
  Count: {
    description:
      "A number; decimal digits where it is beyond 2^53; infinite where runs go on for ever.",
    anyOf: [natural, { type: "string", pattern: "^([0-9]+|infinite)$" }],
  },
  Statistics: record(
    {
      states: ref("Count"),
      transitions: ref("Count"),
      depth: natural,
      seconds: { type: "number", minimum: 0 },
      peakBytes: natural,
    },
    {
      executions: ref("Count"),
      bytesPerState: { type: "number", minimum: 0 },
      interleavings: ref("Count"),
      ended: ref("Count"),
      blocked: ref("Count"),
      stopped: ref("Count"),
      traces: ref("Count"),
      lazyTraces: ref("Count"),
      orbits: ref("Count"),
    },
  ),
  Result: record(
    {
      model: text,
      file: text,
      params: { type: "object", additionalProperties: { type: "integer" } },
      verdict: { enum: ["holds", "violated", "inconclusive"] },
      options: {
        type: "object",
        additionalProperties: { anyOf: [text, { type: "number" }, flag, list(text)] },
      },
      engine: record({ name: text, reductions: list(text), workers: positive }),
      statistics: ref("Statistics"),
      findings: list(ref("Finding")),
      witnesses: list(record({ property: text, trace: ref("Trace") })),
      abstractions: list(
        record(
          { construct: text, treatment: text, direction: { enum: ["over", "under"] } },
          { source: ref("Span") },
        ),
      ),
    },
    { reason: text, faultsLeftOut: list(text) },
  ),
};

const rules = {
  Rule: record(
    {
      id: text,
      group: { enum: ["locks", "waiting", "irql", "memory", "objects", "program"] },
      severity,
      summary: text,
      advice: text,
      bugChecks: list(ref("BugCheck")),
    },
    { documentation: text },
  ),
};

const version: Schema = { const: "kecheck/1" };
const diagnostics = list(ref("Diagnostic"));
const tested: Schema = { allOf: [ref("Result"), record({ expected: text, met: flag })] };

/** The schema of every document; `#/$defs/CheckDocument` and its siblings name one kind. */
export const documentSchema: Schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:kecheck:schema:1",
  title: "A document printed by kecheck --json",
  anyOf: [ref("CheckDocument"), ref("TestDocument"), ref("RulesDocument")],
  $defs: {
    CheckDocument: record({ schema: version, results: list(ref("Result")), diagnostics }),
    TestDocument: record({ schema: version, results: list(tested), diagnostics }),
    RulesDocument: record({
      schema: version,
      rules: list(ref("Rule")),
      rows: {
        type: "object",
        additionalProperties: { type: "object", additionalProperties: list(text) },
      },
    }),
    ...traces,
    ...findings,
    ...results,
    ...rules,
  },
};
