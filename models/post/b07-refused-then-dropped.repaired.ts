/** The IRQL goes down before the guard goes out of scope. */
import { holds, kmutex, model, u32 } from "kecheck";

export const expected = holds();

export default model("drop_safe refuses, the drop waits for the IRQL", (m) => {
  const Counter = kmutex(m, "Counter", u32);

  m.main((t) => {
    const mutex = t.unwrap(Counter.new(t, 0));
    const guard = t.unwrap(Counter.lock(t, mutex));
    const { old } = t.KeRaiseIrql(3);
    const released = guard.dropSafe(t);
    t.KeLowerIrql(old);
    t.match(released, { ok: () => guard.forget(t), err: () => guard.drop(t) });
    Counter.drop(t, mutex);
  });
});
