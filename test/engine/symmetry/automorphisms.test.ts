/** Which threads can be exchanged, and what stands in the way of others: one small Program each. */
import { describe, expect, it } from "vitest";
import counter from "../../../models/post/counter.ts";
import { symmetryOf } from "../../../src/engine/symmetry/automorphisms.ts";
import {
  and,
  cell,
  constant,
  equals,
  lessThan,
  local,
  minus,
  not,
  or,
  own,
  plus,
  referenced,
  self,
} from "../../../src/ir/expression.ts";
import type { Program, Thread, Variable } from "../../../src/ir/program.ts";
import {
  acquire,
  at,
  buildProgram,
  increment,
  localVariable,
  lock,
  property,
  range,
  reference,
  release,
  type StepSketch,
  set,
  start,
  type ThreadSketch,
  thread,
  threads,
  variable,
  violation,
  wrapping,
} from "../../semantics/build-program.ts";

const names = ["one", "two", "three"] as const;
const perThread: Variable[] = [
  variable("done", range(0, 1), { first: 1, initial: [0, 0, 0, 0] }),
  variable("turn", reference("thread", 4)),
  variable("slots", range(0, 1), { first: 1, initial: [0, 0, 0, 0, 0, 0, 0, 0] }),
];
/** Three workers whose one location has these steps, and whoever else. */
const workers = (step: StepSketch | readonly StepSketch[], others: readonly ThreadSketch[] = []) =>
  buildProgram({
    variables: [...perThread, variable("x", range(0, 9)), lock("M")],
    threads: [threads([...names], [at("work", step)], { constants: { slot: 1 } }), ...others],
  });
const withSlots = (program: Program, slots: readonly number[]): Program =>
  withThreads(program, (one, index) => ({ ...one, constants: { slot: slots[index] ?? 0 } }));

const withThreads = (
  program: Program,
  change: (thread: Thread, index: number) => Thread,
): Program => ({
  ...program,
  threads: program.threads.map(change),
});

const familiesOf = (program: Program) =>
  symmetryOf(program).families.map((family) => family.threads);
const reasons = (program: Program) =>
  symmetryOf(program).refusals.map(({ threads: [a, b], because }) => `${a} and ${b}: ${because}`);

describe("threads can be exchanged", () => {
  it("if they mention nothing of their own", () => {
    expect(familiesOf(workers({ updates: [set("x", 1)] }))).toEqual([[1, 2, 3]]);
  });

  it("with the locks that they own", () => {
    const program = buildProgram({
      variables: [lock("M"), variable("count", range(0, 3))],
      threads: [
        threads([...names], [acquire("M"), ...increment("count"), release("M")], {
          locals: [localVariable("seen", range(0, 3))],
        }),
      ],
    });
    expect(familiesOf(program)).toEqual([[1, 2, 3]]);
  });

  it("with the cells that are found by their number, from 0 or from 1 or in rows", () => {
    const rows = minus(plus(self, constant(4)), constant(1));
    const updates = [set("done", 1, self), set("slots", 1, plus(rows, constant(1)))];
    expect(familiesOf(workers({ updates }))).toEqual([[1, 2, 3]]);
  });

  it("with the slots that their constants name", () => {
    const program = withSlots(workers({ updates: [set("slots", 1, own("slot"))] }), [4, 2, 7]);
    const [family] = symmetryOf(program).families;
    expect(family?.threads).toEqual([1, 2, 3]);
    expect([...(family?.rows.values() ?? [])].flat()).toContainEqual([4, 2, 7]);
  });

  it("with the threads that they refer to, wherever these are stored", () => {
    const updates = [set("turn", self), set("done", 1, self)];
    const guards = [or(equals(cell("turn"), constant(0)), not(equals(cell("turn"), self)))];
    expect(familiesOf(workers({ guards, updates }))).toEqual([[1, 2, 3]]);
  });

  it("though a property or a choice names them all", () => {
    const all = [1, 2, 3].map((index) => equals(cell("done", index), constant(1)));
    const steps = [1, 2, 3].map((index) => ({
      guards: [equals(cell("done", index), constant(0))],
      updates: [set("done", 1, index)],
    }));
    const program = {
      ...workers([...steps, { guards: [and(...all)] }]),
      properties: [property("atEnd", "all done", and(...all))],
    };
    expect(familiesOf(program)).toEqual([[1, 2, 3]]);
  });

  it("in a queue, whose order is not theirs", () => {
    const queue = variable("queue", reference("thread", 3), { initial: [0, 0, 0] });
    const enqueue = {
      guards: [lessThan(cell("tail"), constant(3))],
      updates: [set("queue", self, cell("tail")), set("tail", plus(cell("tail"), constant(1)))],
    };
    const program = buildProgram({
      variables: [queue, variable("tail", range(0, 3))],
      threads: [threads([...names], [at("enqueue", enqueue)])],
    });
    expect(familiesOf(program)).toEqual([[1, 2, 3]]);
  });

  it("but for those whose constants differ by number", () => {
    const program = withSlots(workers({ updates: [set("x", own("slot"))] }), [1, 2, 1]);
    expect(familiesOf(program)).toEqual([[1, 3]]);
    expect(reasons(program)).toEqual(["1 and 2: 1 would be 2 by worker, and 1 by worker"]);
  });
});

