import { describe, expect, it } from "vitest";
import { replayCommand } from "../../src/report/replay-command.ts";

const result = { file: "models/post/counter.ts", params: {}, options: {} };

describe("the replay command", () => {
  it("is short where it can be", () => {
    expect(replayCommand(result, "1.2/3x4")).toBe(
      "kecheck replay models/post/counter.ts --schedule 1.2/3x4",
    );
  });

  it("repeats parameters and faults, which outcomes depend on", () => {
    const options = { faults: ["allocation", "handle"], processors: 2 };
    expect(replayCommand({ ...result, params: { THREADS: 2 }, options }, "1")).toBe(
      "kecheck replay models/post/counter.ts --param THREADS=2 --faults allocation,handle --schedule 1",
    );
  });

  it("quotes what a shell would split or run", () => {
    const of = (file: string) => replayCommand({ ...result, file }, "1");
    expect(of("my models/a.ts")).toContain(`replay "my models/a.ts" --`);
    expect(of("a$(rm).ts")).toContain(`replay 'a$(rm).ts' --`);
    expect(of("a'`b`\n.ts")).toContain("replay 'a'\\''`b`\\n.ts' --");
    expect(of("-x.ts")).toContain(`replay "-x.ts" --`);
  });

  it("gives an empty schedule as an empty word", () => {
    expect(replayCommand(result, "")).toMatch(/--schedule ""$/);
  });
});
