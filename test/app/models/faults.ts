// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
/** The driver uses a block without asking whether there was memory for it. */
import { holds, model, upTo, violated } from "kecheck";

export const expected = [holds(), violated("null-dereference", { faults: ["allocation"] })];

export default model("unchecked allocation", (m) => {
  const block = m.block("Block", { value: upTo(1) });
  m.main((t) => {
    const pointer = block.allocate(t);
    t.assign(block.at(pointer).value, 1);
    block.free(t, pointer);
  });
});
