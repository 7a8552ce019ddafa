/** What one search over orbits answers, on Programs small enough to be known, and on published counts. */
import { plus as add, KEVENT, KMUTEX, model, SynchronizationEvent, upTo } from "kecheck";
import { describe, expect, it } from "vitest";
import { search } from "../../../src/engine/explicit/search.ts";
import { orbitsOf } from "../../../src/engine/symmetry/search.ts";
import {
  cell,
  constant,
  type Expression,
  equals,
  lessThan,
  local,
  not,
  own,
  plus,
  self,
} from "../../../src/ir/expression.ts";
import { ENDED, type Program } from "../../../src/ir/program.ts";
import { counting } from "../../bench/families/counter.ts";
import { programOf } from "../../litmus/published/measure.ts";
import {
  acquire,
  at,
  buildProgram,
  type LocationSketch,
  localVariable,
  lock,
  property,
  range,
  reference,
  type StepSketch,
  set,
  setLocal,
  thread,
  threads,
  variable,
  violation,
} from "../../semantics/build-program.ts";
import { type Compared, compare, usual } from "./compare.ts";

/** After everything was compared with the reference and with brute force. */
function agreed(program: Program): Compared {
  const compared = compare(program, 5000);
  expect(compared.tooLarge).toBe(false);
  expect(compared.actual).toEqual(compared.expected);
  return compared;
}

const spots = ({ found }: Compared) =>
  found.findings.map(({ rule, place }) => `${rule} @ ${place}`);
const sizes = ({ found: { statistics } }: Compared) => ({
  orbits: statistics.states,
  states: statistics.statesStoodFor,
});

/** The counter's threads without its main, and without their last step: they stay where they would lock again. */
function workersOnly(count: number, iterations: number): Program {
  const program = counting(iterations, count);
  const graphs = program.graphs
    .filter(({ name }) => name === "worker")
    .map((graph) => ({
      ...graph,
      locations: graph.locations.map((location) => ({
        ...location,
        steps: location.steps.filter(({ to }) => to !== ENDED),
      })),
    }));
  const workers = program.threads.slice(1).map((one) => ({ ...one, start: "active" as const }));
  return { ...program, graphs, threads: workers };
}

describe("threads that count under one lock", () => {
  it.each([
    { count: 3, iterations: 2, orbits: 10 + 3 * 2 * 6, states: 27n + 9n * 2n * 9n },
    { count: 8, iterations: 2, orbits: 261, states: 111_537n },
    { count: 5, iterations: 6, orbits: 4_242, states: 232_897n },
    // Nobody inside, or one of 8 at 3 places; multisets of the others' counts.
    { count: 8, iterations: 8, orbits: 12_870 + 24 * 6_435, states: 9n ** 8n + 192n * 9n ** 7n },
  ])("$count of them, $iterations times", ({ count, iterations, orbits, states }) => {
    const { statistics } = orbitsOf(workersOnly(count, iterations), {
      ...usual,
      count: false,
    }).found;
    expect({ orbits: statistics.states, states: statistics.statesStoodFor }).toEqual({
      orbits,
      states,
    });
  });

  it("3 of them, 50 times: 222,326 orbits of 1,303,101 states", () => {
    const { found } = orbitsOf(workersOnly(3, 50), { ...usual, count: false });
    expect(found.statistics.states).toBe(222_326);
    expect(found.statistics.statesStoodFor).toBe(1_303_101n);
  }, 60_000);

  it("as many interleavings as without symmetry", () => {
    const program = workersOnly(4, 2);
    const { interleavings } = search(program, usual).statistics;
    expect(orbitsOf(program, usual).found.statistics.interleavings).toEqual(interleavings);
  });
});

it("keeps every state where nothing is symmetric", () => {
  const program = counting(2, 2);
  const { found, symmetry } = orbitsOf(program, usual);
  expect(symmetry.families).toEqual([]);
  expect(found).toEqual(search(program, usual));
});

describe("drivers", () => {
  it("whose threads lock, choose among waiters, and own pool blocks", () => {
    const program = programOf(
      model("symmetric", (m) => {
        const count = m.shared("count", upTo(3));
        const mutex = m.object("mutex", KMUTEX);
        const event = m.object("event", KEVENT, { type: SynchronizationEvent });
        const block = m.block("Block", { data: upTo(1) });
        const worker = m.thread("worker", (t) => {
          t.KeWaitForSingleObject(mutex);
          t.assign(count, add(count, 1));
          t.KeReleaseMutex(mutex);
          t.KeSetEvent(event);
          t.KeClearEvent(event);
          t.KeWaitForSingleObject(event, { timeout: "finite" });
          const mine = block.allocate(t);
          t.assign(block.at(mine).data, 1);
          block.free(t, mine);
        });
        for (const _ of [1, 2]) m.start(worker);
      }),
    );
    const compared = agreed(program);
    expect(compared.symmetry.families.map((family) => family.threads)).toEqual([[1, 2]]);
  });
});

