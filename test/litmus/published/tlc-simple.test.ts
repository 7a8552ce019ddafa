/**
 * L. Lamport, "Teaching Concurrency" (SIGACT News 40(1), 2009): processes in a ring; each sets its x to 1, then its y to
 * the x of the process before it. The one that comes last finds a 1.
 *
 * Published: github.com/tlaplus/Examples, commit 32a32c7, specifications/TeachingConcurrency/manifest.json. The
 * specification adds a step that changes nothing to each state in which all processes are done: TLC generates those too.
 */
import { equals, model, or, upTo } from "kecheck";
import { describe, expect, it } from "vitest";
import { explore } from "../../../src/semantics/explore.ts";
import { asTlc, programOf } from "./measure.ts";

const simple = (count: number) =>
  model("simple", (m) => {
    const all = Array.from({ length: count }, (_, index) => ({
      x: m.atomic(`x${index}`, upTo(1)),
      y: m.atomic(`y${index}`, upTo(1)),
    }));
    for (const [index, { x, y }] of all.entries()) {
      const process = m.thread(`process ${index}`, (t) => {
        t.store(x, 1);
        t.atomically(() => t.store(y, all.at(index - 1)?.x ?? x));
      });
      m.start(process);
    }
    m.atEnd("some y is 1", or(...all.map(({ y }) => equals(y, 1))));
  });

describe("TLC, TeachingConcurrency", () => {
  it("Simple.cfg, 5 processes: 723 distinct states, 1,842 generated, depth 11, success", () => {
    const program = programOf(simple(5));
    const { nodes, findings } = explore(program, 1_000);
    const done = nodes.filter(({ edges }) => edges.length === 0).length;
    const { totalStates, ...others } = asTlc(program);
    expect({ ...others, totalStates: totalStates + done }).toEqual({
      distinctStates: 723,
      totalStates: 1_842,
      stateDepth: 11,
    });
    expect([...findings.keys()]).toEqual([]);
  });
});
