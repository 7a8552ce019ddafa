/** The join comes where the IRQL admits it, so its test never fails. */
import { atMost, holds, LEVELS, model, u32 } from "kecheck";

export const expected = holds();

export default model("a join at PASSIVE_LEVEL", (m) => {
  const done = m.atomic("done", u32);
  const callback = m.thread("callback_fn", (t) => t.store(done, 1));

  m.main((t) => {
    const handle = t.PsCreateSystemThread(callback);
    const { old } = t.KeRaiseIrql(LEVELS.DISPATCH_LEVEL);
    t.KeLowerIrql(old);
    t.if(atMost(t.KeGetCurrentIrql(), LEVELS.APC_LEVEL), () => {
      const { object } = t.ObReferenceObjectByHandle(handle);
      t.ZwClose(handle);
      t.KeWaitForSingleObject(object);
      t.ObfDereferenceObject(object);
    });
  });
});
