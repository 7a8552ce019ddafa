/**
 * E. W. Dijkstra's semaphore as a process that three users meet: one after the other may pass. A meeting of two is one
 * step, so the semaphore is a cell here. As in Spin, the init process starts all others in one step, and a process that
 * is done vanishes in a step of its own, once all that were started after it have; init waits for the semaphore for ever.
 *
 * Published: github.com/utwente-fmt/ltsmin, commit 07f9bf8, testsuite/check-Promela/test1.exp, examples/p117.pml
 * ("354 states 828 transitions"), which is from G. J. Holzmann, "Design and Validation of Computer Protocols", p. 117.
 */
import { describe, expect, it } from "vitest";
import {
  atMost,
  cell,
  constant,
  equals,
  minus,
  not,
  plus,
  self,
} from "../../../src/ir/expression.ts";
import {
  at,
  boolean,
  buildProgram,
  range,
  set,
  start,
  thread,
  threads,
  variable,
  violation,
} from "../../semantics/build-program.ts";
import { measured, names } from "./measure.ts";

const users = 3;
const alive = cell("alive");
const inside = cell("inside");
const busy = cell("busy");

/** Only the process started last may vanish. */
const vanish = at("vanish", {
  guards: [equals(alive, self)],
  updates: [set("alive", minus(alive, constant(1)))],
});

const semaphore = buildProgram({
  variables: [
    variable("busy", boolean),
    variable("inside", range(0, users)),
    variable("alive", range(0, users + 2), { initial: [1] }),
  ],
  threads: [
    thread("init", [
      at("start", {
        starts: [start(2), ...names(users).map((_, index) => start(index + 3))],
        updates: [set("alive", users + 2)],
      }),
      at("wait", { guards: [constant(0)] }),
    ]),
    thread(
      "monitor",
      [
        at("look", [
          { guards: [atMost(inside, constant(1))] },
          { guards: [not(atMost(inside, constant(1)))], fatal: violation("panic") },
        ]),
        vanish,
      ],
      { start: "created" },
    ),
    threads(
      names(users),
      [
        at("pass", { guards: [not(busy)], updates: [set("busy", 1)] }),
        at("come in", { updates: [set("inside", plus(inside, constant(1)))] }),
        at("critical", {}),
        at("go out", { updates: [set("inside", minus(inside, constant(1)))] }),
        at("free", { guards: [busy], updates: [set("busy", 0)] }),
        at("not critical", {}),
        vanish,
      ],
      { start: "created" },
    ),
  ],
});

describe("LTSmin", () => {
  it("p117.pml, 3 users: 354 states, 828 transitions", () => {
    expect(measured(semaphore)).toMatchObject({ states: 354, transitions: 828 });
  });
});