describe("deadlocks", () => {
  const locks = ["A", "B", "C", "D"].map((name) => lock(name));
  const free = (name: string) => equals(cell(name), constant(0));
  /** Takes one of these locks, and then wants the other one of its pair, which nobody gives back. */
  const takes = (names: readonly string[], guards: readonly Expression[] = []) =>
    at(
      "take",
      names.map((name) => ({
        to: `wants beside ${name}`,
        guards: [free(name), ...guards],
        updates: [set(name, self)],
      })),
    );
  const wants = (name: string, beside: string): LocationSketch =>
    at(
      `wants beside ${beside}`,
      { to: ENDED, guards: [equals(cell(name), self)] },
      { waits: { object: name, kind: "lock", owner: cell(name) } },
    );
  const deadlocks = (compared: Compared) =>
    spots(compared)
      .filter((one) => /^deadlock.*wants.*wants/.test(one))
      .sort();

  it("shows each of two cycles, whichever comes first", () => {
    const locations = [
      takes(["A", "B", "C", "D"]),
      ...[wants("B", "A"), wants("A", "B"), wants("D", "C"), wants("C", "D")],
    ];
    const compared = agreed(
      buildProgram({ variables: locks, threads: [threads(["a", "b", "c", "d"], locations)] }),
    );
    expect(compared.symmetry.families.map((family) => family.threads)).toEqual([[1, 2, 3, 4]]);
    expect(deadlocks(compared)).toEqual([
      "deadlock @ worker wants beside A / worker wants beside B",
      "deadlock @ worker wants beside C / worker wants beside D",
    ]);
  });

  it("shows no cycle that never comes first", () => {
    const [one, two] = [
      thread("one", [takes(["A"]), wants("B", "A")]),
      thread("two", [takes(["B"]), wants("A", "B")]),
    ];
    // Only when the first cycle is closed can there be a second one.
    const closed = [equals(cell("A"), constant(1)), equals(cell("B"), constant(2))];
    const locations = [takes(["C", "D"], closed), wants("D", "C"), wants("C", "D")];
    const compared = agreed(
      buildProgram({ variables: locks, threads: [one, two, threads(["c", "d"], locations)] }),
    );
    expect(compared.symmetry.families.map((family) => family.threads)).toEqual([[3, 4]]);
    expect(deadlocks(compared)).toEqual(["deadlock @ one wants beside A / two wants beside B"]);
  });

  /** The first one counts round and round, through many places in the order; the other one is stuck. */
  const rounds = (end: readonly StepSketch[]) => {
    const last = equals(local("count"), constant(9));
    const locations = [
      at("once", { guards: [equals(cell("turn"), constant(0))], updates: [set("turn", self)] }),
      at("for ever", [
        { to: "for ever", guards: [last], updates: [setLocal("count", 0)] },
        {
          to: "for ever",
          guards: [not(last)],
          updates: [setLocal("count", plus(local("count"), constant(1)))],
        },
        ...end,
      ]),
    ];
    const compared = agreed(
      buildProgram({
        variables: [variable("turn", reference("thread", 2))],
        threads: [
          threads(["a", "b"], locations, { locals: [localVariable("count", range(0, 9))] }),
        ],
      }),
    );
    expect(compared.symmetry.families).toHaveLength(1);
    return spots(compared);
  };

  it("finds who is stuck while another thread goes on for ever", () => {
    expect(rounds([])).toEqual(["partial-deadlock @ worker once"]);
  });

  it("does not show again who is stuck in a deadlock too", () => {
    const ends = { to: ENDED, guards: [equals(local("count"), constant(4))] };
    expect(rounds([ends])).toEqual(["deadlock @ worker once"]);
  });
});

describe("lock orders", () => {
  it("that only renamed threads give", () => {
    // Each thread takes the object of its own slot, then that of the thread that came before it.
    const index = {
      kind: "if",
      condition: equals(local("who"), constant(0)),
      then: self,
      otherwise: local("who"),
    } as const;
    const held = variable("held", reference("thread", 3), {
      ...{ first: 1, initial: [0, 0, 0], tags: { holder: "object" } },
    });
    const take = (id: string, slot: typeof index | typeof self): LocationSketch =>
      at(
        id,
        [
          { guards: [equals(cell("held", slot), constant(0))], updates: [set("held", self, slot)] },
          { guards: [equals(cell("held", slot), self)] },
        ],
        { requests: { holder: "held", index: slot }, waits: { object: "object", kind: "lock" } },
      );
    const locations = [
      at("note", { updates: [setLocal("who", cell("last")), set("last", self)] }),
      acquire("gate"),
      take("own", self),
      take("other", index),
      at("give back", { updates: [set("held", 0, self)] }),
      at("give back too", { updates: [set("held", 0, index), set("gate", 0)] }),
    ];
    const program = buildProgram({
      variables: [held, lock("gate"), variable("last", reference("thread", 3))],
      threads: [
        threads(["a", "b", "c"], locations, {
          locals: [localVariable("who", reference("thread", 3))],
        }),
      ],
    });
    const compared = agreed(program);
    expect(compared.symmetry.families).toHaveLength(1);
    expect(spots(compared).filter((one) => one.startsWith("lock-order")).length).toBeGreaterThan(1);
  });
});

