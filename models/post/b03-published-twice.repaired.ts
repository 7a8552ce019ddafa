/** The mutex is made and published once, before the first thread starts. */
import { equals, holds, kmutex, model, nullPointer, plus, pointerTo, u32 } from "kecheck";

export const expected = holds();

export default model("a mutex published once", (m) => {
  const Lock = kmutex(m, "Lock", u32);
  const heapMutex = m.atomic("HEAP_MTX_PTR", pointerTo(Lock.box));
  const hits = m.shared("HITS", u32);

  const callback = m.thread("callback_fn", (t) => {
    const guard = t.unwrap(Lock.lock(t, t.load(heapMutex)));
    t.assign(hits, plus(hits, 1));
    guard.drop(t);
  });

  m.main((t) => {
    t.store(heapMutex, Lock.boxed(t, t.unwrap(Lock.new(t, 0))));
    const handles = t.repeatUnrolled(2, () => t.PsCreateSystemThread(callback));
    for (const handle of handles) {
      const thread = t.ObReferenceObjectByHandle(handle);
      t.ZwClose(handle);
      t.KeWaitForSingleObject(thread);
      t.ObfDereferenceObject(thread);
    }
    Lock.dropBox(t, t.swap(heapMutex, nullPointer));
  });

  m.atEnd("no hit is lost", equals(hits, 2));
});
