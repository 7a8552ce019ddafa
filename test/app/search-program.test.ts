/**
 * The post's program and its relatives at full size, 3 threads of 1500 passes: what holds is proved in few states, and each
 * twin that is broken somewhere is violated.
 */
import { equals, KMUTEX, type ModelBody, model, plus, type Thread, upTo } from "kecheck";
import { describe, expect, it } from "vitest";
import counter from "../../models/post/counter.ts";
import { searchProgram } from "../../src/app/search-program.ts";
import type { SearchResult } from "../../src/engine/result.ts";
import { withFaults } from "../../src/ir/faults.ts";
import type { Program } from "../../src/ir/program.ts";
import { severityOf } from "../../src/ir/rules.ts";

const THREADS = 3;
const PASSES = 1500;

function programOf(
  definition: ReturnType<typeof model>,
  parameters: Record<string, number> = {},
): Program {
  const { result } = definition.record({ parameters });
  expect(result.diagnostics).toEqual([]);
  if (!result.ok) throw new Error("the model is right");
  return withFaults(result.program, []);
}

const found = (program: Program, maxStates = 400_000): SearchResult =>
  searchProgram(
    program,
    {
      maxStates,
      maxBytes: 2 ** 30,
      first: false,
      count: false,
      interrupted: () => undefined,
    },
    "auto",
  ).found;

const errorsOf = ({ findings }: SearchResult) =>
  findings.filter(({ rule }) => severityOf(rule) === "error");

describe("the program of the post", () => {
  it("holds in fewer than 5,000 states", () => {
    const result = found(programOf(counter));
    expect(result).toMatchObject({ complete: true, ends: true, findings: [], limits: [] });
    expect(result.statistics.states).toBeLessThan(5000);
  });

  it("holds for 8 threads in fewer than 15,000", () => {
    const result = found(programOf(counter, { THREADS: 8 }));
    expect(result).toMatchObject({ complete: true, ends: true, findings: [], limits: [] });
    expect(result.statistics.states).toBeLessThan(15_000);
  });

  it("grows with threads and passes, not with their interleavings", () => {
    const states = (threads: number, iterations: number): number =>
      found(programOf(counter, { THREADS: threads, ITERATIONS: iterations })).statistics.states;
    // As many as there are passes, and a few for the threads' beginnings and the join.
    expect(states(4, 120) - states(4, 110)).toBe(40);
  });

  it("has every step of the listing", () => {
    const { graphs } = programOf(counter);
    const steps = (name: string) =>
      graphs.find((graph) => graph.name === name)?.locations.map(({ label }) => label);
    // Tests of a pointer or of a status are local code: they cost no step.
    expect(steps("callback_fn")).toEqual([
      "thread starts",
      "load(HEAP_MTX_PTR)",
      "KeWaitForSingleObject(*Counter.mutex)",
      "thread exits",
      "read Counter.data",
      "write Counter.data",
      "read Counter.data",
      "KeReleaseMutex(*Counter.mutex)",
    ]);
    const driver = steps("driver") ?? [];
    const count = (label: string) => driver.filter((one) => one === label).length;
    for (const each of [
      "PsCreateSystemThread(callback_fn)",
      "ObReferenceObjectByHandle(handle)",
      "ZwClose(handle)",
      "KeWaitForSingleObject(thread)",
      "ObfDereferenceObject(thread)",
    ])
      expect(count(each)).toBe(THREADS);
    expect(driver).toContain("ExFreePool(Counter)");
  });
});

type Work = (t: Thread, parts: ReturnType<typeof partsOf>) => void;

const partsOf = (m: ModelBody) => ({
  x: m.shared("x", upTo(3 * THREADS * PASSES)),
  mutex: m.object("mutex", KMUTEX),
  second: m.object("second", KMUTEX),
});

/** Threads that all do `work`, created and joined by main as in the post. */
function workers(work: Work): Program {
  return programOf(
    model("a relative of the post's program", (m) => {
      const parts = partsOf(m);
      const worker = m.thread("worker", (t) => work(t, parts));
      m.main((t) => {
        const handles = Array.from({ length: THREADS }, () => t.PsCreateSystemThread(worker));
        for (const handle of handles) {
          const thread = t.ObReferenceObjectByHandle(handle);
          t.ZwClose(handle);
          t.KeWaitForSingleObject(thread);
          t.ObDereferenceObject(thread);
        }
      });
    }),
  );
}

const passes =
  (pass: Work): Work =>
  (t, parts) =>
    t.repeat(PASSES, () => pass(t, parts));

function inside(t: Thread, mutex: Parameters<Thread["KeReleaseMutex"]>[0], body: () => void): void {
  t.KeWaitForSingleObject(mutex);
  body();
  t.KeReleaseMutex(mutex);
}

const increment: Work = (t, { x }) => t.assign(x, plus(x, 1));
const lockedIncrement: Work = (t, parts) => inside(t, parts.mutex, () => increment(t, parts));

describe("relatives that hold are proved", () => {
  const right: Readonly<Record<string, Work>> = {
    "a mutex that is no pointer": lockedIncrement,
    "the number printed under the lock": (t, parts) =>
      inside(t, parts.mutex, () => {
        increment(t, parts);
        t.print(parts.x);
      }),
    "a second mutex around the first": (t, parts) =>
      inside(t, parts.second, () => lockedIncrement(t, parts)),
    "a second mutex after the first": (t, parts) => {
      lockedIncrement(t, parts);
      inside(t, parts.second, () => undefined);
    },
    recursion: (t, parts) => inside(t, parts.mutex, () => lockedIncrement(t, parts)),
  };
  it.each(Object.keys(right))("%s", (name) => {
    const result = found(workers(passes(right[name] ?? increment)));
    expect(result).toMatchObject({ complete: true, findings: [], limits: [] });
    expect(result.statistics.states).toBeLessThan(2 * THREADS * PASSES + 100);
  });
});

describe("twins with one fault are violated", () => {
  const wrong: Readonly<Record<string, readonly [work: Work, rule: string, stepsMax: number]>> = {
    "an increment without the lock": [
      passes((t, parts) => {
        increment(t, parts);
        lockedIncrement(t, parts);
      }),
      "data-race",
      10,
    ],
    "a read outside the lock": [
      passes((t, parts) => {
        lockedIncrement(t, parts);
        t.print(parts.x);
      }),
      "data-race",
      20,
    ],
    "an increment without the lock after all passes": [
      (t, parts) => {
        passes(lockedIncrement)(t, parts);
        increment(t, parts);
      },
      "data-race",
      30_000,
    ],
    "a mutex kept at the end": [
      (t, parts) => {
        passes(lockedIncrement)(t, parts);
        t.KeWaitForSingleObject(parts.mutex);
      },
      "lock-held-at-exit",
      30_000,
    ],
  };
  it.each(Object.keys(wrong))("%s", (name) => {
    const [work, rule, stepsMax] = wrong[name] ?? [increment, "", 0];
    const finding = errorsOf(found(workers(work))).find((one) => one.rule === rule);
    expect(finding?.schedule.length).toBeLessThanOrEqual(stepsMax);
  });
});

it("never says that a program holds of which a branch on the number defeats the reductions", () => {
  const branching = workers(
    passes((t, parts) =>
      inside(t, parts.mutex, () => {
        increment(t, parts);
        t.if(equals(parts.x, 2), () => increment(t, parts));
      }),
    ),
  );
  const result = found(branching, 60_000);
  expect(errorsOf(result)).toEqual([]);
  expect(result.complete || result.stopReason !== undefined).toBe(true);
});
