// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
/** Unload frees the mutex that a worker, never joined, may still hold a raw pointer to. */
import { isNull, KMUTEX, model, not, nullPointer, pointerTo, violated } from "kecheck";

export const expected = violated("use-after-free", {
  also: ["thread-outlives-driver", "free-while-owned"],
});

export default model("unload frees a mutex in use", (m) => {
  const box = m.block("Box", { mutex: KMUTEX });
  const global = m.atomic("HEAP_MTX_PTR", pointerTo(box));

  const worker = m.thread("worker", (t) => {
    const pointer = t.load(global);
    t.if(not(isNull(pointer)), () => {
      t.KeWaitForSingleObject(box.at(pointer).mutex);
      t.KeReleaseMutex(box.at(pointer).mutex);
    });
  });

  m.driver({
    entry: (t) => {
      const pointer = box.allocate(t);
      t.if(isNull(pointer), () => t.fail());
      t.store(global, pointer);
      t.ZwClose(t.PsCreateSystemThread(worker).handle);
    },
    unload: (t) => {
      box.free(t, t.swap(global, nullPointer));
    },
  });
});
