// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
/** Nothing is wrong but a step that no run takes. */
import { equals, holds, model, upTo, violated } from "kecheck";

export const expected = [holds(), violated("dead-code", { options: { strict: "true" } })];

export default model("dead code", (m) => {
  const value = m.atomic("value", upTo(3));
  m.start(
    m.thread("worker", (t) => {
      const seen = t.load(value);
      t.if(equals(seen, 2), () => t.store(value, 3));
    }),
  );
});
