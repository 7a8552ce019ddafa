/** A KMutex may be locked while a fast mutex is held: that is APC_LEVEL. One order of the two, so no deadlock either. */
import { fastMutex, holds, kmutex, model, plus, pointerTo, upTo } from "kecheck";

export const expected = holds();

export default model("KMutex locked under a FastMutex", (m) => {
  const Outer = fastMutex(m, "Outer", upTo(2));
  const Inner = kmutex(m, "Inner", upTo(2));
  const outer = m.atomic("outer", pointerTo(Outer));
  const inner = m.atomic("inner", pointerTo(Inner));
  const worker = m.thread("worker", (t) => {
    const fast = t.unwrap(Outer.lock(t, t.load(outer)));
    const slow = t.unwrap(Inner.lock(t, t.load(inner)));
    t.assign(slow.data, plus(slow.data, 1));
    slow.drop(t);
    fast.drop(t);
  });
  m.main((t) => {
    t.store(outer, t.unwrap(Outer.new(t, 0)));
    t.store(inner, t.unwrap(Inner.new(t, 0)));
    const handles = t.repeatUnrolled(2, () => t.PsCreateSystemThread(worker));
    for (const handle of handles) {
      const thread = t.ObReferenceObjectByHandle(handle);
      t.ZwClose(handle);
      t.KeWaitForSingleObject(thread);
      t.ObfDereferenceObject(thread);
    }
    Outer.drop(t, t.load(outer));
    Inner.drop(t, t.load(inner));
  });
});
