import {
  fastMutex,
  kmutex,
  LEVELS,
  type ModelBody,
  type Mutex,
  plus,
  type Thread,
  u32,
} from "kecheck";
import { describe, expect, it } from "vitest";
import counter from "../../models/post/counter.ts";
import { withFaults } from "../../src/ir/faults.ts";
import { explore } from "../../src/semantics/explore.ts";
import { explored, stepsOf } from "./run-model.ts";

const made = [
  "ExAllocatePool2(Counter)",
  "write *Counter",
  "KeInitializeMutex(*Counter.mutex)",
] as const;
const freed = "ExFreePool(Counter)";
const wait = "KeWaitForSingleObject(*Counter.mutex)";
const release = "KeReleaseMutex(*Counter.mutex)";

type Use = (t: Thread, Counter: Mutex, m: ModelBody) => void;

const withKmutex = (use: Use): readonly string[] =>
  stepsOf((m) => {
    const Counter = kmutex(m, "Counter", u32);
    return (t) => use(t, Counter, m);
  });

const withFastMutex = (use: Use): readonly string[] =>
  stepsOf((m) => {
    const Counter = fastMutex(m, "Counter", u32);
    return (t) => use(t, Counter, m);
  });

/** Runs `use` between raising and lowering the IRQL. */
function at(t: Thread, level: number, use: () => void): void {
  const { old } = t.KeRaiseIrql(level);
  use();
  t.KeLowerIrql(old);
}
const raise = "KeRaiseIrql()";
const lower = "KeLowerIrql()";

describe("KMutex", () => {
  it("new allocates, writes and initialises", () => {
    expect(withKmutex((t, Counter) => Counter.drop(t, t.unwrap(Counter.new(t, 7))))).toEqual([
      ...made,
      freed,
    ]);
  });

  it("new does not look at the IRQL", () => {
    const { rules } = explored((m) => {
      const Counter = kmutex(m, "Counter", u32);
      m.main((t) => at(t, 5, () => Counter.drop(t, t.unwrap(Counter.new(t, 0)))));
    });
    expect(rules).toEqual(["irql-too-high"]);
  });

  it("new returns an error when there is no memory", () => {
    const allocated = explored(
      (m) => {
        const Counter = kmutex(m, "Counter", u32);
        m.main((t) => {
          const result = Counter.new(t, 0);
          t.match(result, {
            ok: (mutex) => Counter.drop(t, mutex),
            err: () => t.assert(result.is("PagedPoolAllocFailed"), "the other error"),
          });
        });
      },
      ["allocation"],
    );
    expect(allocated.rules).toEqual([]);
  });

  it("lock waits, drop releases, and what lies between is plain memory", () => {
    const steps = withKmutex((t, Counter) => {
      const mutex = t.unwrap(Counter.new(t, 0));
      const guard = t.unwrap(Counter.lock(t, mutex));
      t.assign(guard.data, plus(guard.data, 1));
      t.print(guard.data);
      guard.drop(t);
      Counter.drop(t, mutex);
    });
    const data = ["read Counter.data", "write Counter.data", "read Counter.data"];
    expect(steps).toEqual([...made, wait, ...data, release, freed]);
  });

  it("boxed, it is two blocks", () => {
    const steps = withKmutex((t, Counter) => {
      const mutex = Counter.boxed(t, t.unwrap(Counter.new(t, 0)));
      t.unwrap(Counter.lock(t, mutex)).drop(t);
      Counter.dropBox(t, mutex);
    });
    const box = ["ExAllocatePool2(Box<Counter>)", "write *Box<Counter>"];
    expect(steps).toEqual([...made, ...box, wait, release, freed, "ExFreePool(Box<Counter>)"]);
  });

  it.each([
    [LEVELS.PASSIVE_LEVEL, [wait, release]],
    [LEVELS.APC_LEVEL, [wait, release]],
    [LEVELS.DISPATCH_LEVEL, []],
    [LEVELS.HIGH_LEVEL, []],
  ] as const)("lock at IRQL %i", (level, steps) => {
    const run = withKmutex((t, Counter) => {
      const mutex = t.unwrap(Counter.new(t, 0));
      at(t, level, () => t.match(Counter.lock(t, mutex), { ok: (guard) => guard.drop(t) }));
      Counter.drop(t, mutex);
    });
    expect(run).toEqual([...made, raise, ...steps, lower, freed]);
  });

  it.each([
    [LEVELS.DISPATCH_LEVEL, [release, lower, freed]],
    [3, [lower, release, freed]],
  ] as const)("drop_safe at IRQL %i", (level, steps) => {
    const run = withKmutex((t, Counter) => {
      const mutex = t.unwrap(Counter.new(t, 0));
      const guard = t.unwrap(Counter.lock(t, mutex));
      const { old } = t.KeRaiseIrql(level);
      const released = guard.dropSafe(t);
      t.KeLowerIrql(old);
      t.match(released, { ok: () => guard.forget(t), err: () => guard.drop(t) });
      Counter.drop(t, mutex);
    });
    expect(run).toEqual([...made, wait, raise, ...steps]);
  });

  it("drop asks for no level but the kernel does", () => {
    const run = withKmutex((t, Counter) => {
      const guard = t.unwrap(Counter.lock(t, t.unwrap(Counter.new(t, 0))));
      at(t, 3, () => guard.drop(t));
    });
    expect(run.slice(-2)).toEqual([release, "release-above-dispatch"]);
  });

  it("to_owned reads the data without the lock and frees the block", () => {
    const run = withKmutex((t, Counter) => {
      const mutex = t.unwrap(Counter.new(t, 5));
      t.assert(Counter.toOwned(t, mutex), "the data come out");
    });
    expect(run).toEqual([...made, "read Counter.data", freed]);
  });

  it("to_owned_box moves them into a new Box", () => {
    const run = withKmutex((t, Counter) => {
      const mutex = t.unwrap(Counter.new(t, 5));
      Counter.dataBox.free(t, Counter.toOwnedBox(t, mutex));
    });
    const box = "Box<Counter.data>";
    const boxed = [`ExAllocatePool2(${box})`, `write *${box}`, `ExFreePool(${box})`];
    expect(run).toEqual([...made, "read Counter.data", freed, ...boxed]);
  });

  it("lies in a field too, and reading it is part of the use", () => {
    const run = stepsOf((m) => {
      const Counter = kmutex(m, "Counter", u32);
      const Extension = m.block("Extension", { mutex: Counter.field });
      return (t) => {
        const extension = Extension.allocate(t);
        const { mutex } = Extension.at(extension);
        Counter.put(t, mutex, t.unwrap(Counter.new(t, 0)));
        t.unwrap(Counter.lock(t, mutex)).drop(t);
        Counter.drop(t, mutex);
        Extension.free(t, extension);
      };
    });
    const outer = ["ExAllocatePool2(Extension)", ...made, "write *Extension.mutex"];
    expect(run).toEqual([...outer, wait, release, freed, "ExFreePool(Extension)"]);
  });

  it("used through a Box that was freed is a use of the Box", () => {
    const run = withKmutex((t, Counter) => {
      const mutex = Counter.boxed(t, t.unwrap(Counter.new(t, 0)));
      const guard = t.unwrap(Counter.lock(t, mutex));
      Counter.box.free(t, mutex);
      t.print(guard.data);
    });
    expect(run.slice(-2)).toEqual(["read Counter.data", "use-after-free"]);
  });

  it("hands over only what refers to this type", () => {
    expect(() =>
      withKmutex((t, Counter, m) => {
        const Other = kmutex(m, "Other", u32);
        Counter.lock(t, t.unwrap(Other.new(t, 0)));
      }),
    ).toThrow("not-this-mutex");
  });
});

