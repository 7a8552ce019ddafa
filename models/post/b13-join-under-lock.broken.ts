/** Guards live to the end of their scope: this one lives while the main thread waits for a thread that wants the mutex. */
import { kmutex, model, plus, pointerTo, u32, violated } from "kecheck";

export const expected = violated("deadlock", { lines: [12, 23, 25] });

export default model("a join while holding the mutex", (m) => {
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
    t.KeWaitForSingleObject(object);
    t.ObfDereferenceObject(object);
    guard.drop(t);
    Counter.dropBox(t, pointer);
  });
});
