/**
 * Unload deletes the device and leaves the rest to Windows. The extension goes, but the mutex in it was only a pointer:
 * nobody drops it, and its block in non-paged pool stays.
 */
import { kmutex, model, nullPointer, pointerTo, u32, violated } from "kecheck";

export const expected = violated("pool-leak", { lines: [17] });

export default model("the mutex of a deleted device extension", (m) => {
  const Counter = kmutex(m, "Counter", u32);
  const DeviceExtension = m.block("DeviceExtension", { mutex: Counter.field });
  const extensionPointer = m.atomic("DEVICE_EXTENSION", pointerTo(DeviceExtension));

  m.driver({
    entry: (t) => {
      const device = DeviceExtension.allocate(t);
      Counter.put(t, DeviceExtension.at(device).mutex, t.unwrap(Counter.new(t, 0)));
      t.store(extensionPointer, device);
    },
    unload: (t) => DeviceExtension.free(t, t.swap(extensionPointer, nullPointer)),
  });
});
