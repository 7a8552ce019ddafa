/** Each handle is closed as soon as its thread object is referenced. */
import { holds, model, u32 } from "kecheck";

export const expected = holds();

export default model("thread handles closed", (m) => {
  const done = m.atomic("done", u32);
  const callback = m.thread("callback_fn", (t) => t.fetchAdd(done, 1));

  m.main((t) => {
    const handles = t.repeatUnrolled(2, () => t.PsCreateSystemThread(callback));
    for (const handle of handles) {
      const thread = t.ObReferenceObjectByHandle(handle);
      t.ZwClose(handle);
      t.KeWaitForSingleObject(thread);
      t.ObfDereferenceObject(thread);
    }
  });
});
