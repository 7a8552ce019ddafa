// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
/** A worker waits for a mutex that nobody gives back, while another one goes on for ever. */
import { KMUTEX, model, violated } from "kecheck";

export const expected = violated("partial-deadlock");

export default model("one is stuck", (m) => {
  const mutex = m.object("mutex", KMUTEX);
  const flag = m.atomic("flag", { kind: "boolean" });
  const owner = m.thread("owner", (t) => {
    t.KeWaitForSingleObject(mutex);
    t.loop(() => t.store(flag, 1));
  });
  const waiter = m.thread("waiter", (t) => {
    t.KeWaitForSingleObject(mutex);
    t.KeReleaseMutex(mutex);
  });
  m.start(owner);
  m.start(waiter);
});
