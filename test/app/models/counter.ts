// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
/** Two system threads add to one counter under a KMUTEX; the main thread waits for both. */
import { equals, holds, KMUTEX, model, plus, upTo } from "kecheck";

export const expected = [holds(), holds({ THREADS: 1 })];

export default model("counter behind one mutex", (m) => {
  const threads = m.parameter("THREADS", { default: 2, from: 1, to: 3 });
  const counter = m.shared("counter", upTo(threads));
  const mutex = m.object("HEAP_MTX", KMUTEX);

  const worker = m.thread("worker", (t) => {
    t.KeWaitForSingleObject(mutex);
    t.assign(counter, plus(counter, 1));
    t.KeReleaseMutex(mutex);
  });

  m.main((t) => {
    const handles = Array.from({ length: threads }, () => t.PsCreateSystemThread(worker).handle);
    for (const handle of handles) {
      const thread = t.ObReferenceObjectByHandle(handle).object;
      t.ZwClose(handle);
      t.KeWaitForSingleObject(thread);
      t.ObDereferenceObject(thread);
    }
  });

  m.atEnd("no increment is lost", equals(counter, threads));
});
