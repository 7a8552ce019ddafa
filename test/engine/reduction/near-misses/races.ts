/** Data races that only some orders show, and that blocks or persistent sets step over. */
import { constant, lessThan, local, not, plus } from "../../../../src/ir/expression.ts";
import {
  access,
  acquire,
  at,
  buildProgram,
  type LocationSketch,
  localVariable,
  lock,
  range,
  release,
  set,
  setLocal,
  skip,
  type ThreadSketch,
  thread,
  threads,
  variable,
} from "../../../semantics/build-program.ts";
import { more, type NearMiss } from "./near-miss.ts";

const x = variable("x", range(0, 3));

/** A plain write of `x`. */
const writes = (value: Parameters<typeof set>[1]): LocationSketch =>
  at("write x", { updates: [set("x", value)], accesses: [access("x", true)] });

/** A plain read of `x`, whose value nobody looks at. */
const reads = at("read x", { accesses: [access("x", false)] });

const raced = (...sketches: readonly ThreadSketch[]) =>
  buildProgram({ variables: [x, lock("A"), lock("B")], threads: sketches });

const twice = (locations: readonly LocationSketch[]) => raced(threads(["one", "two"], locations));

const within = (name: string, body: LocationSketch): readonly LocationSketch[] => [
  acquire(name),
  body,
  release(name),
];

const spins = (times: number): readonly LocationSketch[] => [
  at("spin", [
    {
      to: "spin",
      guards: [lessThan(local("i"), constant(times))],
      updates: [setLocal("i", plus(local("i"), constant(1)))],
    },
    { guards: [not(lessThan(local("i"), constant(times)))] },
  ]),
];

const counting = { locals: [localVariable("i", range(0, 3))] };

export const races: readonly NearMiss[] = [
  {
    name: "two stores of one value, each behind another step",
    condition: "race-dependence",
    program: () => twice([skip("before"), writes(1)]),
  },
  {
    name: "two increments in one step each, behind loops",
    condition: "race-dependence",
    program: () => raced(threads(["one", "two"], [...spins(2), writes(more("x"))], counting)),
  },
  {
    name: "a store of the value that is there beside a read",
    condition: "race-dependence",
    program: () =>
      raced(thread("keeps", [skip("before"), writes(0)]), thread("reads", [skip("before"), reads])),
  },
  {
    name: "increments in the middle of sections of two locks",
    condition: "race-dependence",
    program: () =>
      raced(
        thread("one", within("A", writes(more("x")))),
        thread("two", within("B", writes(more("x")))),
      ),
  },
  {
    name: "a write glued to the step before it, beside a read that is too",
    condition: "race-boundary",
    program: () =>
      raced(
        thread("writes", [skip("before"), writes(1)]),
        thread("reads", [skip("before"), reads]),
      ),
  },
  {
    name: "a plain write beside an atomic read",
    condition: "race-boundary",
    program: () =>
      raced(
        thread("writes", [skip("before"), writes(1)]),
        thread("reads", [skip("before"), at("read x", { accesses: [access("x", false, false)] })]),
      ),
  },
  {
    name: "a write in the middle of a section, beside a read in one of another lock",
    condition: "race-boundary",
    program: () => raced(thread("one", within("A", writes(1))), thread("two", within("B", reads))),
  },
  {
    name: "a write before a section, beside one inside it",
    condition: "race-boundary",
    program: () =>
      raced(
        thread("outside", [skip("before"), writes(1), acquire("A"), release("A")]),
        thread("inside", within("A", writes(1))),
      ),
  },
];
