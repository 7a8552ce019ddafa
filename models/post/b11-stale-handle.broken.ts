/**
 * The join passes no object type, so whatever the handle names is taken for a thread. Here the handle was closed before:
 * its value may name any other object by now.
 */
import { model, u32, violated } from "kecheck";

export const expected = violated("invalid-handle");

export default model("a join through a stale handle", (m) => {
  const done = m.atomic("done", u32);
  const callback = m.thread("callback_fn", (t) => t.store(done, 1));

  m.main((t) => {
    const handle = t.PsCreateSystemThread(callback);
    t.ZwClose(handle);
    const thread = t.ObReferenceObjectByHandle(handle);
    t.KeWaitForSingleObject(thread);
    t.ObfDereferenceObject(thread);
  });
});
