/** After a drop_safe that succeeded, the guard is forgotten: nothing is released a second time. */
import { holds, kmutex, model, plus, u32 } from "kecheck";

export const expected = holds();

export default model("drop_safe, then forget", (m) => {
  const Counter = kmutex(m, "Counter", u32);

  m.main((t) => {
    const mutex = t.unwrap(Counter.new(t, 0));
    const guard = t.unwrap(Counter.lock(t, mutex));
    t.assign(guard.data, plus(guard.data, 1));
    t.unwrap(guard.dropSafe(t));
    guard.forget(t);
    Counter.drop(t, mutex);
  });
});
