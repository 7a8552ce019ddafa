/** A KMUTEX taken and released at PASSIVE_LEVEL, by two threads: the plain case. */
import { equals, holds, KMUTEX, model, plus, upTo } from "kecheck";

export const expected = holds();

export default model("lock and release at PASSIVE_LEVEL", (m) => {
  const counter = m.shared("counter", upTo(2));
  const mutex = m.object("mutex", KMUTEX);
  const worker = m.thread("worker", (t) => {
    t.KeWaitForSingleObject(mutex);
    t.assign(counter, plus(counter, 1));
    t.KeReleaseMutex(mutex);
  });
  m.start(worker);
  m.start(worker);
  m.atEnd("both counted", equals(counter, 2));
});
