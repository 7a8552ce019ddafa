/**
 * The post's second way: the mutex lies in the device extension, and a static points to that. Windows gives the
 * extension back with the device; the mutex's own block is the driver's, so Unload drops the mutex before.
 */
import { equals, holds, kmutex, model, nullPointer, plus, pointerTo, upTo } from "kecheck";

export const expected = [holds(), holds({ THREADS: 3 })];

export default model("counter in the device extension", (m) => {
  const threads = m.parameter("THREADS", { default: 2, from: 1, to: 8 });
  const Counter = kmutex(m, "Counter", upTo(threads));
  const DeviceExtension = m.block("DeviceExtension", { mutex: Counter.field });
  const extensionPointer = m.atomic("DEVICE_EXTENSION", pointerTo(DeviceExtension));
  const result = m.shared("result", upTo(threads));

  const callback = m.thread("callback_fn", (t) => {
    const extension = DeviceExtension.at(t.load(extensionPointer));
    const guard = t.unwrap(Counter.lock(t, extension.mutex));
    t.assign(guard.data, plus(guard.data, 1));
    guard.drop(t);
  });

  m.driver({
    entry: (t) => {
      const device = DeviceExtension.allocate(t);
      Counter.put(t, DeviceExtension.at(device).mutex, t.unwrap(Counter.new(t, 0)));
      t.store(extensionPointer, device);
      const handles = t.repeatUnrolled(threads, () => t.PsCreateSystemThread(callback));
      for (const handle of handles) {
        const thread = t.ObReferenceObjectByHandle(handle);
        t.ZwClose(handle);
        t.KeWaitForSingleObject(thread);
        t.ObfDereferenceObject(thread);
      }
    },
    unload: (t) => {
      const device = t.swap(extensionPointer, nullPointer);
      const { mutex } = DeviceExtension.at(device);
      const guard = t.unwrap(Counter.lock(t, mutex));
      t.assign(result, guard.data);
      guard.drop(t);
      Counter.drop(t, mutex);
      DeviceExtension.free(t, device);
    },
  });

  m.atEnd("no increment is lost", equals(result, threads));
});
