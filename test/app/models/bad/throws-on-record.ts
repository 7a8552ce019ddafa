// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
import { model } from "kecheck";

function unlucky(): never {
  throw new TypeError("no such register");
}

export default model("throws on record", (m) => {
  m.main(() => {
    unlucky();
  });
});
