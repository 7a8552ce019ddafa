/**
 * When ObReferenceObjectByHandle fails, the join closes the handle and goes on without waiting: the result is read while
 * the thread writes it, and the driver may be gone before the thread.
 */
import { equals, model, u32, violated } from "kecheck";

export const expected = violated("data-race", {
  also: ["thread-outlives-driver"],
  faults: ["handle-reference"],
  lines: [15, 25],
});

export default model("a join without a reference", (m) => {
  const result = m.shared("result", u32);
  const callback = m.thread("callback_fn", (t) => t.assign(result, 1));

  m.main((t) => {
    const handle = t.PsCreateSystemThread(callback);
    const { object, status } = t.ObReferenceObjectByHandle(handle);
    t.ZwClose(handle);
    t.if(equals(status, 0), () => {
      t.KeWaitForSingleObject(object);
      t.ObfDereferenceObject(object);
    });
    t.print(result);
  });
});
