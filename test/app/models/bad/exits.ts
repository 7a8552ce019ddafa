// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
import { model } from "kecheck";

process.exit(0);

export default model("exits", () => {});
