/** A mutex on the stack: it is locked, its data printed through the guard, and the end of the scope releases it. */
import { holds, kmutex, model, u32 } from "kecheck";

export const expected = holds();

export default model("a local mutex, released by RAII", (m) => {
  const Value = kmutex(m, "Value", u32);

  m.main((t) => {
    const mtx = t.unwrap(Value.new(t, 0));
    const lock = t.unwrap(Value.lock(t, mtx));
    t.print(lock.data);
    // The scope ends: first the guard goes, then the mutex.
    lock.drop(t);
    Value.drop(t, mtx);
  });
});
