/** Small Programs made by hand, one per story that a report must tell well, and what the oracle finds in them. */
import {
  atMost,
  cell,
  constant,
  differs,
  type Expression,
  equals,
  local,
  not,
  or,
  plus,
  self,
} from "../../src/ir/expression.ts";
import type {
  Access,
  Graph,
  Location,
  Program,
  Property,
  Step,
  Thread,
  Update,
  Variable,
  Violation,
} from "../../src/ir/program.ts";
import type { RuleId } from "../../src/ir/rules.ts";
import type { Span } from "../../src/ir/span.ts";
import type { Type } from "../../src/ir/type.ts";
import { explore } from "../../src/semantics/explore.ts";
import type { Finding } from "../../src/trace/document.ts";
import { type EngineFinding, findingOf } from "../../src/trace/verdict.ts";

const boolean: Type = { kind: "boolean" };
const upTo = (max: number): Type => ({ kind: "range", min: 0, max });
const threadOf = (slots: number): Type => ({ kind: "reference", to: "thread", slots });

const span = (file: string, line: number): Span => ({ file, line, column: 5 });

function shared(name: string, type: Type, extra: Partial<Variable> = {}): Variable {
  return { name, type, first: 0, initial: [0], cluster: name, tags: {}, ...extra };
}

const set = (variable: string, value: Expression, index: Expression | number = 0): Update => ({
  target: cell(variable, index) as Update["target"] & { kind: "cell" },
  value,
});
const setLocal = (name: string, value: Expression): Update => ({
  target: { kind: "local", name },
  value,
});

function step(to: string, updates: readonly Update[], extra: Partial<Step> = {}): Step {
  return { to, guards: [], updates, starts: [], accesses: [], checks: [], ...extra };
}

function plainAccess(variable: string, writes: boolean): Access {
  return { variable, index: constant(0), writes, plain: true };
}

