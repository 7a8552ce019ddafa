/** A wait without limit is legal at APC_LEVEL, and so is the release there. */
import { equals, holds, kmutex, LEVELS, model, plus, pointerTo, upTo } from "kecheck";

export const expected = holds();

export default model("lock at APC_LEVEL", (m) => {
  const Counter = kmutex(m, "Counter", upTo(2));
  const place = m.atomic("place", pointerTo(Counter));
  const result = m.shared("result", upTo(2));
  const worker = m.thread("worker", (t) => {
    const mutex = t.load(place);
    const { old } = t.KeRaiseIrql(LEVELS.APC_LEVEL);
    const guard = t.unwrap(Counter.lock(t, mutex));
    t.assign(guard.data, plus(guard.data, 1));
    guard.drop(t);
    t.KeLowerIrql(old);
  });
  m.main((t) => {
    const mutex = t.unwrap(Counter.new(t, 0));
    t.store(place, mutex);
    const handles = t.repeatUnrolled(2, () => t.PsCreateSystemThread(worker));
    for (const handle of handles) {
      const thread = t.ObReferenceObjectByHandle(handle);
      t.ZwClose(handle);
      t.KeWaitForSingleObject(thread);
      t.ObfDereferenceObject(thread);
    }
    t.assign(result, Counter.toOwned(t, mutex));
  });
  m.atEnd("both counted", equals(result, 2));
});
