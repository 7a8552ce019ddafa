/** The threads are joined, but their handles are never closed: the system process keeps them, and the thread objects. */
import { model, u32, violated } from "kecheck";

export const expected = violated("handle-leak");

export default model("thread handles that nobody closes", (m) => {
  const done = m.atomic("done", u32);
  const callback = m.thread("callback_fn", (t) => t.fetchAdd(done, 1));

  m.main((t) => {
    const handles = t.repeatUnrolled(2, () => t.PsCreateSystemThread(callback));
    for (const handle of handles) {
      const thread = t.ObReferenceObjectByHandle(handle);
      t.KeWaitForSingleObject(thread);
      t.ObfDereferenceObject(thread);
    }
  });
});
