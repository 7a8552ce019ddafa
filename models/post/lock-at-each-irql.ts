/** lock() tests the IRQL before it waits: up to APC_LEVEL it succeeds, above it returns IrqlTooHigh and takes nothing. */
import { holds, kmutex, LEVELS, model, u32 } from "kecheck";

export const expected = [
  holds({ IRQL: LEVELS.PASSIVE_LEVEL }),
  holds({ IRQL: LEVELS.APC_LEVEL }),
  holds({ IRQL: LEVELS.DISPATCH_LEVEL }),
  holds({ IRQL: LEVELS.HIGH_LEVEL }),
];

export default model("lock at each IRQL", (m) => {
  const irql = m.parameter("IRQL", { default: 0, from: 0, to: 15 });
  const Counter = kmutex(m, "Counter", u32);

  m.main((t) => {
    const mutex = t.unwrap(Counter.new(t, 0));
    const { old } = t.KeRaiseIrql(irql);
    const result = Counter.lock(t, mutex);
    t.match(result, {
      ok: (guard) => {
        if (irql > LEVELS.APC_LEVEL) t.panic("locked above APC_LEVEL");
        guard.drop(t);
      },
      err: () => {
        if (irql <= LEVELS.APC_LEVEL) t.panic("refused at or below APC_LEVEL");
        t.assert(result.is("IrqlTooHigh"), "lock() fails for the IRQL alone");
      },
    });
    t.KeLowerIrql(old);
    Counter.drop(t, mutex);
  });
});
