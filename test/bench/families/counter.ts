/** The counter of the benchmark, as a Program and as Spin's users would write it: the same states, one for one. */
import {
  and,
  cell,
  constant,
  equals,
  lessThan,
  local,
  minus,
  or,
  own,
  plus,
  self,
} from "../../../src/ir/expression.ts";
import {
  type Access,
  ENDED,
  type Graph,
  type Location,
  type Program,
  type Property,
  type Step,
  type Thread,
  type Update,
} from "../../../src/ir/program.ts";
import type { Type } from "../../../src/ir/type.ts";
import type { Family } from "./family.ts";

const THREADS = 3;

export const counter: Family = {
  name: "counter",
  story: `${THREADS} threads count up N times each under a KMUTEX, and are joined`,
  tiny: 2,
  sizes: [20, 40, 80],
  growing: [10, 20, 40, 80, 160, 320, 640, 1500, 3000, 6000],
  program: (iterations) => counting(iterations),
  byHand: countingByHand,
};

const range = (max: number): Type => ({ kind: "range", min: 0, max });
const zero = constant(0);
const one = constant(1);

const write = (variable: string, value: Update["value"], index = zero): Update => ({
  target: { kind: "cell", variable, index },
  value,
});

const assign = (name: string, value: Update["value"]): Update => ({
  target: { kind: "local", name },
  value,
});

const step = (to: string, parts: Partial<Step>): Step => ({
  to,
  ...{ guards: [], updates: [], starts: [], accesses: [], checks: [] },
  ...parts,
});

const at = (id: string, ...steps: readonly Step[]): Location => ({ id, label: id, steps });

const data = (writes: boolean): Access => ({ variable: "data", index: zero, writes, plain: true });

/**
 * Main starts the threads, then waits for each. A thread, each time: waits for a KMUTEX (owner, depth), reads, writes,
 * releases.
 */
export function counting(iterations: number, threads = THREADS): Program {
  const numbers = Array.from({ length: threads }, (_, index) => index + 2);
  const variable = (name: string, type: Type, length = 1) => ({
    ...{ name, type, cluster: name, tags: {} },
    first: length === 1 ? (0 as const) : (1 as const),
    initial: Array.from({ length }, () => 0),
  });
  const worker = (number: number): Thread => ({
    ...{ name: `worker ${number - 1}`, graph: "worker", start: "created", level: zero },
    constants: { index: number - 1 },
  });
  return {
    name: `${threads} threads count to ${iterations} each under a KMUTEX`,
    variables: [
      // They change together, as every lock's fields do: nobody owns it exactly if the depth is 0.
      { ...variable("owner", range(threads + 1)), cluster: "mutex" },
      { ...variable("depth", range(1)), cluster: "mutex" },
      variable("data", range(threads * iterations)),
      { ...variable("signaled", { kind: "boolean" }, threads), first: 1 },
    ],
    graphs: [mainGraph(numbers), workerGraph(threads * iterations, iterations)],
    threads: [
      { name: "main", graph: "main", start: "active", constants: {}, level: zero },
      ...numbers.map(worker),
    ],
    properties: [noneLost(threads * iterations)],
    ...{ initialViolations: [], warnings: [], exclusiveLevel: 2, choices: {} },
    parameters: { threads, iterations },
  };
}

function noneLost(total: number): Property {
  const [rule, place, message] = ["at-end:total", "total", "an increment is lost"] as const;
  const expression = equals(cell("data"), constant(total));
  return { kind: "atEnd", name: place, expression, violation: { rule, place, message } };
}

function mainGraph(numbers: readonly number[]): Graph {
  const last = numbers.length - 1;
  const starts = numbers.map((number, index) =>
    at(
      `start ${index}`,
      step(index === last ? "join 0" : `start ${index + 1}`, {
        starts: [{ thread: constant(number), arguments: [] }],
      }),
    ),
  );
  const joins = numbers.map((_, index) =>
    at(
      `join ${index}`,
      step(index === last ? ENDED : `join ${index + 1}`, {
        guards: [equals(cell("signaled", index + 1), one)],
      }),
    ),
  );
  return { name: "main", locals: [], locations: [...starts, ...joins] };
}

function workerGraph(total: number, iterations: number): Graph {
  const isFree = or(equals(cell("owner"), zero), equals(cell("owner"), self));
  const again = lessThan(local("i"), constant(iterations));
  const released = minus(cell("depth"), one);
  const release = (guard: Update["value"], owner: readonly Update[]): Step =>
    step("lock", {
      guards: [guard],
      updates: [...owner, write("depth", released), assign("i", plus(local("i"), one))],
    });
  return {
    name: "worker",
    locals: [
      { name: "i", type: range(iterations), initial: 0 },
      { name: "seen", type: range(total), initial: 0 },
    ],
    locations: [
      at(
        "lock",
        step("read", {
          guards: [and(again, isFree)],
          updates: [write("owner", self), write("depth", plus(cell("depth"), one))],
        }),
        step(ENDED, {
          guards: [equals(local("i"), constant(iterations))],
          updates: [write("signaled", one, own("index"))],
        }),
      ),
      at(
        "read",
        step("write", { updates: [assign("seen", cell("data"))], accesses: [data(false)] }),
      ),
      at(
        "write",
        step("unlock", {
          updates: [write("data", plus(local("seen"), one)), assign("seen", zero)],
          accesses: [data(true)],
        }),
      ),
      at(
        "unlock",
        release(equals(cell("depth"), one), [write("owner", zero)]),
        release(lessThan(one, cell("depth")), []),
      ),
    ],
  };
}

/** The counter by hand, in idiomatic Promela: processes that run others, program counters, labels for the end. */
function countingByHand(iterations: number): string {
  const integer = THREADS * iterations < 256 ? "byte" : "short";
  const numbers = Array.from({ length: THREADS }, (_, index) => index + 1);
  return `/* The counter by hand. */
byte owner;
bit depth;
${integer} data;
bit signaled[${THREADS + 1}];

proctype worker() {
  byte i;
  ${integer} seen;
  do
  :: d_step { i < ${iterations} && (owner == 0 || owner == _pid) -> owner = _pid; depth++ };
     seen = data;
     d_step { data = seen + 1; seen = 0 };
     d_step { depth--; if :: depth == 0 -> owner = 0 :: else fi; i++ }
  :: d_step { i == ${iterations} -> signaled[_pid] = 1 }; break
  od;
end:
  false
}

active proctype driver() {
${numbers.map(() => "  run worker();").join("\n")}
${numbers.map((number) => `  signaled[${number}];`).join("\n")}
end:
  false
}
`;
}
