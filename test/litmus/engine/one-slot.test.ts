import { model, pointerTo, upTo } from "kecheck";
import { expect, it } from "vitest";
import { compareWithReference } from "../../differential/compare.ts";

// Found by random driver models: the only slot of a storage is still chosen by a pointer that may be null, and the
// engine read its life as a constant.
it("a block of a storage with one slot is found through its pointer", () => {
  const definition = model("one block", (m) => {
    const block = m.block("Block", { data: upTo(1) });
    const pointer = m.atomic("POINTER", pointerTo(block));
    m.main((t) => {
      t.store(pointer, block.allocate(t));
      block.free(t, t.swap(pointer, 0));
    });
  });
  const { result } = definition.record({ parameters: {} });
  if (!result.ok) throw new Error("the model is right");
  const { differences, exploration } = compareWithReference(result.program);
  expect(differences).toEqual([]);
  expect([...exploration.findings.values()].map(({ rule }) => rule)).toEqual(["null-dereference"]);
});
