import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { errorDiagnostic } from "../../../src/ir/diagnostic.ts";
import {
  checkDocument,
  documentText,
  rulesDocument,
  testDocument,
} from "../../../src/report/json/document.ts";
import { documentSchema } from "../../../src/report/json/schema.ts";
import * as samples from "../../trace/samples.ts";
import { allFindings, resultOf } from "../results.ts";

const ajv = new Ajv2020({ strict: true, allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(documentSchema);
const kind = (name: string) => ajv.compile({ $ref: `${documentSchema.$id}#/$defs/${name}` });

/** The document as a reader gets it: through its text. */
const read = (document: Parameters<typeof documentText>[0]): unknown =>
  JSON.parse(documentText(document));

const results = [
  samples.abba,
  samples.useAfterFree,
  samples.dataRace,
  samples.waitAtDispatch,
  samples.hostile,
].map((sample) => resultOf(sample(), allFindings(sample())));

describe("the published schema", () => {
  it("admits what check prints", () => {
    const span = { file: "a.ts", line: 1, column: 1 };
    const diagnostic = errorDiagnostic("unknown-parameter", "there is no THREAD", {
      source: span,
      notes: [{ message: "declared here", source: span }],
      fix: "THREADS",
    });
    expect(kind("CheckDocument")(read(checkDocument(results, [diagnostic])))).toBe(true);
  });

  it("admits what test prints", () => {
    const tested = results.map((result) => ({ ...result, expected: "violated", met: true }));
    expect(kind("TestDocument")(read(testDocument(tested, [])))).toBe(true);
  });

  it("admits what rules prints, for all rules", () => {
    const document = rulesDocument({ "1.1": { deadlock: ["models/abba.ts"] } });
    expect(document.rules.length).toBeGreaterThan(30);
    expect(kind("RulesDocument")(read(document))).toBe(true);
  });

  it("admits counts of any size", () => {
    const statistics = {
      ...resultOf(samples.abba(), []).statistics,
      interleavings: "99999999999999999999",
    };
    const infinite = { ...statistics, interleavings: "infinite" };
    const of = (some: typeof statistics) =>
      read(checkDocument([resultOf(samples.abba(), [], { statistics: some })], []));
    expect(validate(of(statistics))).toBe(true);
    expect(validate(of(infinite))).toBe(true);
    expect(validate(of({ ...statistics, interleavings: "many" }))).toBe(false);
  });

  it("refuses another version, a missing field, an unknown verdict", () => {
    const good = checkDocument(results, []);
    expect(validate({ ...good, schema: "kecheck/2" })).toBe(false);
    expect(validate({ schema: good.schema, results: good.results })).toBe(false);
    const [first] = good.results;
    expect(validate({ ...good, results: [{ ...first, verdict: "ok" }] })).toBe(false);
  });

  it("is kept as a golden file, so that a change is seen", async () => {
    await expect(`${JSON.stringify(documentSchema, undefined, 2)}\n`).toMatchFileSnapshot(
      "../../golden/json/schema.json",
    );
  });
});

describe("the document", () => {
  it("has the same bytes for the same result", async () => {
    const text = documentText(
      checkDocument([resultOf(samples.abba(), allFindings(samples.abba()))], []),
    );
    await expect(text).toMatchFileSnapshot("../../golden/json/abba.json");
  });
});
