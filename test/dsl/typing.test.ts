import { equals, KMUTEX, model, not, upTo } from "kecheck";
import { describe, expect, it } from "vitest";

// The compiler is what is tested here: `tsc --noEmit` fails if one of these lines compiles.
const wrongModels = model("does not compile", (m) => {
  const counter = m.shared("counter", upTo(3));
  const mutex = m.object("mutex", KMUTEX);
  m.main((t) => {
    // @ts-expect-error a truth value is no condition of JavaScript
    if (equals(counter, 1)) t.return();
    // @ts-expect-error a misspelt routine
    t.KeRelaseMutex(mutex);
    // @ts-expect-error an object that the routine does not take
    t.ZwClose(mutex);
    // @ts-expect-error a time limit that does not exist
    t.KeWaitForSingleObject(mutex, { timeout: "forever" });
    // @ts-expect-error an argument too few
    t.KeReleaseMutex();
  });
});

describe("models that must not compile", () => {
  it("are told by the compiler, and by the recorder too", () => {
    expect(() => wrongModels.record({ parameters: {} })).toThrow();
  });
});

describe("conditions that escape the compiler", () => {
  const diagnosticsOf = (
    body: Parameters<typeof model>[1],
  ): readonly { id: string; line: number | undefined }[] =>
    model("slip", body)
      .record({ parameters: {} })
      .result.diagnostics.map(({ id, source }) => ({ id, line: source?.line }));

  it("a condition that nothing uses is named with its line", () => {
    const found = diagnosticsOf((m) => {
      const counter = m.shared("counter", upTo(3));
      m.main(() => {
        not(equals(counter, 1));
      });
    });
    expect(found.map(({ id }) => id)).toEqual(["unused-condition"]);
    expect(found[0]?.line).toBeGreaterThan(30);
  });

  it("a native loop on a condition ends, with a hint", () => {
    const found = diagnosticsOf((m) => {
      const counter = m.shared("counter", upTo(3));
      m.main(() => {
        while (equals(counter, 1) as unknown) {
          // Never leaves: the condition is an object.
        }
      });
    });
    expect(found.map(({ id }) => id)).toEqual(["endless-recording"]);
  });

  it("a value used as a number is named with its line", () => {
    const found = diagnosticsOf((m) => {
      const counter = m.shared("counter", upTo(3));
      m.main((t) => {
        t.assign(counter, (counter as unknown as number) + 1);
      });
    });
    expect(found.map(({ id }) => id)).toEqual(["value-used-as-number"]);
  });
});
