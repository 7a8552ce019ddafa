/** Box::into_raw goes into the static, and nobody takes it out again: the Box leaks, and with it the mutex's own block. */
import { kmutex, model, pointerTo, u32, violated } from "kecheck";

export const expected = violated("pool-leak");

export default model("a boxed mutex that nobody frees", (m) => {
  const Counter = kmutex(m, "Counter", u32);
  const heapMutex = m.atomic("HEAP_MTX_PTR", pointerTo(Counter.box));

  m.driver({
    entry: (t) => t.store(heapMutex, Counter.boxed(t, t.unwrap(Counter.new(t, 0)))),
  });
});
