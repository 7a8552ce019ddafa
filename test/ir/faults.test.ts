import { describe, expect, it } from "vitest";
import { faultsOf, withFaults } from "../../src/ir/faults.ts";
import { at, buildProgram, skip, thread, violation } from "../semantics/build-program.ts";

const program = buildProgram({
  threads: [
    thread("t", [
      at("allocate", [
        { outcome: "block" },
        { outcome: "null", fault: "allocation", to: "give up" },
        { outcome: "crash", fault: "memory", fatal: violation("panic") },
      ]),
      at("go on", { to: "finish" }),
      skip("give up"),
      skip("tidy"),
      skip("finish"),
    ]),
  ],
});
const ids = (explored: readonly string[]) =>
  withFaults(program, explored).graphs[0]?.locations.map(
    ({ id, steps }) => `${id} ${steps.length}`,
  );

describe("faults", () => {
  it("are named once each, in order", () => {
    expect(faultsOf(program)).toEqual(["allocation", "memory"]);
  });

  it("are pruned with what only they led to", () => {
    expect(ids([])).toEqual(["allocate 1", "go on 1", "finish 1"]);
  });

  it("stay where they are asked for, each class on its own", () => {
    expect(ids(["memory"])).toEqual(["allocate 2", "go on 1", "finish 1"]);
    expect(ids(["allocation"])).toEqual([
      "allocate 2",
      "go on 1",
      "give up 1",
      "tidy 1",
      "finish 1",
    ]);
    expect(withFaults(program, ["allocation", "memory"])).toEqual(program);
  });
});
