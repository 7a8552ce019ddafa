// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
/** Six threads of six steps each: more interleavings than a double holds, and time to interrupt a search. */
import { holds, model, u8 } from "kecheck";

export const expected = holds({ THREADS: 2 });

export default model("many interleavings", (m) => {
  const threads = m.parameter("THREADS", { default: 6, from: 1, to: 9 });
  const counter = m.atomic("counter", u8);
  const worker = m.thread("worker", (t) => {
    for (let i = 0; i < 6; i += 1) t.store(counter, i);
  });
  if (threads === 9) console.log("nine threads: this takes for ever");
  for (let i = 0; i < threads; i += 1) m.start(worker, { name: `worker ${i + 1}` });
});
