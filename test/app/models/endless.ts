// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
/** A thread that never ends, and a property of the end: no execution judges it. */
import { equals, inconclusive, model, upTo } from "kecheck";

export const expected = inconclusive();

export default model("no end", (m) => {
  const value = m.atomic("value", upTo(1));
  m.start(m.thread("service", (t) => t.loop(() => t.store(value, 1))));
  m.atEnd("value is 1", equals(value, 1));
});
