/** A raw KMUTEX may be acquired again by its owner; it is free when it was released as often. */
import { equals, holds, KMUTEX, model, plus, upTo } from "kecheck";

export const expected = holds();

export default model("a KMUTEX taken twice", (m) => {
  const counter = m.shared("counter", upTo(2));
  const mutex = m.object("mutex", KMUTEX);
  const worker = m.thread("worker", (t) => {
    t.KeWaitForSingleObject(mutex);
    t.KeWaitForSingleObject(mutex);
    t.assign(counter, plus(counter, 1));
    t.KeReleaseMutex(mutex);
    t.KeReleaseMutex(mutex);
  });
  m.start(worker);
  m.start(worker);
  m.atEnd("both counted", equals(counter, 2));
});
