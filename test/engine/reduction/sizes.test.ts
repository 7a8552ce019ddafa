/** How far the reductions reach: bounds on states for Programs that are as harmless as they look. */
import { equals, KMUTEX, type ModelBody, plus, type Thread, upTo } from "kecheck";
import { describe, expect, it } from "vitest";
import counter from "../../../models/post/counter.ts";
import { searchReduced } from "../../../src/engine/reduction/reduced-search.ts";
import { withFaults } from "../../../src/ir/faults.ts";
import type { Program } from "../../../src/ir/program.ts";
import { allReductions, compareReduced } from "../../differential/compare-reduced.ts";
import { driver, join } from "./near-misses/near-miss.ts";

/** States of a complete search that finds nothing. */
function statesOf(program: Program): number {
  const options = { maxStates: 20_000, maxBytes: 2 ** 28, first: false, count: false };
  const reduced = searchReduced(
    program,
    { ...options, interrupted: () => undefined },
    allReductions,
  );
  if (!reduced.applies) throw new Error(reduced.because);
  const { complete, ends, findings, statistics } = reduced.result;
  expect({ complete, ends, findings }).toEqual({ complete: true, ends: true, findings: [] });
  return statistics.states;
}

function post(parameters: Readonly<Record<string, number>>): Program {
  const { result } = counter.record({ parameters });
  if (!result.ok) throw new Error("the model is right");
  return withFaults(result.program, []);
}

describe("the program of the post", () => {
  it("has fewer than 5,000 states for 3 threads and 1500 iterations", () => {
    expect(statesOf(post({}))).toBeLessThan(5000);
  });

  it("grows with the number of threads and iterations, not with their interleavings", () => {
    const states = (threads: number, iterations: number): number =>
      statesOf(post({ THREADS: threads, ITERATIONS: iterations }));
    // As many as there are passes, and a few for the threads' beginnings and the join.
    expect(states(2, 20) - states(2, 10)).toBe(20);
    expect(states(3, 20) - states(3, 10)).toBe(30);
  });
});

/** Two workers, joined, that each do something to `x` under the mutex. */
function underMutex(
  inside: (t: Thread, x: ReturnType<ModelBody["shared"]>) => void,
  around: (t: Thread, m: ModelBody, body: () => void) => void = (_t, _m, body) => body(),
): Program {
  return driver((m) => {
    const x = m.shared("x", upTo(4));
    const mutex = m.object("mutex", KMUTEX);
    const worker = m.thread("worker", (t) => {
      around(t, m, () => {
        t.KeWaitForSingleObject(mutex);
        inside(t, x);
        t.KeReleaseMutex(mutex);
      });
    });
    m.main((t) => {
      const handles = [0, 1].map(() => t.PsCreateSystemThread(worker));
      for (const handle of handles) join(t, handle);
    });
  });
}

const increment: Parameters<typeof underMutex>[0] = (t, x) => t.assign(x, plus(x, 1));

/** Each must be reduced to at most so many states. */
const harmless: readonly { name: string; statesMax: number; program: () => Program }[] = [
  { name: "an increment", statesMax: 8, program: () => underMutex(increment) },
  {
    name: "an increment that is printed",
    statesMax: 8,
    program: () =>
      underMutex((t, x) => {
        increment(t, x);
        t.print(x);
      }),
  },
  {
    name: "a branch on the protected number, which the order decides",
    statesMax: 12,
    program: () =>
      underMutex((t, x) => {
        t.if(
          equals(x, 1),
          () => t.assign(x, 3),
          () => t.assign(x, 1),
        );
      }),
  },
  {
    name: "an increment inside a second mutex",
    statesMax: 14,
    program: () =>
      underMutex(increment, (t, m, body) => {
        const outer = m.object("outer", KMUTEX);
        t.KeWaitForSingleObject(outer);
        body();
        t.KeReleaseMutex(outer);
      }),
  },
];

describe("few states are needed for", () => {
  it.each(harmless)("$name", ({ program, statesMax }) => {
    const made = program();
    const states = statesOf(made);
    const { compared, states: all } = compareReduced(made);
    expect(compared?.actual).toEqual(compared?.expected);
    expect(states).toBeLessThanOrEqual(statesMax);
    expect(states * 10).toBeLessThan(all);
  });
});
