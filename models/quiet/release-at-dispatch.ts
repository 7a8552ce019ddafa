/** KeReleaseMutex may be called at DISPATCH_LEVEL; that the mutex was acquired below is no violation. */
import { holds, KMUTEX, LEVELS, model } from "kecheck";

export const expected = holds();

export default model("released at DISPATCH_LEVEL", (m) => {
  const mutex = m.object("mutex", KMUTEX);
  const worker = m.thread("worker", (t) => {
    t.KeWaitForSingleObject(mutex);
    const { old } = t.KeRaiseIrql(LEVELS.DISPATCH_LEVEL);
    t.KeReleaseMutex(mutex);
    t.KeLowerIrql(old);
  });
  m.start(worker);
  m.start(worker);
});
