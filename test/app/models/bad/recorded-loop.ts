// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
import { equals, model, upTo } from "kecheck";

export default model("recorded loop", (m) => {
  const counter = m.shared("counter", upTo(3));
  m.main(() => {
    while (equals(counter, 1) as unknown) {
      // The condition is an object, which JavaScript takes for true.
    }
  });
});
