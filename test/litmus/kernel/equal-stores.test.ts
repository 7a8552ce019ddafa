import { model, type Thread, u8 } from "kecheck";
import { expect, it } from "vitest";
import { explore } from "../../../src/semantics/explore.ts";

// Found beside the kernel's mutants: a variable that only ever gets its initial value was folded to a constant, and its
// races with it. Two stores race whatever they store.
it.each([0, 1])("two plain stores of %d race", (value) => {
  const definition = model("equal stores", (m) => {
    const x = m.shared("x", u8);
    const store = (t: Thread): void => t.assign(x, value);
    m.start(m.thread("one", store));
    m.start(m.thread("two", store));
  });
  const { result } = definition.record({ parameters: {} });
  if (!result.ok) throw new Error("the model is right");
  const rules = [...explore(result.program, 100).findings.values()].map(({ rule }) => rule);
  expect(rules).toEqual(["data-race"]);
});

// Found beside the kernel's mutants as well: a store to plain memory was taken for an atomic one.
it("a store to plain memory is a plain write, and races with an atomic operation", () => {
  const definition = model("plain store", (m) => {
    const x = m.shared("x", u8);
    m.start(m.thread("plain", (t) => t.store(x, 1)));
    m.start(m.thread("interlocked", (t) => void t.InterlockedIncrement(x)));
  });
  const { result } = definition.record({ parameters: {} });
  if (!result.ok) throw new Error("the model is right");
  const rules = [...explore(result.program, 100).findings.values()].map(({ rule }) => rule);
  expect(rules).toEqual(["data-race"]);
});
