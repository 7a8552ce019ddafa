/**
 * The loop of a breadth-first search: `advance(first, count)` expands states of the region `source`, batch by batch, and
 * inserts their successors; new states go to the region `fresh` in the order in which they were found.
 *
 * It returns how many states it expanded: fewer than `count` if the table or a region might not hold what the next batch
 * finds, if a state has no slot near enough (`pending` says that its batch is to be inserted again), or if a hook has
 * halted the search. One call is a slice of the search: the host replaces code by faster code only between calls.
 */
import {
  add,
  both,
  call,
  choice,
  codeFunction,
  declare,
  giveBack,
  i32,
  integer,
  loop,
  set,
  store,
  variable,
  when,
} from "../codegen/build.ts";
import type { Code, CodeFunction, Statement } from "../codegen/code.ts";
import { loadControl, storeControl } from "./control.ts";

export interface AdvanceSizes {
  /** Most states expanded at once. */
  readonly batch: number;
  /** Words of the region `fresh` beyond which no batch is begun, since its new states might not fit. */
  readonly freshMax: number;
}

const [first, count, done, end] = ["first", "count", "done", "end"].map((name) =>
  variable(name),
) as [Code, Code, Code, Code];
const leave: Statement = { kind: "break" };

export function advanceFunction({ batch, freshMax }: AdvanceSizes): CodeFunction {
  const left = integer("sub", count, done);
  const size = choice(integer("lt_s", left, i32(batch)), left, i32(batch));
  const hasRoom = both(
    integer("eq", integer("lt_s", loadControl("sizeMax"), loadControl("size")), i32(0)),
    integer("eq", integer("lt_s", i32(freshMax), loadControl("fresh")), i32(0)),
  );
  return codeFunction("advance", ["first", "count"], {
    body: [
      declare("done", i32(0)),
      declare("batches", i32(0)),
      loop(both(integer("lt_s", done, count), hasRoom), [
        store("tails", variable("batches"), loadControl("size")),
        declare("size", size),
        declare("end", call("expand", [add(first, done), variable("size")])),
        when(integer("ne", loadControl("halted"), i32(0)), [leave]),
        storeControl("found", add(loadControl("found"), end)),
        set("done", add(done, variable("size"))),
        set("batches", add(variable("batches"), i32(1))),
        when(integer("eq", call("insert", [end]), i32(0)), [storeControl("pending", end), leave]),
      ]),
      giveBack(done),
    ],
  });
}
