/** All listings unwrap what lock() returns. At DISPATCH_LEVEL that is IrqlTooHigh, and the driver panics. */
import { kmutex, LEVELS, model, u32, violated } from "kecheck";

export const expected = violated("panic", { lines: [12] });

export default model("lock unwrapped at DISPATCH_LEVEL", (m) => {
  const Counter = kmutex(m, "Counter", u32);

  m.main((t) => {
    const mutex = t.unwrap(Counter.new(t, 0));
    const { old } = t.KeRaiseIrql(LEVELS.DISPATCH_LEVEL);
    const guard = t.unwrap(Counter.lock(t, mutex));
    t.assign(guard.data, 1);
    guard.drop(t);
    t.KeLowerIrql(old);
    Counter.drop(t, mutex);
  });
});
