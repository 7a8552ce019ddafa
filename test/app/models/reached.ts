// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
/** A state that must be reachable, and is. */
import { equals, holds, model, upTo } from "kecheck";

export const expected = holds();

export default model("reachable", (m) => {
  const value = m.atomic("value", upTo(3));
  m.start(m.thread("worker", (t) => t.fetchAdd(value, 1)));
  m.start(m.thread("other", (t) => t.fetchAdd(value, 2)));
  m.reachable("both were there", equals(value, 3));
});
