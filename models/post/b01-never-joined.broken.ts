/**
 * DriverEntry starts the threads and forgets them. Unload returns, the image goes away, and callback_fn still runs in it.
 */
import { KMUTEX, model, plus, u32, violated } from "kecheck";

export const expected = violated("thread-outlives-driver");

export default model("threads that nobody joins", (m) => {
  const counter = m.shared("counter", u32);
  const mutex = m.object("MTX", KMUTEX);

  const callback = m.thread("callback_fn", (t) => {
    t.KeWaitForSingleObject(mutex);
    t.assign(counter, plus(counter, 1));
    t.KeReleaseMutex(mutex);
  });

  m.driver({
    entry: (t) => {
      const handles = t.repeatUnrolled(2, () => t.PsCreateSystemThread(callback));
      for (const handle of handles) t.ZwClose(handle);
    },
  });
});
