/** KMutex keeps the kernel mutex and the data in one block of non-paged pool: they may be touched at DISPATCH_LEVEL. */
import { holds, kmutex, LEVELS, model, plus, u32 } from "kecheck";

export const expected = holds();

export default model("mutex and data in non-paged pool", (m) => {
  const Counter = kmutex(m, "Counter", u32);

  m.main((t) => {
    const mutex = t.unwrap(Counter.new(t, 0));

    const guard = t.unwrap(Counter.lock(t, mutex));
    const { old } = t.KeRaiseIrql(LEVELS.DISPATCH_LEVEL);
    t.assign(guard.data, plus(guard.data, 1));
    t.KeLowerIrql(old);
    guard.drop(t);

    Counter.drop(t, mutex);
  });
});
