/**
 * What the post splits KMutex in two for: here mutex and data lie in paged pool. The lock is taken at PASSIVE_LEVEL, but
 * the data are touched at DISPATCH_LEVEL, where a page fault cannot be served.
 */
import { KMUTEX, LEVELS, model, plus, u32, violated } from "kecheck";

export const expected = violated("paged-at-dispatch", { lines: [20] });

export default model("mutex and data in paged pool", (m) => {
  const Inner = m.block("KMutexInner", { mutex: KMUTEX, data: u32 }, { pool: "paged" });

  m.main((t) => {
    const inner = Inner.allocate(t);
    const { mutex, data } = Inner.at(inner);
    t.KeInitializeMutex(mutex);

    t.KeWaitForSingleObject(mutex);
    const { old } = t.KeRaiseIrql(LEVELS.DISPATCH_LEVEL);
    // The lock is held all the time; only the place of the data is wrong.
    t.assign(data, plus(data, 1));
    t.KeLowerIrql(old);
    t.KeReleaseMutex(mutex);

    Inner.free(t, inner);
  });
});
