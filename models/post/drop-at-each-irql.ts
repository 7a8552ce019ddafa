/**
 * A guard's drop does not look at the IRQL. Up to DISPATCH_LEVEL the release is legal; above it the kernel stops the
 * system, which is the risk that the post names.
 */
import { holds, kmutex, LEVELS, model, u32, violated } from "kecheck";

export const expected = [
  holds({ IRQL: LEVELS.PASSIVE_LEVEL }),
  holds({ IRQL: LEVELS.APC_LEVEL }),
  holds({ IRQL: LEVELS.DISPATCH_LEVEL }),
  violated("release-above-dispatch", { parameters: { IRQL: 3 }, lines: [23] }),
  violated("release-above-dispatch", { parameters: { IRQL: LEVELS.HIGH_LEVEL }, lines: [23] }),
];

export default model("guard dropped at each IRQL", (m) => {
  const irql = m.parameter("IRQL", { default: 0, from: 0, to: 15 });
  const Counter = kmutex(m, "Counter", u32);

  m.main((t) => {
    const mutex = t.unwrap(Counter.new(t, 0));
    const guard = t.unwrap(Counter.lock(t, mutex));
    const { old } = t.KeRaiseIrql(irql);
    guard.drop(t);
    t.KeLowerIrql(old);
    Counter.drop(t, mutex);
  });
});
