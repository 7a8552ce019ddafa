/** Unload takes the pointer out of the static, makes it a Box again and drops it. */
import { holds, kmutex, model, nullPointer, pointerTo, u32 } from "kecheck";

export const expected = holds();

export default model("a boxed mutex that Unload frees", (m) => {
  const Counter = kmutex(m, "Counter", u32);
  const heapMutex = m.atomic("HEAP_MTX_PTR", pointerTo(Counter.box));

  m.driver({
    entry: (t) => t.store(heapMutex, Counter.boxed(t, t.unwrap(Counter.new(t, 0)))),
    unload: (t) => Counter.dropBox(t, t.swap(heapMutex, nullPointer)),
  });
});