describe("threads cannot be exchanged", () => {
  const refused = (program: Program) => {
    expect(familiesOf(program)).toEqual([]);
    return reasons(program)[0];
  };

  it("if another thread waits for one after the other", () => {
    const joins = names.map((name, index) =>
      at(`join ${name}`, { guards: [equals(cell("done", index + 1), constant(1))] }),
    );
    const program = workers({ updates: [set("done", 1, self)] }, [thread("main", joins)]);
    expect(refused(program)).toBe("1 and 2: main tells them apart at join one");
  });

  it("if another thread creates them by number", () => {
    const program = withThreads(
      workers({ updates: [set("x", 1)] }, [
        thread(
          "main",
          names.map((name, index) => at(`start ${name}`, { starts: [start(index + 1)] })),
        ),
      ]),
      (one) => (one.graph === "worker" ? { ...one, start: "created" } : one),
    );
    expect(refused(program)).toBe("1 and 2: main tells them apart at start one");
  });

  it("if a property names one", () => {
    const program = {
      ...workers({ updates: [set("done", 1, self)] }),
      properties: ["one", "two"].map((name, index) =>
        property("reachable", name, equals(cell("done", index + 1), constant(1))),
      ),
    };
    expect(refused(program)).toBe("1 and 2: property one tells them apart");
  });

  it.each([
    ["their numbers are compared by size", lessThan(self, constant(2))],
    ["their numbers are added", equals(plus(cell("turn"), constant(1)), constant(2))],
    ["one is named", equals(cell("turn"), constant(1))],
    ["references are compared by size", lessThan(cell("turn"), self)],
    ["references are compared with numbers", equals(cell("turn"), cell("x"))],
  ])("if %s", (_, guard) => {
    const program = workers({
      guards: [guard],
      updates: [set("turn", self), set("x", plus(cell("x"), constant(1)))],
    });
    expect(familiesOf(program).flat()).not.toContain(1);
  });

  it("if they have processors", () => {
    const program = withThreads(workers({}), (one) => ({ ...one, processor: 0 }));
    expect(symmetryOf(program).families).toEqual([]);
  });

  it("if they begin otherwise, or may wait for ever, or their cells hold other values at first", () => {
    const program = workers({ updates: [set("done", 1, self)] });
    const other = (change: Partial<Thread>) =>
      withThreads(program, (one, index) => (index === 2 ? { ...one, ...change } : one));
    expect(familiesOf(other({ mayWaitForEver: true }))).toEqual([[1, 2]]);
    expect(familiesOf(other({ start: "created" }))).toEqual([[1, 2]]);
    const variables = program.variables.map((one) =>
      one.name === "done" ? { ...one, initial: [0, 0, 1, 0] } : one,
    );
    expect(familiesOf({ ...program, variables })).toEqual([[1, 2]]);
  });

  it("if a local begins otherwise and is calculated with", () => {
    const program = buildProgram({
      variables: [variable("x", range(0, 9))],
      threads: [
        threads([...names], [at("add", { updates: [set("x", plus(local("i"), constant(1)))] })], {
          locals: [localVariable("i", range(0, 3))],
        }),
      ],
    });
    const changed = withThreads(program, (one, index) => ({
      ...one,
      locals: { i: index === 1 ? 3 : 0 },
    }));
    expect(familiesOf(changed)).toEqual([[1, 3]]);
  });

  it("if only one of them begins with a violation", () => {
    const initial = { ...violation("irql-too-high"), thread: 2, fatal: false };
    expect(familiesOf({ ...workers({}), initialViolations: [initial] })).toEqual([[1, 3]]);
  });

  it("if 0, which they have among their slots, is told from others by being false", () => {
    const program = (note: StepSketch) =>
      withSlots(
        buildProgram({
          variables: [
            variable("slots", range(0, 1), { initial: [0, 0, 0] }),
            variable("last", range(0, 2)),
          ],
          threads: [
            threads(
              [...names],
              [at("use", { updates: [set("slots", 1, own("slot"))] }), at("note", note)],
              { constants: { slot: 1 } },
            ),
          ],
        }),
        [0, 1, 2],
      );
    expect(familiesOf(program({}))).toEqual([[1, 2, 3]]);
    expect(familiesOf(program({ guards: [own("slot")] }))).toEqual([[2, 3]]);
    // The slot noted last is number 0 before any is.
    expect(familiesOf(program({ updates: [set("last", own("slot"))] }))).toEqual([[2, 3]]);
  });

  it("if a type holds only one of their slots", () => {
    const program = buildProgram({
      variables: [variable("mine", range(0, 2))],
      threads: [
        threads([...names], [at("store", { updates: [set("mine", own("slot"))] })], {
          constants: { slot: 1 },
        }),
      ],
    });
    expect(familiesOf(withSlots(program, [1, 2, 3]))).toEqual([[1, 2]]);
    expect(reasons(withSlots(program, [1, 2, 3]))).toEqual([
      "1 and 3: mine cannot hold what it would hold",
    ]);
  });

  it("if somebody asks whether a certain slot is referred to", () => {
    const observer = thread("observer", [
      at("ask", { guards: [referenced("thread", constant(2))] }),
    ]);
    const program = workers({ updates: [set("turn", self)] }, [observer]);
    expect(familiesOf(program)).toEqual([[1, 3]]);
  });

  it("if somebody frees the block that a certain one waits on", () => {
    const frees = { block: "Block", index: constant(1), violation: violation("free-while-waited") };
    const observer = thread("observer", [at("free", { frees })]);
    const program = buildProgram({
      variables: perThread,
      threads: [
        threads(
          [...names],
          [
            at(
              "wait",
              { guards: [equals(cell("turn"), constant(0))] },
              {
                waits: {
                  object: "event",
                  kind: "signal",
                  on: { block: "Block", index: own("slot") },
                },
              },
            ),
          ],
          { constants: { slot: 1 } },
        ),
        observer,
      ],
    });
    expect(familiesOf(withSlots(program, [1, 2, 3]))).toEqual([[2, 3]]);
  });

  it("if what tells who holds a lock is another number than theirs", () => {
    const program = workers({ updates: [set("M", own("slot"))] });
    expect(familiesOf(withSlots(program, [1, 2, 3]))).toEqual([[1, 2, 3]]);
    expect(familiesOf(withSlots(program, [2, 3, 1]))).toEqual([]);
  });

  it.each([
    ["a machine integer", wrapping(8, false)],
    [
      "a member of an enumeration",
      { kind: "enumeration", name: "E", members: ["p", "q", "r", "s"] },
    ],
  ] as const)("if their constants are each %s", (_, type) => {
    const program = buildProgram({
      variables: [variable("mine", type)],
      threads: [
        threads([...names], [at("store", { updates: [set("mine", own("slot"))] })], {
          constants: { slot: 1 },
        }),
      ],
    });
    expect(familiesOf(withSlots(program, [1, 2, 3]))).toEqual([]);
  });

  it("if one is handed to a thread that is started", () => {
    const late = thread("late", [at("mark", { updates: [set("done", 1, local("who"))] })], {
      start: "created",
      locals: [localVariable("who", reference("thread", 4), 4)],
    });
    const starter = (who: number) =>
      thread("main", [at("start", { starts: [start(4, { who: constant(who) })] })]);
    const program = (who: number) =>
      workers({ updates: [set("done", 1, self)] }, [late, starter(who)]);
    expect(familiesOf(program(4))).toEqual([[1, 2, 3]]);
    expect(familiesOf(program(2))).toEqual([[1, 3]]);
  });

  it("in a ring", () => {
    const guards = [equals(cell("done", self), constant(1))];
    const updates = [set("done", 1, own("slot"))];
    expect(refused(withSlots(workers({ guards, updates }), [2, 3, 1]))).toBe(
      "1 and 2: 2 would be 1 by worker, and 3 by worker",
    );
    // Cells that are found by the constant alone are just slots.
    expect(familiesOf(withSlots(workers({ updates }), [2, 3, 1]))).toEqual([[1, 2, 3]]);
  });
});

it("leaves the post's threads as they are: its main joins one after the other", () => {
  const { result } = counter.record({ parameters: { THREADS: 2, ITERATIONS: 2 } });
  if (!result.ok) throw new Error("the model is valid");
  expect(familiesOf(result.program)).toEqual([]);
  expect(reasons(result.program)).toEqual([
    "2 and 3: 2 would be 2 by driver, and 3 by callback_fn",
  ]);
});
