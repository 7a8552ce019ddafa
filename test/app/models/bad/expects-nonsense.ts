// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
import { model, upTo } from "kecheck";

export const expected = { verdict: "violated", parameters: {}, rule: "deadlok" };

export default model("expects nonsense", (m) => {
  const value = m.atomic("value", upTo(1));
  m.start(m.thread("worker", (t) => t.store(value, 1)));
});
