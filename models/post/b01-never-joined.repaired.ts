/** DriverEntry keeps a reference to each thread; Unload waits for their ends before it returns. */
import { holds, KMUTEX, model, plus, u32 } from "kecheck";

export const expected = holds();

export default model("threads that Unload joins", (m) => {
  const counter = m.shared("counter", u32);
  const mutex = m.object("MTX", KMUTEX);

  const callback = m.thread("callback_fn", (t) => {
    t.KeWaitForSingleObject(mutex);
    t.assign(counter, plus(counter, 1));
    t.KeReleaseMutex(mutex);
  });

  m.main((t) => {
    const handles = t.repeatUnrolled(2, () => t.PsCreateSystemThread(callback));
    const threads = handles.map((handle) => {
      const { object } = t.ObReferenceObjectByHandle(handle);
      t.ZwClose(handle);
      return object;
    });
    for (const thread of threads) {
      t.KeWaitForSingleObject(thread);
      t.ObfDereferenceObject(thread);
    }
  });
});
