/** Joining in the five steps of the post's text: create, reference, wait, close, dereference. */
import { equals, holds, model, u32 } from "kecheck";

export const expected = holds();

export default model("join in five steps", (m) => {
  const done = m.shared("done", u32);
  const worker = m.thread("worker", (t) => t.assign(done, 1));

  m.main((t) => {
    const handle = t.PsCreateSystemThread(worker);
    const thread = t.ObReferenceObjectByHandle(handle);
    t.KeWaitForSingleObject(thread);
    t.ZwClose(handle);
    t.ObfDereferenceObject(thread);
    t.assert(equals(done, 1), "the thread has ended, and what it wrote can be read");
  });
});
