/** Programs that mutants of the reductions are shown: near misses, aimed ones, and such as must not be reduced at all. */
import fc from "fast-check";
import { cell, constant, lessThan, not, plus } from "../../src/ir/expression.ts";
import type { Program } from "../../src/ir/program.ts";
import { AIMED } from "../differential/aimed/all.ts";
import { arbitraryProgram } from "../differential/arbitrary-program.ts";
import { SIDE_CONDITIONS } from "../differential/side-conditions.ts";
import { nearMisses } from "../engine/reduction/near-misses/all.ts";
import { is, panic, waitFor, write } from "../engine/reduction/near-misses/near-miss.ts";
import {
  at,
  boolean,
  buildProgram,
  property,
  range,
  set,
  start,
  thread,
  variable,
  violation,
} from "../semantics/build-program.ts";

const seed = 20261126;
const aimedAtEach = 25;
const unaimed = 250;

const x = [variable("x", range(0, 3)), variable("y", range(0, 3))];

/** A block freed by the one thread, at times while the other waits on it. */
const freedWhileWaited = (): Program =>
  buildProgram({
    variables: [...x, variable("pointer", { kind: "reference", to: "Block", slots: 1 })],
    threads: [
      thread("frees", [
        at("free", {
          frees: {
            block: "Block",
            index: constant(1),
            violation: violation("free-while-waited", "free"),
          },
        }),
      ]),
      thread("waits", [
        write("before", "y", 1),
        at(
          "wait",
          { guards: [is("x", 1)] },
          {
            waits: { object: "event", kind: "signal", on: { block: "Block", index: constant(1) } },
          },
        ),
      ]),
      thread("signals", [write("signal", "x", 1)]),
    ],
  });

/** Waits for ever at a level that keeps the processor from the other, unless that one was first. */
const placed = (): Program =>
  buildProgram({
    variables: [...x, variable("level", range(0, 2))],
    threads: [
      thread("works", [write("work", "y", 1)], { processor: 0 }),
      thread("keeps", [write("raise", "level", 2), waitFor("wait", is("x", 1))], {
        level: cell("level"),
        processor: 0,
      }),
    ],
  });

/** The same, but the one that keeps the processor is started by a third thread. */
const placedWhenStarted = (): Program =>
  buildProgram({
    variables: [...x, variable("level", range(0, 2))],
    threads: [
      thread("works", [write("work", "y", 1)], { processor: 0 }),
      thread("keeps", [write("raise", "level", 2), waitFor("wait", is("x", 1))], {
        level: cell("level"),
        processor: 0,
        start: "created",
      }),
      thread("starts", [at("start", { starts: [start(2)] })]),
    ],
  });

/** A number that is written, or not, while a lock is free, is read under the lock by a thread started afterwards. */
const writtenBeside = (): Program =>
  buildProgram({
    variables: [
      ...x,
      variable("owner", range(0, 2), { cluster: "lock" }),
      variable("depth", range(0, 1), { cluster: "lock" }),
    ],
    threads: [
      thread(
        "reads",
        [
          at("acquire", {
            guards: [is("owner", 0)],
            updates: [set("owner", 1), set("depth", 1)],
          }),
          at("look", [{ guards: [is("x", 1)] }, { guards: [is("x", 0)] }]),
          at("release", { updates: [set("owner", 0), set("depth", 0)] }),
        ],
        { start: "created" },
      ),
      thread("starts", [
        at("choose", [{ updates: [set("x", 1)] }, {}]),
        at("start", { starts: [start(1)] }),
      ]),
    ],
  });

/** Two sums of so many cells that their cases together are not looked at. */
const manyCases = (): Program => {
  const named = (side: string) => [1, 2, 3].map((one) => `${side}${one}`);
  const others = [...named("l"), ...named("r")];
  const sum = (names: readonly string[]) => names.map((name) => cell(name)).reduce(plus);
  return buildProgram({
    variables: [
      ...others.map((name) => variable(name, range(0, 6))),
      variable("first", boolean),
      variable("sum", range(0, 19)),
    ],
    threads: [
      thread("sums", [write("sum", "sum", sum(["first", ...named("l")]))]),
      thread("writes", [write("write", "first", lessThan(sum(named("r")), constant(99)))]),
      thread(
        "sets",
        [2, 4, 6].flatMap((value) =>
          others.map((name) => write(`${name} is ${value}`, name, value)),
        ),
      ),
    ],
    properties: [property("atEnd", "something", not(is("sum", 0)))],
  });
};

/** What comes behind a bound may be reachable. */
const bounded = (): Program =>
  buildProgram({
    variables: x,
    threads: [
      thread("one", [
        at("bound", [{ guards: [is("y", 1)] }, { guards: [is("y", 0)], limit: "slots" }]),
        write("set", "x", 1),
      ]),
    ],
    properties: [property("reachable", "set", is("x", 1))],
  });

/** A set of one thread that waits goes nowhere, another's stop hides what a third does. */
const waitsBesideStop = (): Program =>
  buildProgram({
    variables: x,
    threads: [
      thread("waits", [at("wait", { guards: [is("x", 1)] })]),
      thread("stops", [at("stop", [{ fatal: panic("one") }, {}])]),
      thread("sets", [write("set", "x", 1), at("stop", { fatal: panic("two") })]),
    ],
  });

/** All Programs, each made when it is asked for, those first that notice most. */
export const killers: readonly (() => Program)[] = [
  ...Object.values(nearMisses).flatMap((theme) => theme.map(({ program }) => program)),
  ...[freedWhileWaited, placed, placedWhenStarted, writtenBeside, manyCases, bounded],
  waitsBesideStop,
  ...SIDE_CONDITIONS.flatMap((condition) =>
    fc.sample(AIMED[condition], { seed, numRuns: aimedAtEach }).map((program) => () => program),
  ),
  // Processors, slots used again, loops without end: what is aimed at nothing else.
  ...fc.sample(arbitraryProgram, { seed, numRuns: unaimed }).map(
    ({ program }) =>
      () =>
        program,
  ),
];
