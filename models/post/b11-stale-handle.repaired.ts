/** The object is referenced while the handle is open. */
import { holds, model, u32 } from "kecheck";

export const expected = holds();

export default model("a join through an open handle", (m) => {
  const done = m.atomic("done", u32);
  const callback = m.thread("callback_fn", (t) => t.store(done, 1));

  m.main((t) => {
    const handle = t.PsCreateSystemThread(callback);
    const thread = t.ObReferenceObjectByHandle(handle);
    t.ZwClose(handle);
    t.KeWaitForSingleObject(thread);
    t.ObfDereferenceObject(thread);
  });
});
