/** Only the pool is broken: the mutex is used and joined for as it should be, but nobody makes a Box of the pointer again. */
import { kmutex, model, plus, pointerTo, u32, violated } from "kecheck";

export const expected = violated("pool-leak", { lines: [18] });

export default model("a mutex that is never freed", (m) => {
  const Counter = kmutex(m, "Counter", u32);
  const heapMutex = m.atomic("HEAP_MTX_PTR", pointerTo(Counter.box));

  const worker = m.thread("worker", (t) => {
    const mutex = t.load(heapMutex);
    const guard = t.unwrap(Counter.lock(t, mutex));
    t.assign(guard.data, plus(guard.data, 1));
    guard.drop(t);
  });

  m.main((t) => {
    t.store(heapMutex, Counter.boxed(t, t.unwrap(Counter.new(t, 0))));
    const handles = t.repeatUnrolled(2, () => t.PsCreateSystemThread(worker));
    for (const handle of handles) {
      const thread = t.ObReferenceObjectByHandle(handle);
      t.ZwClose(handle);
      t.KeWaitForSingleObject(thread);
      t.ObfDereferenceObject(thread);
    }
  });
});
