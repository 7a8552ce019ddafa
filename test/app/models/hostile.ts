// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
/** Names that try to move the cursor, to turn the text, to be markup, to be a path. */
import { equals, model, upTo, violated } from "kecheck";

const bad = "\u001b[2J\u202e<script>\u0000../..\n\"'$(id)`%";

export const expected = violated(`at-end:${bad}`);

export default model(bad, (m) => {
  const value = m.shared(`value${bad}`, upTo(1));
  m.start(m.thread(`thread${bad}`, (t) => t.assign(value, 1)));
  m.atEnd(bad, equals(value, 0));
});
