// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
import { model } from "kecheck";

const table: Record<string, { size: number } | undefined> = {};
const size = (table.missing as { size: number }).size;

export default model("throws on load", (m) => {
  m.array("cells", { kind: "boolean" }, size);
});
