/** The guard is dropped before the join. */
import { holds, kmutex, model, plus, pointerTo, u32 } from "kecheck";

export const expected = holds();

export default model("a join after releasing the mutex", (m) => {
  const Counter = kmutex(m, "Counter", u32);
  const heapMutex = m.atomic("HEAP_MTX_PTR", pointerTo(Counter.box));

  const callback = m.thread("callback_fn", (t) => {
    const pointer = t.load(heapMutex);
    const guard = t.unwrap(Counter.lock(t, pointer));
    t.assign(guard.data, plus(guard.data, 1));
    guard.drop(t);
  });

  m.main((t) => {
    const pointer = Counter.boxed(t, t.unwrap(Counter.new(t, 0)));
    t.store(heapMutex, pointer);
    const handle = t.PsCreateSystemThread(callback);
    const { object } = t.ObReferenceObjectByHandle(handle);
    t.ZwClose(handle);
    const guard = t.unwrap(Counter.lock(t, pointer));
    t.print(guard.data);
    guard.drop(t);
    t.KeWaitForSingleObject(object);
    t.ObfDereferenceObject(object);
    Counter.dropBox(t, pointer);
  });
});
