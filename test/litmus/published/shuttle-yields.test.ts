/**
 * Threads that yield a few times, one of which spawns the others: the only counts of interleavings here, and the ones
 * with closed forms. Between two points where a scheduler may switch lies one step; a spawn is such a point.
 *
 * Published: github.com/awslabs/shuttle, commit 91e3cae, shuttle/tests/basic/dfs.rs, `yield_loop_two_threads` (252) and
 * `yield_loop_three_threads` (50050): iterations of an exhaustive depth-first scheduler.
 */
import { describe, expect, it } from "vitest";
import { explore } from "../../../src/semantics/explore.ts";
import { countInterleavings } from "../../../src/semantics/state-graph.ts";
import { at, buildProgram, start, thread } from "../../semantics/build-program.ts";
import { runs, steps } from "../../semantics/facts.ts";

function yielding(spawned: number, yields: number) {
  const others = Array.from({ length: spawned }, (_, index) => index + 2);
  const spawns = others.map((other) => at(`spawn ${other}`, { starts: [start(other)] }));
  return buildProgram({
    threads: [
      thread("main", [...spawns, ...steps(yields + 1)]),
      ...others.map((other) => thread(`thread ${other}`, steps(yields + 1), { start: "created" })),
    ],
  });
}

describe("shuttle", () => {
  it.each([
    ["yield_loop_two_threads", 1, 4, 252],
    ["yield_loop_three_threads", 2, 3, 50_050],
  ])("%s: %d spawned, %d yields each: %d executions", (_, spawned, yields, executions) => {
    const { nodes } = explore(yielding(spawned, yields), 1_000);
    expect(countInterleavings(nodes)).toEqual(runs(executions));
  });
});
