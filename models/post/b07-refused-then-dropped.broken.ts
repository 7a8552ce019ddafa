/** Above DISPATCH_LEVEL drop_safe refuses and says so; but the guard is alive, and its drop asks nobody. */
import { kmutex, model, u32, violated } from "kecheck";

export const expected = violated("release-above-dispatch");

export default model("drop_safe refuses, drop does not", (m) => {
  const Counter = kmutex(m, "Counter", u32);

  m.main((t) => {
    const mutex = t.unwrap(Counter.new(t, 0));
    const guard = t.unwrap(Counter.lock(t, mutex));
    const { old } = t.KeRaiseIrql(3);
    t.match(guard.dropSafe(t), { ok: () => guard.forget(t), err: () => guard.drop(t) });
    t.KeLowerIrql(old);
    Counter.drop(t, mutex);
  });
});
