/**
 * Unload destroys the global table and ignores what it returns; the thread that uses a mutex of the table is joined
 * after that. Destroying frees every mutex, whoever holds it, waits for it or is about to look it up.
 */
import { grt, kmutex, model, plus, threadObject, u32, violated } from "kecheck";

export const expected = violated("use-after-free", {
  also: ["free-while-owned", "panic"],
  lines: [19, 34],
});

export default model("the global table destroyed before the join", (m) => {
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
      // The result is ignored, and nobody was waited for.
      table.destroy(t);
      const thread = t.local("thread", threadObject, worker);
      t.KeWaitForSingleObject(thread);
      t.ObfDereferenceObject(thread);
    },
  });
});
