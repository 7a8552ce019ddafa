/**
 * How an entry is found, or the empty slot where it would be.
 *
 * A line is searched from the home slot on and around, so that most searches end within one line of the cache; then the
 * next line. Entries never move or leave, so the first empty slot ends a search.
 */
import {
  add,
  bitAnd,
  both,
  choice,
  declare,
  i32,
  integer,
  load,
  loop,
  set,
  store,
  variable,
  when,
} from "../codegen/build.ts";
import type { Code, Statement } from "../codegen/code.ts";
import type { ControlName } from "./control.ts";
import type { EntryForm } from "./geometry.ts";
import { homeLine, homeSlot } from "./home-code.ts";

/** The words of an entry behind its key. */
export type Tail = readonly Code[];

/** What a search does at its end. */
export interface Ends {
  /** The entry is there. Nothing if the state is known to be new. */
  readonly found?: readonly Statement[];
  /** There is none; this slot is empty. */
  readonly absent: readonly Statement[];
  /** There is none so near that an entry could tell its own line. */
  readonly tooFar: readonly Statement[];
}

/** Where the search stands: the entry's slot in its line, its first word, and the key that it has or would get here. */
const [slot, line, at, key] = [variable("slot"), variable("line"), variable("at"), variable("key")];
const [start, entry] = [variable("start"), variable("entry")];
const leave: Statement = { kind: "break" };

/** Words of the table's description that a search uses as variables. */
export const probeControls: readonly ControlName[] = [
  ...(["displacementMask", "displacementEnd", "tableWords"] as const),
];

/** Statements that search for an entry of the given words behind its key, from the variables `home` and `key` on. */
export function probe(form: EntryForm, tail: Tail, ends: Ends): readonly Statement[] {
  const home = variable("home");
  const matches = tail.reduce<Code>(
    (all, word, index) => both(all, integer("eq", load("table", tailIndex(index)), word)),
    integer("eq", entry, key),
  );
  return [
    declare("start", homeSlot(home)),
    declare("slot", start),
    declare("line", homeLine(home, form)),
    loop(i32(1), [
      declare("at", add(line, integer("mul", slot, i32(form.words)))),
      declare("entry", load("table", at)),
      ...(ends.found ? [when(matches, [...ends.found, leave])] : []),
      when(integer("eq", entry, i32(0)), [...ends.absent, leave]),
      set("slot", slotAfter(form)),
      when(integer("eq", slot, start), nextLine(form, ends.tooFar)),
    ]),
  ];
}

function slotAfter({ slots }: EntryForm): Code {
  const next = add(slot, i32(1));
  const isPowerOfTwo = (slots & (slots - 1)) === 0;
  if (isPowerOfTwo) return bitAnd(next, i32(slots - 1));
  return choice(integer("eq", slot, i32(slots - 1)), i32(0), next);
}

function nextLine({ lineWords }: EntryForm, tooFar: readonly Statement[]): readonly Statement[] {
  const displacement = bitAnd(key, variable("displacementMask"));
  return [
    when(integer("eq", displacement, variable("displacementEnd")), [...tooFar, leave]),
    set("key", add(key, i32(1))),
    set("line", add(line, i32(lineWords))),
    when(integer("eq", line, variable("tableWords")), [set("line", i32(0))]),
  ];
}

const tailIndex = (index: number): Code => add(at, i32(index + 1));

/** Writes the entry where the search has ended. */
export const enterEntry = (tail: Tail): readonly Statement[] => [
  store("table", at, key),
  ...tail.map((word, index) => store("table", tailIndex(index), word)),
];

/** The slot where the search has ended, counted through the whole table. */
export function slotNumber({ lineWords, slots }: EntryForm): Code {
  const lineNumber = integer("shr_u", line, i32(Math.log2(lineWords)));
  return add(integer("mul", lineNumber, i32(slots)), slot);
}
