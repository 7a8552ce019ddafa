/** A thread that has ended long ago can still be joined: the reference keeps its object, and the wait returns at once. */
import { holds, model, not, u8 } from "kecheck";

export const expected = holds();

export default model("late join of a finished thread", (m) => {
  const done = m.atomic("done", u8);
  const worker = m.thread("worker", (t) => t.store(done, 1));
  m.main((t) => {
    const handle = t.PsCreateSystemThread(worker);
    const thread = t.ObReferenceObjectByHandle(handle);
    t.ZwClose(handle);
    t.while(not(done), () => t.KeDelayExecutionThread());
    t.KeWaitForSingleObject(thread);
    t.ObfDereferenceObject(thread);
  });
});
