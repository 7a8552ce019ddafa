import { describe, expect, it } from "vitest";
import { markup, visible, visibleAscii } from "../../src/report/escape.ts";

describe("text from models", () => {
  it("shows what cannot be seen", () => {
    expect(visible("a\nb\tc\u001b[31m\u202e\u200b\u0085\ud800")).toBe(
      "a\\nb\\tc\\u{1b}[31m\\u{202e}\\u{200b}\\u{85}\\u{d800}",
    );
  });

  it("keeps letters of every script, and emoji", () => {
    expect(visible("Grüße 線程 🙂")).toBe("Grüße 線程 🙂");
    expect(visibleAscii("ü 🙂")).toBe("\\u{fc} \\u{1f642}");
  });

  it("is escaped for XML and HTML", () => {
    expect(markup(`<a href="x" id='y'>&`)).toBe("&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;");
  });
});
