import { describe, expect, it } from "vitest";
import { compile } from "../../../src/engine/explicit/compile.ts";
import type { Hooks } from "../../../src/engine/explicit/hooks.ts";
import { layoutOf } from "../../../src/engine/explicit/layout.ts";
import { initialWords } from "../../../src/engine/explicit/state-words.ts";
import { cell, constant, equals } from "../../../src/ir/expression.ts";
import type { Program } from "../../../src/ir/program.ts";
import {
  acquire,
  at,
  buildProgram,
  lock,
  range,
  set,
  skip,
  thread,
  variable,
} from "../../semantics/build-program.ts";

/** A machine for the Program, with its initial state first in `source`, and all that its hooks are told. */
function machineOf(program: Program) {
  const told: (string | number)[][] = [];
  const tell =
    (name: keyof Hooks) =>
    (...parameters: number[]): void => {
      told.push([name, ...parameters]);
    };
  const hooks: Hooks = {
    check: tell("check"),
    stop: tell("stop"),
    range: tell("range"),
    freed: tell("freed"),
    property: tell("property"),
    race: tell("race"),
    request: tell("request"),
    terminal: tell("terminal"),
  };
  const layout = layoutOf(program);
  const machine = compile(layout, hooks, 128);
  machine.source.set(initialWords(layout));
  return { machine, words: layout.words, told };
}

describe("expand", () => {
  const program = buildProgram({
    variables: [variable("x", range(0, 2 ** 20)), variable("y", range(0, 2 ** 20))],
    threads: [
      thread("a", [at("set x", { updates: [set("x", 1000)] }), skip("after")]),
      thread("b", [at("set y", { guards: [equals(cell("x"), constant(1000))] })]),
    ],
  });

  /** The machine with all states of the program in its source. */
  const filled = () => {
    const made = machineOf(program);
    const { machine, words } = made;
    const { source, successors, stride } = machine;
    let known = 1;
    for (let from = 0; from < known; from += 1) {
      const end = machine.expand(from, 1);
      for (let o = 0; o < end; o += stride) {
        const state = successors.slice(o, o + words);
        const isState = (_: unknown, index: number) =>
          state.every((word, at) => source[index * words + at] === word);
        if (Array.from({ length: known }).some(isState)) continue;
        source.set(state, known * words);
        known += 1;
      }
    }
    return { ...made, known };
  };

  it("begins at any state of the source, and writes from the start", () => {
    const { machine, known } = filled();
    const { successors, ends } = machine;
    const apart = Array.from({ length: known }, (_, from) => [
      ...successors.slice(0, machine.expand(from, 1)),
    ]);
    const together = [...successors.slice(0, machine.expand(0, known))];
    expect(known).toBe(5);
    expect(together).toEqual(apart.flat());
    let end = 0;
    expect([...ends.slice(0, known)]).toEqual(apart.map(({ length }) => (end += length)));
    expect([...successors.slice(0, machine.expand(2, 3))]).toEqual(apart.slice(2).flat());
  });

  it("tells hooks where the state begins", () => {
    const { machine, words, known, told } = filled();
    told.length = 0;
    machine.expand(known - 1, 1);
    expect(told).toEqual([["terminal", (known - 1) * words]]);
  });
});

describe("requests of locks", () => {
  const names = ["first", "second"];
  const requesting = (locks: number) =>
    buildProgram({
      variables: names.map((name) => lock(name, { initial: Array(locks).fill(0) })),
      threads: [thread("t", [acquire("first"), acquire("second")])],
    });
  /** How often a machine tells of requests when the state after the first step is expanded twice. */
  const requests = (program: Program): number => {
    const { machine, words, told } = machineOf(program);
    machine.expand(0, 1);
    machine.source.set(machine.successors.slice(0, words));
    machine.expand(0, 1);
    machine.expand(0, 1);
    return told.filter(([name]) => name === "request").length;
  };

  it("are told once while a lock is held", () => {
    expect(requests(requesting(1))).toBe(1);
  });

  it("are told always where locks are too many for one word", () => {
    expect(requests(requesting(20))).toBe(3);
  });
});
