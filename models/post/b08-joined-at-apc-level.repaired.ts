/** Handles are for PASSIVE_LEVEL; the wait alone may be at APC_LEVEL. */
import { holds, LEVELS, model, u32 } from "kecheck";

export const expected = holds();

export default model("a wait at APC_LEVEL, handles at PASSIVE_LEVEL", (m) => {
  const done = m.atomic("done", u32);
  const callback = m.thread("callback_fn", (t) => t.store(done, 1));

  m.main((t) => {
    const handle = t.PsCreateSystemThread(callback);
    const { object } = t.ObReferenceObjectByHandle(handle);
    t.ZwClose(handle);
    const { old } = t.KeRaiseIrql(LEVELS.APC_LEVEL);
    t.KeWaitForSingleObject(object);
    t.KeLowerIrql(old);
    t.ObfDereferenceObject(object);
  });
});
