/** Unload joins the thread, then destroys the table. */
import { grt, holds, kmutex, model, plus, threadObject, u32 } from "kecheck";

export const expected = holds();

export default model("the global table destroyed after the join", (m) => {
  const Counter = kmutex(m, "Counter", u32);
  const table = grt(m, "GRT", { counter: Counter });
  const worker = m.shared("worker", threadObject);

  const callback = m.thread("callback_fn", (t) => {
    const mutex = t.unwrap(table.getKmutex(t, "counter", Counter));
    const guard = t.unwrap(Counter.lock(t, mutex));
    t.assign(guard.data, plus(guard.data, 1));
    guard.drop(t);
  });

  m.driver({
    entry: (t) => {
      t.unwrap(table.init(t));
      t.unwrap(table.registerKmutex(t, "counter", Counter, 0));
      const handle = t.PsCreateSystemThread(callback);
      t.assign(worker, t.ObReferenceObjectByHandle(handle));
      t.ZwClose(handle);
    },
    unload: (t) => {
      const thread = t.local("thread", threadObject, worker);
      t.KeWaitForSingleObject(thread);
      t.ObfDereferenceObject(thread);
      t.unwrap(table.destroy(t));
    },
  });
});
