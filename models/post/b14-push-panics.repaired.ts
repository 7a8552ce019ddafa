/** The room is reserved before the first thread exists; without it DriverEntry fails, and there is nothing to undo. */
import { holds, isNull, model, u32 } from "kecheck";

export const expected = holds({}, { faults: ["allocation"] });

export default model("a vector with room reserved", (m) => {
  const done = m.atomic("done", u32);
  const Handles = m.block("Vec<HANDLE>", { length: u32 });
  const callback = m.thread("callback_fn", (t) => t.store(done, 1));

  m.driver({
    entry: (t) => {
      const handles = Handles.allocate(t);
      t.if(isNull(handles), () => t.fail());
      const handle = t.PsCreateSystemThread(callback);
      const thread = t.ObReferenceObjectByHandle(handle);
      t.ZwClose(handle);
      t.KeWaitForSingleObject(thread);
      t.ObfDereferenceObject(thread);
      Handles.free(t, handles);
    },
  });
});
