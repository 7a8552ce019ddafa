/** Threads in a ring, each for ever taking its two neighbouring recursive locks in one global order: many are enabled. */
import { cell, constant, equals, or, own, plus, self } from "../../../src/ir/expression.ts";
import type { Location, Program, Update } from "../../../src/ir/program.ts";
import type { Family } from "./family.ts";

const zero = constant(0);

export const locks: Family = {
  name: "locks",
  story: "N threads in a ring take their two neighbouring recursive locks in one order, for ever",
  tiny: 3,
  sizes: [9, 11, 13],
  growing: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  program: ringOfLocks,
  byHand: ringByHand,
};

/** Nothing but locks, so that a state is where each thread stands and who owns what. */
function ringOfLocks(threads: number): Program {
  const numbers = Array.from({ length: threads }, (_, index) => index);
  const array = (name: string, max: number) => ({
    ...{ name, first: 0 as const, initial: numbers.map(() => 0), cluster: name, tags: {} },
    type: { kind: "range", min: 0, max } as const,
  });
  return {
    name: `${threads} threads in a ring of recursive locks`,
    variables: [array("owner", threads), array("depth", 2)],
    graphs: [{ name: "worker", locals: [], locations: workerLocations() }],
    threads: numbers.map((number) => ({
      ...{ name: `worker ${number + 1}`, graph: "worker", start: "active", level: zero },
      constants: ring(number, threads),
    })),
    ...{ properties: [], initialViolations: [], warnings: [] },
    ...{ exclusiveLevel: 2, choices: {}, parameters: { threads } },
  };
}

/** The two locks of a thread, in the global order. */
function ring(number: number, threads: number): { readonly low: number; readonly high: number } {
  const next = (number + 1) % threads;
  return { low: Math.min(number, next), high: Math.max(number, next) };
}

function workerLocations(): readonly Location[] {
  return [
    acquire("low", "acquire high"),
    acquire("high", "release high"),
    release("high", "release low"),
    release("low", "acquire low"),
  ];
}

function write(variable: string, index: "low" | "high", value: Update["value"]): Update {
  return { target: { kind: "cell", variable, index: own(index) }, value };
}

const none = { starts: [], accesses: [], checks: [] };

function acquire(lock: "low" | "high", to: string): Location {
  const owner = cell("owner", own(lock));
  const step = {
    to,
    guards: [or(equals(owner, zero), equals(owner, self))],
    updates: [
      write("owner", lock, self),
      write("depth", lock, plus(cell("depth", own(lock)), constant(1))),
    ],
    ...none,
  };
  return { id: `acquire ${lock}`, label: `acquire ${lock}`, steps: [step] };
}

/** The outcomes are: it was the last acquisition that is taken back, or it was not. */
function release(lock: "low" | "high", to: string): Location {
  const depth = cell("depth", own(lock));
  const outcome = (before: number, updates: readonly Update[]) => ({
    ...{ to, guards: [equals(depth, constant(before))], ...none },
    updates: [...updates, write("depth", lock, constant(before - 1))],
  });
  const steps = [outcome(1, [write("owner", lock, zero)]), outcome(2, [])];
  return { id: `release ${lock}`, label: `release ${lock}`, steps };
}

function ringByHand(threads: number): string {
  const free = (lock: string): string => `(owner[${lock}] == 0 || owner[${lock}] == _pid + 1)`;
  const take = (lock: string): string =>
    `d_step { ${free(lock)} -> owner[${lock}] = _pid + 1; depth[${lock}]++ }`;
  const give = (lock: string): string =>
    `d_step { depth[${lock}]--; if :: depth[${lock}] == 0 -> owner[${lock}] = 0 :: else fi }`;
  return `/* The ring by hand. */
byte owner[${threads}];
byte depth[${threads}];

active [${threads}] proctype worker() {
  byte low = (_pid == ${threads - 1} -> 0 : _pid);
  byte high = (_pid == ${threads - 1} -> _pid : _pid + 1);
  do
  :: ${take("low")};
     ${take("high")};
     ${give("high")};
     ${give("low")}
  od
}
`;
}
