// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
/** Two threads take two mutexes in opposite orders; a third one has nothing to do with it. */
import { holds, KMUTEX, model, violated } from "kecheck";

export const expected = [violated("deadlock"), holds({ ORDERED: 1 })];

export default model("opposite orders", (m) => {
  const ordered = m.parameter("ORDERED", { default: 0, from: 0, to: 1 });
  const a = m.object("A", KMUTEX);
  const b = m.object("B", KMUTEX);

  const forwards = m.thread("forwards", (t) => {
    t.KeWaitForSingleObject(a);
    t.KeWaitForSingleObject(b);
    t.KeReleaseMutex(b);
    t.KeReleaseMutex(a);
  });
  const backwards = m.thread("backwards", (t) => {
    t.KeWaitForSingleObject(ordered ? a : b);
    t.KeWaitForSingleObject(ordered ? b : a);
    t.KeReleaseMutex(ordered ? b : a);
    t.KeReleaseMutex(ordered ? a : b);
  });
  m.start(forwards);
  m.start(backwards);
});
