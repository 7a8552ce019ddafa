// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
import { equals, model, upTo } from "kecheck";

export default model("unused condition", (m) => {
  const counter = m.shared("counter", upTo(3));
  m.main((t) => {
    equals(counter, 1);
    t.assign(counter, 2);
  });
});
