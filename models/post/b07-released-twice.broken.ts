/** drop_safe releases the mutex and leaves the guard alive; the end of the scope drops it, and releases once more. */
import { kmutex, model, plus, u32, violated } from "kecheck";

export const expected = violated("double-release");

export default model("drop_safe, then the end of the scope", (m) => {
  const Counter = kmutex(m, "Counter", u32);

  m.main((t) => {
    const mutex = t.unwrap(Counter.new(t, 0));
    const guard = t.unwrap(Counter.lock(t, mutex));
    t.assign(guard.data, plus(guard.data, 1));
    t.unwrap(guard.dropSafe(t));
    guard.drop(t);
    Counter.drop(t, mutex);
  });
});
