// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
import { model } from "kecheck";

export default model("native loop", (m) => {
  m.main(() => {
    while (Date.now() > 0) {
      // Records nothing, so only the clock can tell.
    }
  });
});
