/**
 * The join tests for APC_LEVEL, which is what the wait needs. But ObReferenceObjectByHandle and ZwClose want
 * PASSIVE_LEVEL: at APC_LEVEL the test passes, and both are called too high.
 */
import { atMost, LEVELS, model, u32, violated } from "kecheck";

export const expected = violated("irql-too-high");

export default model("a join at APC_LEVEL", (m) => {
  const done = m.atomic("done", u32);
  const callback = m.thread("callback_fn", (t) => t.store(done, 1));

  m.main((t) => {
    const handle = t.PsCreateSystemThread(callback);
    const { old } = t.KeRaiseIrql(LEVELS.APC_LEVEL);
    t.if(atMost(t.KeGetCurrentIrql(), LEVELS.APC_LEVEL), () => {
      const { object } = t.ObReferenceObjectByHandle(handle);
      t.ZwClose(handle);
      t.KeWaitForSingleObject(object);
      t.ObfDereferenceObject(object);
    });
    t.KeLowerIrql(old);
  });
});
