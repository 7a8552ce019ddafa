/** A handle may be closed while its thread runs, and before the wait: neither the thread nor the reference needs it. */
import { holds, model, u8 } from "kecheck";

export const expected = holds();

export default model("handle closed before the wait", (m) => {
  const done = m.shared("done", u8);
  const worker = m.thread("worker", (t) => t.assign(done, 1));
  m.main((t) => {
    const handle = t.PsCreateSystemThread(worker);
    const thread = t.ObReferenceObjectByHandle(handle);
    t.ZwClose(handle);
    t.KeWaitForSingleObject(thread);
    t.print(done);
    t.ObfDereferenceObject(thread);
  });
});
