/**
 * drop_safe as it must be used: where it succeeded, the guard is forgotten, or its drop would release once more; where
 * it failed, the guard is dropped later, at a level that admits it.
 */
import { holds, kmutex, LEVELS, model, u32 } from "kecheck";

export const expected = [
  holds({ IRQL: LEVELS.PASSIVE_LEVEL }),
  holds({ IRQL: LEVELS.DISPATCH_LEVEL }),
  holds({ IRQL: 3 }),
  holds({ IRQL: LEVELS.HIGH_LEVEL }),
];

export default model("drop_safe at each IRQL", (m) => {
  const irql = m.parameter("IRQL", { default: 0, from: 0, to: 15 });
  const Counter = kmutex(m, "Counter", u32);

  m.main((t) => {
    const mutex = t.unwrap(Counter.new(t, 0));
    const guard = t.unwrap(Counter.lock(t, mutex));
    const { old } = t.KeRaiseIrql(irql);
    const released = guard.dropSafe(t);
    t.KeLowerIrql(old);
    t.match(released, {
      ok: () => guard.forget(t),
      err: () => guard.drop(t),
    });
    Counter.drop(t, mutex);
  });
});
