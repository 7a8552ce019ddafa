/**
 * From a hash `h` to the place where a state's entry is looked for first, its *home*, and to its key there.
 *
 * A home is the number of a line and of a slot in it, as one word.
 */
import { add, bitAnd, bitOr, i32, integer, shiftLeft, variable } from "../codegen/build.ts";
import type { Code } from "../codegen/code.ts";
import type { ControlName } from "./control.ts";
import type { EntryForm } from "./geometry.ts";

const h = variable("h");

/** Words of the table's description that homes and keys are made with. */
export const homeControls: readonly ControlName[] = [
  ...(["multiplier", "shift", "quotientBits", "quotientMask", "displacementBits"] as const),
];

const slotBits = 4;
const slotMask = 2 ** slotBits - 1;

/** The home of hash `h`; the slot comes from bits that hardly matter for the line. See `lineOf` in `geometry.ts`. */
export function homeCode({ slots }: EntryForm): Code {
  const scaled = (part: Code): Code => integer("mul", part, variable("multiplier"));
  const upper = scaled(integer("shr_u", h, i32(16)));
  const carried = integer("shr_u", scaled(bitAnd(h, i32(0xffff))), i32(16));
  const line = integer("shr_u", add(upper, carried), variable("shift"));
  const slot = integer(
    "shr_u",
    integer("mul", bitAnd(h, i32(slotMask)), i32(slots)),
    i32(slotBits),
  );
  return bitOr(shiftLeft(line, i32(slotBits)), slot);
}

export const homeSlot = (home: Code): Code => bitAnd(home, i32(slotMask));

/** Where the line begins in the table. */
export const homeLine = (home: Code, { lineWords }: EntryForm): Code =>
  integer("mul", bitAnd(home, i32(~slotMask)), i32(lineWords / 2 ** slotBits));

/** The key of an entry in its own line; `last` is the last word of the root. */
export function keyCode({ short }: EntryForm, last: Code): Code {
  const quotient = bitAnd(h, variable("quotientMask"));
  const rest = short ? bitOr(quotient, shiftLeft(last, variable("quotientBits"))) : quotient;
  return bitOr(shiftLeft(rest, variable("displacementBits")), i32(1));
}
