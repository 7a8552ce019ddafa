import { describe, expect, it } from "vitest";
import { diagnosticText, errorDiagnostic } from "../../src/ir/diagnostic.ts";
import { placeOf } from "../../src/ir/place.ts";
import { spanText } from "../../src/ir/span.ts";

const source = { file: "driver.ts", line: 3, column: 7 };

describe("a diagnostic", () => {
  it("reads as a compiler's", () => {
    const diagnostic = errorDiagnostic("unknown-name", "there is no x", {
      source,
      notes: [{ message: "y is here", source: { ...source, line: 2 } }, { message: "or so" }],
      fix: "write y",
    });
    expect(diagnosticText(diagnostic)).toBe(
      [
        "driver.ts:3:7: error: there is no x [unknown-name]",
        "  driver.ts:2:7: note: y is here",
        "  note: or so",
        "  hint: write y",
      ].join("\n"),
    );
  });

  it("needs neither place nor notes nor fix", () => {
    const plain = errorDiagnostic("a", "b");
    expect(plain).toEqual({ id: "a", severity: "error", message: "b", notes: [] });
    expect(diagnosticText({ ...plain, severity: "warning" })).toBe("warning: b [a]");
  });
});

describe("places", () => {
  it("name graph, line and label, not the thread or the copy", () => {
    const graph = { name: "worker", locals: [], locations: [] };
    const location = { id: "s7", label: "unlock", steps: [] };
    expect(placeOf(graph, location)).toBe("worker unlock");
    expect(placeOf(graph, { ...location, source })).toBe("worker:3 unlock");
    expect(spanText(source)).toBe("driver.ts:3:7");
  });
});
