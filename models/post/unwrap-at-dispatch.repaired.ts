/** Where the IRQL may be too high, the error is handled: nothing is locked, and nothing is touched. */
import { holds, kmutex, LEVELS, model, u32 } from "kecheck";

export const expected = holds();

export default model("lock matched at DISPATCH_LEVEL", (m) => {
  const Counter = kmutex(m, "Counter", u32);

  m.main((t) => {
    const mutex = t.unwrap(Counter.new(t, 0));
    const { old } = t.KeRaiseIrql(LEVELS.DISPATCH_LEVEL);
    t.match(Counter.lock(t, mutex), {
      ok: (guard) => {
        t.assign(guard.data, 1);
        guard.drop(t);
      },
    });
    t.KeLowerIrql(old);
    Counter.drop(t, mutex);
  });
});
