/**
 * The first pass over a batch: where each state's entry is to be looked for, and its key; then the second, which only
 * reads those places.
 *
 * In the second pass no access waits for another, so that the processor fetches many lines at once: there is no
 * instruction to prefetch, but plain loads that nothing depends on do the same.
 */
import {
  add,
  codeFunction,
  declare,
  giveBack,
  i32,
  integer,
  load,
  loop,
  set,
  store,
  variable,
} from "../codegen/build.ts";
import type { Code, CodeFunction, Statement } from "../codegen/code.ts";
import { declareControl, storeControl } from "./control.ts";
import type { EntryForm } from "./geometry.ts";
import { homeCode, homeControls, homeLine, keyCode } from "./home-code.ts";
import { rootWords } from "./root-code.ts";

/** Lines read in one round of a loop: the shorter the code of each, the more of them the processor fetches at once. */
export const touchedAtOnce = 4;

/** States in memory: a region, and the words from one to the next. */
export interface Place {
  readonly region: "source" | "successors";
  readonly stride: number;
  /** Used bits of each word of a state. */
  readonly widths: readonly number[];
}

const [o, j, end, h] = [variable("o"), variable("j"), variable("end"), variable("h")];

/** The root of the state at `o`. */
export function rootAt({ region, widths }: Place): readonly Code[] {
  return rootWords(widths, (index) => load(region, add(o, i32(index))));
}

/** `name(end)` fills `homes` and `keys` for the states up to `end`, and brings their lines near. */
export function hashFunction(name: string, place: Place, form: EntryForm): CodeFunction {
  const root = rootAt(place);
  const roots = root.map((_, index) => variable(`r${index}`));
  return codeFunction(name, ["end"], {
    body: [
      ...declareControl(...homeControls),
      declare("o", i32(0)),
      declare("j", i32(0)),
      loop(integer("lt_s", o, end), [
        ...root.map((word, index) => declare(`r${index}`, word)),
        ...mixed(roots),
        store("homes", j, homeCode(form)),
        store("keys", j, keyCode(form, roots.at(-1) ?? i32(0))),
        set("o", add(o, i32(place.stride))),
        set("j", add(j, i32(1))),
      ]),
      ...touched(form),
      giveBack(j),
    ],
  });
}

/**
 * Sets `h` to a hash of the root: invertible in the first word if the others are known. The constants are MurmurHash3's,
 * of its finalizer and its 128-bit variant (Appleby, public domain).
 */
function mixed([first = i32(0), ...others]: readonly Code[]): readonly Statement[] {
  const lines: Statement[] = [declare("h", i32(0))];
  for (const [index, word] of others.entries()) {
    const factor = index % 2 === 0 ? 0x9e3779b1 : 0xab0e9789;
    lines.push(set("h", integer("mul", integer("xor", h, word), i32(factor | 0))), folded(15));
  }
  return [
    ...[...lines, set("h", integer("xor", h, first)), folded(16)],
    ...[set("h", integer("mul", h, i32(0x85ebca6b | 0))), folded(13)],
    ...[set("h", integer("mul", h, i32(0xc2b2ae35 | 0))), folded(16)],
  ];
}

const folded = (bits: number): Statement =>
  set("h", integer("xor", h, integer("shr_u", h, i32(bits))));

/** Reads a word of every home's line; `j` is their number. Some homes of an earlier batch may be read as well. */
function touched(form: EntryForm): readonly Statement[] {
  const [i, sink] = [variable("i"), variable("sink")];
  const touch = (ahead: number): Statement => {
    const line = homeLine(load("homes", add(i, i32(ahead))), form);
    return set("sink", integer("xor", sink, load("table", line)));
  };
  return [
    declare("sink", i32(0)),
    declare("i", i32(0)),
    loop(integer("lt_s", i, j), [
      ...Array.from({ length: touchedAtOnce }, (_, ahead) => touch(ahead)),
      set("i", add(i, i32(touchedAtOnce))),
    ]),
    storeControl("sink", sink),
  ];
}
