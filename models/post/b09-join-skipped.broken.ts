/**
 * Above APC_LEVEL the join's test fails, and the whole body is skipped: the handle stays open, the thread runs on, and
 * the code behind goes on as if it had ended.
 */
import { atMost, LEVELS, model, u32, violated } from "kecheck";

export const expected = violated("thread-outlives-driver", { also: ["handle-leak"] });

export default model("a join skipped at DISPATCH_LEVEL", (m) => {
  const done = m.atomic("done", u32);
  const callback = m.thread("callback_fn", (t) => t.store(done, 1));

  m.main((t) => {
    const handle = t.PsCreateSystemThread(callback);
    const { old } = t.KeRaiseIrql(LEVELS.DISPATCH_LEVEL);
    t.if(atMost(t.KeGetCurrentIrql(), LEVELS.APC_LEVEL), () => {
      const { object } = t.ObReferenceObjectByHandle(handle);
      t.ZwClose(handle);
      t.KeWaitForSingleObject(object);
      t.ObfDereferenceObject(object);
    });
    t.KeLowerIrql(old);
  });
});
