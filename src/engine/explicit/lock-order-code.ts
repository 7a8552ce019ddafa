/**
 * Watches, beside a location that asks for a lock, whether its thread holds locks already.
 *
 * Which locks are held is a set of bits. A set that comes with a slot not seen lately at this location is handed to
 * `lock-order.ts`, which makes edges of it. What was seen lately stands in the region `asked`, a few entries of two words
 * a location, each set and slot in the one entry that their bits choose: forgetting one costs no more than a vain report.
 */
import type { Location } from "../../ir/program.ts";
import {
  add,
  bitOr,
  declare,
  either,
  i32,
  integer,
  load,
  run,
  shiftLeft,
  store,
  variable,
  when,
} from "../codegen/build.ts";
import type { Code, Statement } from "../codegen/code.ts";
import { equalCode } from "./arithmetic-code.ts";
import { known } from "./bounded.ts";
import { narrowed, numberCode, type Scope } from "./expression-code.ts";
import { readAt, stateStart } from "./field-code.ts";
import type { Layout, Packed } from "./layout.ts";

/** Every cell that says who holds a lock. */
export function holderCells(
  layout: Layout,
): readonly { readonly variable: number; readonly field: Packed; readonly position: number }[] {
  return layout.program.variables.flatMap(({ tags }, variable) => {
    const field = layout.variables[variable];
    if (tags.holder === undefined || !field) return [];
    return Array.from({ length: field.length }, (_, position) => ({ variable, field, position }));
  });
}

/** Locks whose bits fit one word; with more, every request is handed on. */
const locksMax = 30;

/** Entries of `asked` a location, as a power of two. */
const entriesLog2 = 4;
/** Words of `asked` a location. */
export const askedWords = 2 * 2 ** entriesLog2;

/** `asked` is where the location's entries begin. */
export function requestStatements(
  scope: Scope,
  location: number,
  {
    index,
    asked,
  }: { readonly index: NonNullable<Location["requests"]>["index"]; readonly asked: number },
): readonly Statement[] {
  const report = run("request", [i32(scope.self), i32(location), stateStart]);
  const cells = holderCells(scope.layout);
  if (cells.length > locksMax) return [report];
  const bits = cells.map(({ field, position }, bit) => {
    const isHeld = equalCode(readAt(field, position, scope.words), known(scope.self));
    return shiftLeft(isHeld.code, i32(bit));
  });
  const name = (what: string): string => `${what}${scope.self}_${location}`;
  const [held, slot, entry] = [
    variable(name("held")),
    variable(name("slot")),
    variable(name("entry")),
  ];
  const second = add(entry, i32(1));
  return [
    declare(name("held"), bits.reduce(bitOr, i32(0))),
    when(integer("ne", held, i32(0)), [
      declare(name("slot"), narrowed(numberCode(scope, index))),
      declare(name("entry"), add(shiftLeft(entryCode(held, slot), i32(1)), i32(asked))),
      when(
        either(
          integer("ne", load("asked", entry), held),
          integer("ne", load("asked", second), slot),
        ),
        [store("asked", entry, held), store("asked", second, slot), report],
      ),
    ]),
  ];
}

/** The entry of a set and a slot: multiplicative hashing (Knuth, TAOCP 6.4), the upper bits of a product. */
function entryCode(held: Code, slot: Code): Code {
  const mixed = integer("xor", held, integer("mul", slot, i32(-2048144789)));
  return integer("shr_u", integer("mul", mixed, i32(-1640531535)), i32(32 - entriesLog2));
}
