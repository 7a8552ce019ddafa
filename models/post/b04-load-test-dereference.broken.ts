/**
 * A thread loads the pointer, finds it not null, and uses it. Unload swaps the static to null in between and drops the
 * Box. Sequential consistency does not help: the pointer that was loaded is still the old one.
 */
import {
  isNull,
  kmutex,
  model,
  not,
  nullPointer,
  plus,
  pointerTo,
  threadObject,
  u32,
  violated,
} from "kecheck";

export const expected = violated("use-after-free", {
  also: ["free-while-owned"],
  lines: [29, 31, 46],
});

export default model("load, test, dereference", (m) => {
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
      // The pointer is taken away first, "so that nobody can use it any more".
      Counter.dropBox(t, t.swap(heapMutex, nullPointer));
      const thread = t.local("thread", threadObject, worker);
      t.KeWaitForSingleObject(thread);
      t.ObfDereferenceObject(thread);
    },
  });
});
