/**
 * Each handle is pushed onto a vector. If its memory cannot be had the push panics, and by then the thread runs: nobody
 * will ever join it.
 */
import { holds, isNull, model, u32, violated } from "kecheck";

export const expected = [holds(), violated("panic", { faults: ["allocation"] })];

export default model("a vector that grows after the thread was made", (m) => {
  const done = m.atomic("done", u32);
  const Handles = m.block("Vec<HANDLE>", { length: u32 });
  const callback = m.thread("callback_fn", (t) => t.store(done, 1));

  m.main((t) => {
    const handle = t.PsCreateSystemThread(callback);
    const handles = Handles.allocate(t);
    t.if(isNull(handles), () => t.panic("th.push() got no memory"));
    const thread = t.ObReferenceObjectByHandle(handle);
    t.ZwClose(handle);
    t.KeWaitForSingleObject(thread);
    t.ObfDereferenceObject(thread);
    Handles.free(t, handles);
  });
});