function call(
  id: string,
  text: string,
  line: Span,
  steps: readonly Step[],
  extra: Partial<Location> = {},
): Location {
  const routine = /^(\w+)\(/.exec(text)?.[1];
  return { id, label: text, ...(routine && { routine }), source: line, steps, ...extra };
}

function threads(names: readonly string[], graph: string | readonly string[]): readonly Thread[] {
  return names.map((name, index) => ({
    name,
    graph: typeof graph === "string" ? graph : (graph[index] ?? ""),
    start: "active",
    constants: {},
    level: constant(0),
  }));
}

function program(name: string, parts: Partial<Program>): Program {
  const nothing = { variables: [], graphs: [], threads: [], properties: [], initialViolations: [] };
  const rest = { warnings: [], choices: {}, parameters: {}, exclusiveLevel: 2 };
  return { ...nothing, ...rest, name, ...parts };
}

const violation = (rule: RuleId, place: string, message: string): Violation => ({
  rule,
  place,
  message,
});

const atEnd = (name: string, expression: Expression): Property => ({
  kind: "atEnd",
  name,
  expression,
  violation: violation(`at-end:${name}`, name, `"${name}" does not hold`),
});

/** A lock of test and set in two steps: both workers get in, and one increment is lost. */
export function lostUpdate(): Program {
  const file = "models/locks/broken-lock.ts";
  const worker: Graph = {
    name: "worker",
    locals: [{ name: "seen", type: upTo(2), initial: 0 }],
    locations: [
      call(
        "test",
        "wait until busy is false",
        span(file, 12),
        [step("take", [], { guards: [equals(cell("busy"), constant(0))] })],
        { waits: { object: "busy", kind: "other" } },
      ),
      call("take", "busy = true", span(file, 13), [step("read", [set("busy", constant(1))])]),
      call("read", "read counter", span(file, 14), [
        step("write", [setLocal("seen", cell("counter"))]),
      ]),
      call("write", "counter = seen + 1", span(file, 15), [
        step("free", [set("counter", plus(local("seen"), constant(1)))]),
      ]),
      call("free", "busy = false", span(file, 16), [step("ended", [set("busy", constant(0))])]),
    ],
  };
  return program("a lock that tests and sets in two steps", {
    variables: [shared("busy", boolean), shared("counter", upTo(2), { tags: { data: true } })],
    graphs: [worker],
    threads: threads(["worker 1", "worker 2"], "worker"),
    properties: [atEnd("no increment is lost", equals(cell("counter"), constant(2)))],
  });
}

const LIVE = 1;
const FREED = 2;

/** Unload frees the block of a mutex while a worker still holds the pointer that it loaded. */
export function useAfterFree(): Program {
  const file = "models/post/driver.rs";
  const block: Type = { kind: "reference", to: "KMutexInner", slots: 1 };
  const life: Type = { kind: "enumeration", name: "life", members: ["never", "live", "freed"] };
  const stale = equals(cell("KMutexInner.life", local("p")), constant(FREED));
  const fatal = (where: string) =>
    violation("use-after-free", where, "the block of the mutex was freed");
  const worker: Graph = {
    name: "callback_fn",
    locals: [{ name: "p", type: block, initial: 0 }],
    locations: [
      call("load", "p = HEAP_MTX_PTR.load()", span(file, 55), [
        step("lock", [setLocal("p", cell("HEAP_MTX_PTR"))]),
      ]),
      call(
        "lock",
        "KeWaitForSingleObject(p)",
        span(file, 58),
        [
          step("unlock", [], {
            guards: [differs(local("p"), constant(0)), stale],
            fatal: fatal("callback_fn:58"),
          }),
          step("unlock", [set("KMutexInner.owner", self, local("p"))], {
            outcome: "STATUS_SUCCESS",
            guards: [
              differs(local("p"), constant(0)),
              not(stale),
              equals(cell("KMutexInner.owner", local("p")), constant(0)),
            ],
          }),
          step("ended", [], {
            guards: [equals(local("p"), constant(0))],
            outcome: "pointer is null",
          }),
        ],
        {
          waits: {
            object: "the mutex in KMutexInner",
            kind: "lock",
            owner: cell("KMutexInner.owner", local("p")),
          },
        },
      ),
      call("unlock", "KeReleaseMutex(p)", span(file, 61), [
        step("unlock", [], { guards: [stale], fatal: fatal("callback_fn:61") }),
        step("ended", [set("KMutexInner.owner", constant(0), local("p"))], {
          guards: [not(stale)],
        }),
      ]),
    ],
  };
  const owned = differs(cell("KMutexInner.owner", local("old")), constant(0));
  const unload: Graph = {
    name: "DriverUnload",
    locals: [{ name: "old", type: block, initial: 0 }],
    locations: [
      call("swap", "HEAP_MTX_PTR.swap(null)", span(file, 40), [
        step("drop", [setLocal("old", cell("HEAP_MTX_PTR")), set("HEAP_MTX_PTR", constant(0))]),
      ]),
      call(
        "drop",
        "ExFreePool(old)",
        span(file, 41),
        [
          step("ended", [set("KMutexInner.life", constant(FREED), local("old"))], {
            frees: {
              block: "KMutexInner",
              index: local("old"),
              violation: violation(
                "free-while-waited",
                "DriverUnload:41",
                "freed while a thread waits for it",
              ),
            },
            checks: [
              {
                ...violation("free-while-owned", "DriverUnload:41", "freed while it is owned"),
                when: owned,
              },
            ],
          }),
        ],
        { arguments: ["old"] },
      ),
    ],
  };
  const slot = { first: 1 as const };
  return program("unload frees the mutex of a running thread", {
    variables: [
      shared("HEAP_MTX_PTR", block, { initial: [1] }),
      shared("KMutexInner.life", life, { ...slot, initial: [LIVE], cluster: "KMutexInner" }),
      shared("KMutexInner.owner", threadOf(2), {
        ...slot,
        tags: { holder: "KMutexInner" },
        cluster: "KMutexInner",
      }),
    ],
    graphs: [unload, worker],
    threads: threads(["DriverUnload", "callback_fn 1"], ["DriverUnload", "callback_fn"]),
  });
}

/** Acquires a lock whose holder is a cell, waiting for ever. */
function acquire(id: string, to: string, lock: string, line: Span): Location {
  const free = equals(cell(`${lock}.owner`), constant(0));
  return call(
    id,
    `KeWaitForSingleObject(${lock})`,
    line,
    [step(to, [set(`${lock}.owner`, self)], { guards: [free], outcome: "STATUS_SUCCESS" })],
    {
      waits: { object: lock, kind: "lock", owner: cell(`${lock}.owner`) },
      requests: { holder: `${lock}.owner`, index: constant(0) },
      arguments: [lock],
    },
  );
}

function release(id: string, to: string, lock: string, line: Span): Location {
  const owner = cell(`${lock}.owner`);
  const place = `release ${lock}:${line.line}`;
  return call(
    id,
    `KeReleaseMutex(${lock})`,
    line,
    [
      step(to, [], {
        guards: [equals(owner, constant(0))],
        fatal: violation(
          "double-release",
          place,
          "KeReleaseMutex: released once more than it was acquired",
        ),
      }),
      step(to, [], {
        guards: [differs(owner, constant(0)), differs(owner, self)],
        fatal: violation(
          "mutex-not-owned",
          place,
          "KeReleaseMutex: released by a thread that does not own it",
        ),
      }),
      step(to, [set(`${lock}.owner`, constant(0))], { guards: [equals(owner, self)] }),
    ],
    { arguments: [lock] },
  );
}

const mutex = (name: string, slots = 2): Variable =>
  shared(`${name}.owner`, threadOf(slots), { tags: { holder: name }, cluster: name });

/** Two threads take two mutexes in opposite orders. */
export function abba(): Program {
  const file = "models/locks/abba.rs";
  const graph = (name: string, first: string, second: string, line: number): Graph => ({
    name,
    locals: [],
    locations: [
      acquire("1", "2", first, span(file, line)),
      acquire("2", "3", second, span(file, line + 1)),
      release("3", "4", second, span(file, line + 4)),
      release("4", "ended", first, span(file, line + 5)),
    ],
  });
  return program("two mutexes in opposite orders", {
    variables: [mutex("A"), mutex("B")],
    graphs: [graph("reader", "A", "B", 66), graph("writer", "B", "A", 80)],
    threads: threads(["reader", "writer"], ["reader", "writer"]),
  });
}

/** An error path releases a mutex that the normal path has released already. */
export function doubleRelease(): Program {
  const file = "models/locks/double-release.c";
  const graph: Graph = {
    name: "worker",
    locals: [],
    locations: [
      acquire("1", "2", "DeviceLock", span(file, 21)),
      release("2", "3", "DeviceLock", span(file, 25)),
      release("3", "ended", "DeviceLock", span(file, 31)),
    ],
  };
  return program("a mutex released twice", {
    variables: [mutex("DeviceLock")],
    graphs: [graph],
    threads: threads(["worker 1", "worker 2"], "worker"),
  });
}

/** A wait at DISPATCH_LEVEL, after a spin lock raised the level; and a lock that is never released. */
export function waitAtDispatch(): Program {
  const file = "models/irql/wait.c";
  const irql = cell("thread.irql", self);
  const waiting = acquire("2", "3", "DeviceLock", span(file, 114));
  const graph: Graph = {
    name: "worker",
    locals: [],
    locations: [
      call(
        "1",
        "KeAcquireSpinLock(ListLock)",
        span(file, 112),
        [
          step("2", [set("ListLock.owner", self), set("thread.irql", constant(2), self)], {
            guards: [equals(cell("ListLock.owner"), constant(0))],
          }),
        ],
        { waits: { object: "ListLock", kind: "lock", owner: cell("ListLock.owner") } },
      ),
      {
        ...waiting,
        steps: waiting.steps.map((outcome) => ({
          ...outcome,
          checks: [
            {
              ...violation(
                "wait-at-dispatch",
                "worker:114",
                "KeWaitForSingleObject: called at DISPATCH_LEVEL",
              ),
              when: not(atMost(irql, constant(1))),
            },
          ],
        })),
      },
      call("3", "KeReleaseSpinLock(ListLock)", span(file, 118), [
        step("ended", [set("ListLock.owner", constant(0)), set("thread.irql", constant(0), self)]),
      ]),
    ],
  };
  return program("a wait while a spin lock is held", {
    variables: [
      mutex("DeviceLock", 1),
      mutex("ListLock", 1),
      shared("thread.irql", upTo(15), { first: 1, tags: { level: true, private: true } }),
    ],
    graphs: [graph],
    threads: threads(["worker"], "worker").map((one) => ({ ...one, level: irql })),
    properties: [
      {
        ...atEnd("locks", equals(cell("DeviceLock.owner"), constant(0))),
        violation: violation(
          "lock-held-at-exit",
          "DeviceLock",
          "a thread ended that owns DeviceLock",
        ),
      },
    ],
  });
}

/** Plain reads and writes of one flag by two threads. */
export function dataRace(): Program {
  const file = "models/memory/flag.c";
  const graph = (name: string, text: string, writes: boolean, line: number): Graph => ({
    name,
    locals: [],
    locations: [
      call("0", 'DbgPrint("start")', span(file, line), [step("1", [])]),
      call("1", text, span(file, line + 1), [
        step("ended", writes ? [set("Stopping", constant(1))] : [], {
          accesses: [plainAccess("Stopping", writes)],
        }),
      ]),
    ],
  });
  return program("a flag without a lock", {
    variables: [shared("Stopping", boolean)],
    graphs: [
      graph("unload", "Stopping = TRUE", true, 8),
      graph("worker", "if (Stopping)", false, 20),
    ],
    threads: threads(["unload", "worker"], ["unload", "worker"]),
  });
}

/** An allocation that may fail and is not tested; if it succeeds, the block leaks. */
export function untestedAllocation(): Program {
  const file = "models/memory/untested.c";
  const block: Type = { kind: "reference", to: "Packet", slots: 1 };
  const graph: Graph = {
    name: "DriverEntry",
    locals: [{ name: "packet", type: block, initial: 0 }],
    locations: [
      call("allocate", "ExAllocatePool2(Packet)", span(file, 30), [
        step("write", [], {
          outcome: "NULL",
          updates: [setLocal("packet", constant(0))],
          fault: "allocation",
        }),
        step("write", [setLocal("packet", constant(1)), set("Packet.life", constant(1), 1)], {
          outcome: "allocated",
        }),
      ]),
      call("write", "packet->length = 0", span(file, 31), [
        step("write", [], {
          guards: [equals(local("packet"), constant(0))],
          fatal: violation("null-dereference", "DriverEntry:31", "the pointer is null"),
        }),
        step("ended", [], { guards: [differs(local("packet"), constant(0))] }),
      ]),
    ],
  };
  return program("an allocation that is not tested", {
    variables: [shared("Packet.life", boolean, { first: 1 })],
    graphs: [graph],
    threads: threads(["DriverEntry"], "DriverEntry"),
    properties: [
      {
        ...atEnd("leak", equals(cell("Packet.life", 1), constant(0))),
        violation: violation("pool-leak", "Packet", "a block is never freed"),
      },
    ],
  });
}

/** A block with a mutex is freed while another thread waits for the mutex. */
export function freeWhileWaited(): Program {
  const file = "models/memory/waited.c";
  const owner = cell("Block.owner", 1);
  const unload: Graph = {
    name: "unload",
    locals: [],
    locations: [
      call(
        "take",
        "KeWaitForSingleObject(mutex)",
        span(file, 3),
        [step("free", [set("Block.owner", self, 1)], { guards: [equals(owner, constant(0))] })],
        { waits: { object: "mutex", kind: "lock", owner } },
      ),
      call("free", "ExFreePool(block)", span(file, 4), [
        step("ended", [set("Block.owner", constant(0), 1)], {
          frees: {
            block: "Block",
            index: constant(1),
            violation: violation(
              "free-while-waited",
              "unload:4",
              "freed while a thread waits for it",
            ),
          },
        }),
      ]),
    ],
  };
  const worker: Graph = {
    name: "worker",
    locals: [],
    locations: [
      call(
        "take",
        "KeWaitForSingleObject(mutex)",
        span(file, 12),
        [step("ended", [set("Block.owner", self, 1)], { guards: [equals(owner, constant(0))] })],
        {
          waits: {
            object: "mutex",
            kind: "lock",
            owner,
            on: { block: "Block", index: constant(1) },
          },
        },
      ),
    ],
  };
  return program("a block freed while it is waited for", {
    variables: [shared("Block.owner", threadOf(2), { first: 1, tags: { holder: "mutex" } })],
    graphs: [unload, worker],
    threads: threads(["unload", "worker"], ["unload", "worker"]),
  });
}

/** Two threads enter one section without any lock; nothing but an invariant says so. */
export function bothInside(): Program {
  const file = "models/locks/section.c";
  const inside = (index: number) => cell("inside", index);
  const graph: Graph = {
    name: "worker",
    locals: [],
    locations: [
      call("enter", "enter the section", span(file, 5), [
        step("leave", [set("inside", constant(1), self)]),
      ]),
      call("leave", "leave the section", span(file, 7), [
        step("ended", [set("inside", constant(0), self)]),
      ]),
    ],
  };
  const alone = not(equals(plus(inside(1), inside(2)), constant(2)));
  return program("a section without a lock", {
    variables: [shared("inside", boolean, { first: 1, initial: [0, 0] })],
    graphs: [graph],
    threads: threads(["worker 1", "worker 2"], "worker"),
    properties: [
      {
        kind: "invariant",
        name: "section",
        expression: alone,
        violation: violation("mutual-exclusion", "section", "two threads are inside the section"),
      },
    ],
  });
}

/** A counter that many threads pass through a wide program: for layouts of many lanes and long runs. */
export function longRun(count: number, rounds: number): Program {
  const file = "models/long.ts";
  const graph: Graph = {
    name: "worker",
    locals: [{ name: "round", type: upTo(rounds), initial: 0 }],
    locations: [
      acquire("lock", "add", "M", span(file, 5)),
      call("add", "total = total + 1", span(file, 6), [
        step("unlock", [
          set("total", plus(cell("total"), constant(1))),
          setLocal("round", plus(local("round"), constant(1))),
        ]),
      ]),
      release("unlock", "again", "M", span(file, 7)),
      call("again", "repeat", span(file, 4), [
        step("lock", [], {
          guards: [not(equals(local("round"), constant(rounds)))],
          outcome: "again",
        }),
        step("ended", [], { guards: [equals(local("round"), constant(rounds))], outcome: "done" }),
      ]),
    ],
  };
  const names = Array.from({ length: count }, (_, index) => `worker ${index + 1}`);
  return program("many threads, many rounds", {
    variables: [mutex("M", count), shared("total", upTo(count * rounds))],
    graphs: [graph],
    threads: threads(names, "worker"),
    properties: [atEnd("the total stays low", or(equals(cell("total"), constant(0))))],
  });
}

export const HOSTILE = `<script>alert("x")</script> 'q' & \u001b[31mred\u001b[0m\nnew\tline \u202egnp.exe\u202c \u0000 ]]>`;

/** Names that try to break out of every format. */
export function hostile(): Program {
  const file = `${HOSTILE}.c`;
  const graph: Graph = {
    name: HOSTILE,
    locals: [],
    locations: [
      call("1", `f(${HOSTILE})`, span(file, 1), [
        step("2", [set(HOSTILE, constant(1))], { outcome: HOSTILE }),
      ]),
      call("2", HOSTILE, span(file, 2), [
        step("ended", [], {
          guards: [equals(cell(HOSTILE), constant(1))],
          fatal: violation("panic", HOSTILE, HOSTILE),
        }),
      ]),
    ],
  };
  return program(HOSTILE, {
    variables: [
      shared(HOSTILE, { kind: "enumeration", name: "e", members: [HOSTILE, `${HOSTILE}2`] }),
    ],
    graphs: [graph],
    threads: threads([HOSTILE, `${HOSTILE} 2`], HOSTILE),
  });
}

/** The oracle's findings, as an engine would report them. */
export function engineFindings(sample: Program): readonly EngineFinding[] {
  return [...explore(sample, 100_000).findings.values()];
}

/** The confirmed finding of a rule (or of rules that start so) in a sample. */
export function findingIn(sample: Program, rule: string): Finding {
  const found = engineFindings(sample).find((one) => one.rule.startsWith(rule));
  if (!found) throw new Error(`no ${rule} in ${sample.name}`);
  const steps = found.schedule.length;
  const made = findingOf(sample, found, {
    minimal: { preemptions: 1, threads: 2, steps, proved: true },
  });
  if (!made.ok) throw new Error(made.message);
  return made.finding;
}
