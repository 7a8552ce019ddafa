import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constant } from "../../src/ir/expression.ts";
import { programFromJson, programToJson } from "../../src/ir/json.ts";
import { at, buildProgram, range, skip, thread, variable } from "../semantics/build-program.ts";
import { arbitraryProgram } from "./arbitrary-program.ts";

const program = buildProgram({
  variables: [variable("x", range(0, 9))],
  threads: [thread("t", [at("s", { guards: [constant(1), constant(1)] })])],
});

/** The text of the small Program with the value at a path replaced; `undefined` removes it. */
function altered(path: readonly (string | number)[], value: unknown): string {
  const data: unknown = JSON.parse(programToJson(program));
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((part, key) => Reflect.get(Object(part), key), data);
  const key = path.at(-1) ?? "";
  Object.defineProperty(parent, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return JSON.stringify(data);
}

function problems(text: string): readonly string[] {
  const result = programFromJson(text);
  if (result.ok) return [];
  return result.diagnostics.map(({ id, message }) => `${id}: ${message}`);
}

describe("JSON of a Program", () => {
  it("reads back equal", () => {
    fc.assert(
      fc.property(arbitraryProgram, (random) => {
        const result = programFromJson(programToJson(random));
        if (!result.ok) expect(result.diagnostics).toEqual([]);
        expect(result.ok && result.program).toStrictEqual(random);
        expect(result.ok && programToJson(result.program)).toBe(programToJson(random));
      }),
      { numRuns: 300 },
    );
  });

  it("says which schema it is", () => {
    expect(JSON.parse(programToJson(program))).toMatchObject({
      schema: "kecheck-ir/1",
      name: "test",
    });
  });
});

const step = ["graphs", 0, "locations", 0, "steps", 0] as const;

describe("what is refused", () => {
  it.each([
    ["no JSON", "{", /^not-json: /],
    ["nothing", "", /^not-json: /],
    ["a list", "[]", /^wrong-shape: a Program is an object$/],
    ["null", "null", /^wrong-shape: a Program is an object$/],
    ["no schema", "{}", /^wrong-schema: .*"kecheck-ir\/1", not none$/],
    ["another schema", altered(["schema"], "kecheck-ir/2"), /^wrong-schema: .*"kecheck-ir\/2"$/],
    ["a missing key", altered(["threads"], undefined), /^wrong-shape: threads: this is missing$/],
    [
      "a wrong expression",
      altered([...step, "guards", 1], { kind: "constant", value: "1" }),
      /^wrong-shape: graphs\[0\]\.locations\[0\]\.steps\[0\]\.guards\[1\]\.value: a whole number is needed here$/,
    ],
    [
      "an unknown kind",
      altered([...step, "guards", 0], { kind: "toString" }),
      /^wrong-shape: graphs\[0\]\.locations\[0\]\.steps\[0\]\.guards\[0\]\.kind: constant or cell or /,
    ],
    [
      "an unknown key",
      altered(["extra"], 1),
      /^wrong-shape: extra: nothing is known by this name$/,
    ],
    [
      "a fraction",
      altered(["exclusiveLevel"], 1.5),
      /^wrong-shape: exclusiveLevel: a whole number/,
    ],
    ["a number too large", altered(["exclusiveLevel"], 2 ** 53), /^wrong-shape: exclusiveLevel: /],
    ["a list for an object", altered(["choices"], []), /^wrong-shape: choices: an object/],
    ["an object for a list", altered(["threads"], {}), /^wrong-shape: threads: a list/],
    ["null for an option", altered(["source"], null), /^wrong-shape: source: an object/],
    [
      "a value that is no option",
      altered(["variables", 0, "first"], 2),
      /variables\[0\]\.first: 0 or 1/,
    ],
    ["false for a mark", altered(["threads", 0, "mayWaitForEver"], false), /mayWaitForEver: true/],
    ["a text for a record's number", altered(["parameters"], { N: "1" }), /parameters\.N: a whole/],
    ["a Program that makes no sense", altered([...step, "to"], "nowhere"), /^unknown-location: /],
  ])("%s", (_, text, message) => {
    expect(problems(text)).toEqual([expect.stringMatching(message)]);
  });

  it("is -0, which would read back as 0", () => {
    const text = programToJson(program).replace('"exclusiveLevel":2', '"exclusiveLevel":-0');
    expect(problems(text)).toEqual([expect.stringMatching(/^wrong-shape: exclusiveLevel: /)]);
  });

  it("is an expression nested too deep, without a crash", () => {
    const nested = (depth: number) => {
      let text = '{"kind":"constant","value":1}';
      text = `${'{"kind":"not","operand":'.repeat(depth)}${text}${"}".repeat(depth)}`;
      return programToJson(program).replace('{"kind":"constant","value":1}', text);
    };
    expect(problems(nested(900))).toEqual([]);
    expect(problems(nested(2000))).toEqual([
      expect.stringMatching(/objects nest deeper than 1000$/),
    ]);
    expect(problems(nested(50_000)).length).toBeGreaterThan(0);
  });

  it("is shown all at once, but for at most a hundred problems", () => {
    const two = altered(["threads"], {}).replace('"exclusiveLevel":2', '"exclusiveLevel":"2"');
    expect(problems(two).length).toBe(2);
    expect(problems(altered(["threads"], Array(999).fill(null))).length).toBe(100);
  });

  it("never throws, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((x) => altered(["graphs"], x)),
        ),
        (text) => {
          expect(programFromJson(text).diagnostics.length >= 0).toBe(true);
        },
      ),
    );
  });
});

describe("keys of the prototype", () => {
  it("are refused as keys of the format", () => {
    const text = programToJson(program).replace(
      '"name":"test"',
      '"name":"test","__proto__":{"name":"evil"}',
    );
    expect(problems(text)).toEqual(["wrong-shape: __proto__: nothing is known by this name"]);
    const inside = programToJson(program).replace('"guards":', '"__proto__":{"fatal":1},"guards":');
    expect(problems(inside)).toEqual([expect.stringMatching(/__proto__: nothing is known/)]);
  });

  it("are ordinary names of parameters and constants", () => {
    const text = programToJson(program).replace('"constants":{}', '"constants":{"__proto__":1}');
    const result = programFromJson(text);
    expect(result.ok && Object.keys(result.program.threads[0]?.constants ?? {})).toEqual([
      "__proto__",
    ]);
    expect(Reflect.get({}, "name")).toBeUndefined();
  });

  it("do not stand in for missing keys", () => {
    const text = programToJson(program).replace('"constants":{},', "");
    expect(problems(text)).toEqual(["wrong-shape: threads[0].constants: this is missing"]);
  });
});

describe("warnings", () => {
  it("come with the Program", () => {
    const odd = buildProgram({ threads: [thread("t", [at("s", { to: "ended" }), skip("far")])] });
    const result = programFromJson(programToJson(odd));
    expect(result).toMatchObject({ ok: true, diagnostics: [{ id: "unreachable-location" }] });
  });
});
