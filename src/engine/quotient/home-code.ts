/**
 * From a hash `h` to the place where a state's entry is looked for first, its *home*, and to its key there.
 *
 * A home is the number of a line and of a slot in it, as one word.
 */
import { bitAnd, bitOr, i32, integer, shiftLeft, variable } from "../codegen/build.ts";
import type { Code } from "../codegen/code.ts";
import type { ControlName } from "./control.ts";
import type { EntryForm } from "./geometry.ts";

const [h, shift] = [variable("h"), variable("shift")];
const upper = integer("shr_u", h, i32(16));

/** Words of the table's description that homes and keys are made with. */
export const homeControls: readonly ControlName[] = [
  ...(["multiplier", "shift", "shiftMask", "residueBits", "residueMask"] as const),
  ...(["quotientBits", "displacementBits"] as const),
];

const slotBits = 4;
const slotMask = 2 ** slotBits - 1;

/** The home of hash `h`; the slot comes from bits that do not choose the line. */
export function homeCode({ slots }: EntryForm): Code {
  const part = integer("shr_u", integer("mul", upper, variable("multiplier")), i32(16));
  const line = bitOr(shiftLeft(part, shift), bitAnd(h, variable("shiftMask")));
  const spare = bitAnd(integer("shr_u", h, i32(12)), i32(slotMask));
  const slot = integer("shr_u", integer("mul", spare, i32(slots)), i32(slotBits));
  return bitOr(shiftLeft(line, i32(slotBits)), slot);
}

export const homeSlot = (home: Code): Code => bitAnd(home, i32(slotMask));

/** Where the line begins in the table. */
export const homeLine = (home: Code, { lineWords }: EntryForm): Code =>
  integer("mul", bitAnd(home, i32(~slotMask)), i32(lineWords / 2 ** slotBits));

/** The key of an entry in its own line; `last` is the last word of the root. */
export function keyCode({ short }: EntryForm, last: Code): Code {
  const lower = integer("shr_u", bitAnd(h, i32(0xffff)), shift);
  const residue = bitAnd(upper, variable("residueMask"));
  const quotient = bitOr(shiftLeft(lower, variable("residueBits")), residue);
  const rest = short ? bitOr(quotient, shiftLeft(last, variable("quotientBits"))) : quotient;
  return bitOr(shiftLeft(rest, variable("displacementBits")), i32(1));
}
