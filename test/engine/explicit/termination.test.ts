import fc from "fast-check";
import { equals, type ModelBody, model, plus, upTo } from "kecheck";
import { describe, expect, it } from "vitest";
import counter from "../../../models/post/counter.ts";
import { alwaysTerminates } from "../../../src/engine/explicit/termination.ts";
import type { Program } from "../../../src/ir/program.ts";
import { explore } from "../../../src/semantics/explore.ts";
import { countInterleavings } from "../../../src/semantics/state-graph.ts";
import { arbitraryProgram } from "../../differential/arbitrary-program.ts";

function programOf(definition: ReturnType<typeof model>): Program {
  const { result } = definition.record({ parameters: {} });
  if (!result.ok) throw new Error("the model is right");
  return result.program;
}

const terminates = (body: (m: ModelBody) => void): boolean =>
  alwaysTerminates(programOf(model("loops", body)));

describe("runs that end", () => {
  it("in the post's program", () => expect(alwaysTerminates(programOf(counter))).toBe(true));

  it("in loops inside loops", () => {
    const nested = terminates((m) => {
      const x = m.atomic("x", upTo(1));
      m.start(m.thread("one", (t) => t.repeat(3, () => t.repeat(4, () => t.store(x, 1)))));
    });
    expect(nested).toBe(true);
  });
});

describe("runs that may not end", () => {
  it("in a loop without a counter", () => {
    const endless = terminates((m) => {
      const x = m.atomic("x", upTo(1));
      m.start(m.thread("one", (t) => t.loop(() => t.if(equals(x, 1), () => t.break()))));
    });
    expect(endless).toBe(false);
  });

  it("in a loop whose counter is reset", () => {
    const reset = terminates((m) => {
      const x = m.atomic("x", upTo(1));
      m.start(
        m.thread("one", (t) => {
          const passes = t.local("passes", upTo(3));
          t.loop(() => {
            t.store(x, 1);
            t.assign(passes, plus(passes, 1));
            t.if(equals(passes, 3), () => t.assign(passes, 0));
          });
        }),
      );
    });
    expect(reset).toBe(false);
  });
});

it("is never claimed of a Program whose graph has a cycle", () => {
  let claimed = 0;
  fc.assert(
    fc.property(arbitraryProgram, ({ program }) => {
      if (!alwaysTerminates(program)) return;
      const { complete, nodes } = explore(program, 600);
      if (!complete) return;
      claimed += 1;
      expect(countInterleavings(nodes)).not.toBe("infinite");
    }),
    { numRuns: 600, seed: 11 },
  );
  expect(claimed).toBeGreaterThan(100);
});
