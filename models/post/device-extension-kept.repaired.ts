/** Unload drops the mutex in the extension before it deletes the device. */
import { holds, kmutex, model, nullPointer, pointerTo, u32 } from "kecheck";

export const expected = holds();

export default model("the mutex of a deleted device extension, dropped", (m) => {
  const Counter = kmutex(m, "Counter", u32);
  const DeviceExtension = m.block("DeviceExtension", { mutex: Counter.field });
  const extensionPointer = m.atomic("DEVICE_EXTENSION", pointerTo(DeviceExtension));

  m.driver({
    entry: (t) => {
      const device = DeviceExtension.allocate(t);
      Counter.put(t, DeviceExtension.at(device).mutex, t.unwrap(Counter.new(t, 0)));
      t.store(extensionPointer, device);
    },
    unload: (t) => {
      const device = t.swap(extensionPointer, nullPointer);
      Counter.drop(t, DeviceExtension.at(device).mutex);
      DeviceExtension.free(t, device);
    },
  });
});
