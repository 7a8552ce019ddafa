/** The handle is kept until a reference is there: without one there is nothing to wait for, and no way on. */
import { differs, holds, model, u32 } from "kecheck";

export const expected = holds({}, { faults: ["handle-reference"] });

export default model("a join that insists on its reference", (m) => {
  const result = m.shared("result", u32);
  const callback = m.thread("callback_fn", (t) => t.assign(result, 1));

  m.main((t) => {
    const handle = t.PsCreateSystemThread(callback);
    t.loop(() => {
      const { object, status } = t.ObReferenceObjectByHandle(handle);
      t.if(differs(status, 0), () => {
        t.KeDelayExecutionThread();
        t.continue();
      });
      t.ZwClose(handle);
      t.KeWaitForSingleObject(object);
      t.ObfDereferenceObject(object);
      t.break();
    });
    t.print(result);
  });
});
