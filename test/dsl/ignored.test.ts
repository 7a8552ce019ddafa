import { equals, isNull, KMUTEX, model, type Thread, upTo } from "kecheck";
import { expect, it } from "vitest";

/** Warnings of the text of a main routine. */
function warnings(
  body: (t: Thread, things: ReturnType<typeof declared>) => void,
): readonly string[] {
  const { result } = model("warned", (m) => {
    const things = declared(m);
    m.main((t) => body(t, things));
  }).record({ parameters: {} });
  return result.ok
    ? result.program.warnings.map(({ rule, source }) => `${rule} ${source ? "located" : ""}`)
    : [];
}

function declared(m: Parameters<Parameters<typeof model>[1]>[0]) {
  return {
    mutex: m.object("mutex", KMUTEX),
    block: m.block("Block", { data: upTo(1) }),
    worker: m.thread("worker", () => undefined),
  };
}

it("a timed wait whose status nothing tests is a warning, a wait without limit is none", () => {
  expect(warnings((t, { mutex }) => t.KeWaitForSingleObject(mutex, { timeout: "finite" }))).toEqual(
    ["wait-status-ignored located"],
  );
  expect(warnings((t, { mutex }) => t.KeWaitForSingleObject(mutex))).toEqual([]);
  expect(
    warnings((t, { mutex }) => {
      const status = t.KeWaitForSingleObject(mutex, { timeout: "zero" });
      t.if(equals(status, 0), () => t.KeReleaseMutex(mutex));
    }),
  ).toEqual([]);
});

it("a creation, a reference and an allocation want their failure tested", () => {
  expect(warnings((t, { worker }) => void t.PsCreateSystemThread(worker))).toEqual([
    "fault-ignored located",
  ]);
  expect(warnings((t, { block }) => void block.allocate(t))).toEqual(["fault-ignored located"]);
  expect(
    warnings((t, { worker }) => {
      const { handle } = t.PsCreateSystemThread(worker);
      t.unless(isNull(handle), () => {
        const { object, status } = t.ObReferenceObjectByHandle(handle);
        t.ZwClose(handle);
        t.if(equals(status, 0), () => t.ObfDereferenceObject(object));
      });
    }),
  ).toEqual([]);
});
