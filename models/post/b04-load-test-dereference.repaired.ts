/** Unload joins the thread first. What nobody can use any more may be dropped. */
import {
  holds,
  isNull,
  kmutex,
  model,
  not,
  nullPointer,
  plus,
  pointerTo,
  threadObject,
  u32,
} from "kecheck";

export const expected = holds();

export default model("load, test, dereference, and a join before the drop", (m) => {
  const Counter = kmutex(m, "Counter", u32);
  const heapMutex = m.atomic("HEAP_MTX_PTR", pointerTo(Counter.box));
  const worker = m.shared("worker", threadObject);

  const callback = m.thread("callback_fn", (t) => {
    const pointer = t.load(heapMutex);
    t.if(not(isNull(pointer)), () => {
      const guard = t.unwrap(Counter.lock(t, pointer));
      t.assign(guard.data, plus(guard.data, 1));
      guard.drop(t);
    });
  });

  m.driver({
    entry: (t) => {
      t.store(heapMutex, Counter.boxed(t, t.unwrap(Counter.new(t, 0))));
      const handle = t.PsCreateSystemThread(callback);
      t.assign(worker, t.ObReferenceObjectByHandle(handle));
      t.ZwClose(handle);
    },
    unload: (t) => {
      const thread = t.local("thread", threadObject, worker);
      t.KeWaitForSingleObject(thread);
      t.ObfDereferenceObject(thread);
      Counter.dropBox(t, t.swap(heapMutex, nullPointer));
    },
  });
});
