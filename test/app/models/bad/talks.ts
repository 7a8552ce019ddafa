// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
import { model, upTo } from "kecheck";

console.log("loading talks");

export default model("talks", (m) => {
  const value = m.atomic("value", upTo(1));
  console.log("recording talks");
  m.start(m.thread("worker", (t) => t.store(value, 1)));
});
