/**
 * Only mutual exclusion is broken. Each thread releases its mutex early with drop_safe, and treats the rest of the
 * guard's life as if it were still inside: nothing is lost today, but two threads are in there at once.
 */
import { kmutex, model, plus, pointerTo, u32, violated } from "kecheck";

export const expected = violated("mutual-exclusion", { lines: [16, 18] });

export default model("a guard that lives on after its release", (m) => {
  const Counter = kmutex(m, "Counter", u32);
  const heapMutex = m.atomic("HEAP_MTX_PTR", pointerTo(Counter.box));
  const finished = m.atomic("FINISHED", u32);

  const worker = m.thread("worker", (t) => {
    const mutex = t.load(heapMutex);
    const guard = t.unwrap(Counter.lock(t, mutex));
    t.assign(guard.data, plus(guard.data, 1));
    t.unwrap(guard.dropSafe(t));
    // Still "inside", says the scope.
    t.fetchAdd(finished, 1);
    guard.forget(t);
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
