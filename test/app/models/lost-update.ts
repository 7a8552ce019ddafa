// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
/** Two threads add to one plain counter without a lock. */
import { equals, model, plus, upTo, violated } from "kecheck";

export const expected = violated("at-end:no increment is lost", {
  also: ["data-race"],
  lines: [12],
});

export default model("lost update", (m) => {
  const counter = m.shared("counter", upTo(2));
  const worker = m.thread("worker", (t) => t.assign(counter, plus(counter, 1)));
  m.start(worker, { name: "first" });
  m.start(worker, { name: "second" });
  m.atEnd("no increment is lost", equals(counter, 2));
});
