/** Three threads add one to a number N times each, under one mutex: the end is exactly 3 N. */
import { equals, holds, KMUTEX, model, plus, upTo } from "kecheck";

export const expected = [holds(), holds({ N: 5 })];

export default model("three threads count to 3 N", (m) => {
  const n = m.parameter("N", { default: 2, from: 0, to: 1500 });
  const counter = m.shared("counter", upTo(3 * n));
  const mutex = m.object("mutex", KMUTEX);
  const worker = m.thread("worker", (t) => {
    t.repeat(n, () => {
      t.KeWaitForSingleObject(mutex);
      t.assign(counter, plus(counter, 1));
      t.KeReleaseMutex(mutex);
    });
  });
  for (const name of ["first", "second", "third"]) m.start(worker, { name });
  m.atEnd("no increment is lost", equals(counter, 3 * n));
});