describe("FastMutex", () => {
  const acquire = "ExAcquireFastMutex(*Counter.mutex)";
  const fastRelease = "ExReleaseFastMutex(*Counter.mutex)";
  const fastMade = [...made.slice(0, 2), "ExInitializeFastMutex(*Counter.mutex)"];

  it("lock acquires, drop releases", () => {
    const run = withFastMutex((t, Counter) => {
      const mutex = t.unwrap(Counter.new(t, 0));
      t.unwrap(Counter.lock(t, mutex)).drop(t);
      Counter.drop(t, mutex);
    });
    expect(run).toEqual([...fastMade, acquire, fastRelease, freed]);
  });

  it.each([
    [LEVELS.DISPATCH_LEVEL, true],
    [3, false],
  ])("new at IRQL %i", (level, succeeds) => {
    const run = withFastMutex((t, Counter) =>
      at(t, level, () => t.match(Counter.new(t, 0), { ok: (mutex) => Counter.drop(t, mutex) })),
    );
    expect(run).toEqual([raise, ...(succeeds ? [...fastMade, freed] : []), lower]);
  });

  it("lock above APC_LEVEL is an error", () => {
    const run = withFastMutex((t, Counter) => {
      const mutex = t.unwrap(Counter.new(t, 0));
      at(t, LEVELS.DISPATCH_LEVEL, () => t.unwrap(Counter.lock(t, mutex)).drop(t));
    });
    expect(run).toEqual([...fastMade, raise, "panic"]);
  });

  it("drop_safe succeeds at APC_LEVEL, where the guard keeps the IRQL, and refuses any other", () => {
    const refused = withFastMutex((t, Counter) => {
      const mutex = t.unwrap(Counter.new(t, 0));
      const guard = t.unwrap(Counter.lock(t, mutex));
      t.unwrap(guard.dropSafe(t));
      // The release has restored PASSIVE_LEVEL: too low now, which the crate calls too high.
      t.match(guard.dropSafe(t), { ok: () => t.panic("released twice"), err: () => undefined });
      guard.forget(t);
      Counter.drop(t, mutex);
    });
    expect(refused).toEqual([...fastMade, acquire, fastRelease, freed]);
  });
});

describe("the post's counter", () => {
  const explorer = (parameters: Record<string, number>) => {
    const { result } = counter.record({ parameters });
    if (!result.ok) throw new Error("the model does not record");
    return { program: result.program, ...explore(withFaults(result.program, []), 50_000) };
  };

  it("makes six steps an iteration", () => {
    const { program } = explorer({ THREADS: 1, ITERATIONS: 2 });
    const callback = program.graphs.find(({ name }) => name === "callback_fn");
    expect(callback?.locations.map(({ label }) => label).sort()).toEqual(
      [
        "thread starts",
        "load(HEAP_MTX_PTR)",
        wait,
        "read Counter.data",
        "write Counter.data",
        "read Counter.data",
        release,
        "thread exits",
      ].sort(),
    );
  });

  it.each([
    [1, 5, 116],
    [2, 3, 1013],
    [3, 1, 1662],
  ])("with %i threads and %i iterations has %i states", (THREADS, ITERATIONS, states) => {
    const { nodes, findings } = explorer({ THREADS, ITERATIONS });
    expect(nodes.length).toBe(states);
    expect([...findings.values()]).toEqual([]);
  });
});
