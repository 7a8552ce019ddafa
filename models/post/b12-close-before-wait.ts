/** The post's listing closes the handle before it waits. That is right too: the reference keeps the thread object. */
import { equals, holds, model, u32 } from "kecheck";

export const expected = holds();

export default model("handle closed before the wait", (m) => {
  const done = m.shared("done", u32);
  const worker = m.thread("worker", (t) => t.assign(done, 1));

  m.main((t) => {
    const handle = t.PsCreateSystemThread(worker);
    const thread = t.ObReferenceObjectByHandle(handle);
    t.ZwClose(handle);
    t.KeWaitForSingleObject(thread);
    t.ObfDereferenceObject(thread);
    t.assert(equals(done, 1), "the thread has ended, and what it wrote can be read");
  });
});