describe("representatives", () => {
  it("of threads that refer to each other in rings", () => {
    // Each points at another thread once: all permutations, rings of two, three and four among them.
    const next = variable("next", reference("thread", 4), { first: 1, initial: [0, 0, 0, 0] });
    const taken = variable("taken", range(0, 1), { first: 1, initial: [0, 0, 0, 0] });
    // Always true, and tells that cells of both arrays are found by threads.
    const byThread = lessThan(cell("taken", self), constant(2));
    const notSelf = not(equals(cell("next", self), self));
    const steps = [1, 2, 3, 4].map((other) => ({
      guards: [equals(cell("taken", other), constant(0)), byThread, notSelf],
      updates: [set("next", other, self), set("taken", 1, other)],
    }));
    const program = buildProgram({
      variables: [next, taken],
      threads: [threads(["a", "b", "c", "d"], [at("point", steps)])],
    });
    const compared = agreed(program);
    // Partial injections of four points; up to renaming, so many points in rings and the others in chains.
    expect(sizes(compared)).toEqual({ orbits: 20, states: 209n });
  });

  it("whose steps choose among threads: a run chooses the real ones", () => {
    const all = [1, 2, 3, 4].map((other) => cell("chosen", other));
    const steps = [1, 2, 3, 4].map((other) => ({
      guards: [equals(cell("chosen", other), constant(0)), not(equals(self, cell("last")))],
      updates: [set("chosen", 1, other), set("last", other)],
    }));
    const stop = { guards: [equals(all.reduce(plus), constant(3)), equals(cell("last"), self)] };
    const program = buildProgram({
      variables: [
        variable("chosen", range(0, 1), { first: 1, initial: [0, 0, 0, 0] }),
        variable("last", reference("thread", 4)),
      ],
      threads: [
        threads(
          ["a", "b", "c", "d"],
          [
            at("choose", steps),
            at("stop", { ...stop, fatal: violation("panic") }),
            // Says that cells of `chosen` are found by thread.
            at("never", { guards: [cell("chosen", self)] }),
          ],
        ),
      ],
    });
    const compared = agreed(program);
    expect(compared.symmetry.families.map((family) => family.threads)).toEqual([[1, 2, 3, 4]]);
    expect(spots(compared)).toContain("panic @ panic");
  });

  it("of slots that belong to threads in another order than their numbers", () => {
    const slots = variable("slots", range(0, 1), { first: 1, initial: [0, 0, 0] });
    const pointer = variable("pointer", reference("slot", 3));
    const sketch = threads(
      ["a", "b", "c"],
      [at("take", { updates: [set("slots", 1, own("slot")), set("pointer", own("slot"))] })],
    );
    const program = {
      ...buildProgram({
        variables: [slots, pointer],
        threads: [
          {
            ...sketch,
            threads: sketch.threads.map((one, index) => ({
              ...one,
              constants: { slot: [3, 1, 2][index] ?? 1 },
            })),
          },
        ],
      }),
    };
    expect(sizes(agreed(program))).toEqual({ orbits: 4, states: 13n });
  });
});

describe("limits and requests", () => {
  const program = workersOnly(4, 2);

  it("end the search, with a reason", () => {
    const { found } = orbitsOf(program, { ...usual, maxStates: 10 });
    expect(found.complete).toBe(false);
    expect(found.stopReason).toBe("the limit of 10 states was reached");
    expect(found.statistics.statesStoodFor).toBeUndefined();
  });

  it("of memory hold for the pass over partial deadlocks too", () => {
    const spin = at("spin", { to: "spin", updates: [set("x", not(cell("x", self)), self)] });
    const cyclic = buildProgram({
      variables: [
        variable("x", range(0, 1), { first: 1, initial: Array.from({ length: 12 }, () => 0) }),
      ],
      threads: [
        threads(
          Array.from({ length: 12 }, (_, index) => `${index}`),
          [spin],
        ),
      ],
    });
    const all = orbitsOf(cyclic, { ...usual, count: false }).found;
    expect(all).toMatchObject({
      complete: true,
      statistics: { states: 13, statesStoodFor: 4096n },
    });
    const bytes = Math.ceil(all.statistics.bytesPeak);
    const { found } = orbitsOf(cyclic, { ...usual, count: false, maxBytes: bytes });
    expect(found.stopReason).toBe(
      "the limit of memory was reached while looking for partial deadlocks",
    );
  });

  it("stop at the first finding, which replays", () => {
    const invariant = {
      ...program,
      properties: [property("invariant", "small", not(equals(cell("data"), constant(3))))],
    };
    const { found } = orbitsOf(invariant, { ...usual, first: true });
    expect(found.complete).toBe(false);
    expect(found.findings.map(({ rule, depth }) => `${rule} ${depth}`)).toEqual([
      "invariant:small 11",
    ]);
  });
});
