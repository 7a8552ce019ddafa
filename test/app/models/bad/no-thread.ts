// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
import { model } from "kecheck";

export default model("no thread", () => {});
