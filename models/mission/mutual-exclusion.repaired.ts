/** The guard is dropped where the section ends, and nothing before that releases it. */
import { holds, kmutex, model, plus, pointerTo, u32 } from "kecheck";

export const expected = holds();

export default model("a guard that ends with its release", (m) => {
  const Counter = kmutex(m, "Counter", u32);
  const heapMutex = m.atomic("HEAP_MTX_PTR", pointerTo(Counter.box));
  const finished = m.atomic("FINISHED", u32);

  const worker = m.thread("worker", (t) => {
    const mutex = t.load(heapMutex);
    const guard = t.unwrap(Counter.lock(t, mutex));
    t.assign(guard.data, plus(guard.data, 1));
    t.fetchAdd(finished, 1);
    guard.drop(t);
  });

  m.main((t) => {
    const mutex = Counter.boxed(t, t.unwrap(Counter.new(t, 0)));
    t.store(heapMutex, mutex);
    const handles = t.repeatUnrolled(2, () => t.PsCreateSystemThread(worker));
    for (const handle of handles) {
      const thread = t.ObReferenceObjectByHandle(handle);
      t.ZwClose(handle);
      t.KeWaitForSingleObject(thread);
      t.ObfDereferenceObject(thread);
    }
    Counter.dropBox(t, mutex);
  });
});
