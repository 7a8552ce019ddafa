/**
 * The test function runs a second time and stores a second mutex over the first. Threads that found the first one and
 * threads that find the second do not exclude each other any more, and the first one leaks.
 */
import { kmutex, model, nullPointer, plus, pointerTo, u32, violated } from "kecheck";

export const expected = violated("data-race", { also: ["pool-leak"], lines: [16] });

export default model("a mutex published twice", (m) => {
  const Lock = kmutex(m, "Lock", u32);
  const heapMutex = m.atomic("HEAP_MTX_PTR", pointerTo(Lock.box));
  const hits = m.shared("HITS", u32);

  const callback = m.thread("callback_fn", (t) => {
    const guard = t.unwrap(Lock.lock(t, t.load(heapMutex)));
    t.assign(hits, plus(hits, 1));
    guard.drop(t);
  });

  m.main((t) => {
    const handles = t.repeatUnrolled(2, () => {
      t.store(heapMutex, Lock.boxed(t, t.unwrap(Lock.new(t, 0))));
      return t.PsCreateSystemThread(callback);
    });
    for (const handle of handles) {
      const thread = t.ObReferenceObjectByHandle(handle);
      t.ZwClose(handle);
      t.KeWaitForSingleObject(thread);
      t.ObfDereferenceObject(thread);
    }
    Lock.dropBox(t, t.swap(heapMutex, nullPointer));
  });
});
