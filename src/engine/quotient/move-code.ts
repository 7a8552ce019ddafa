/**
 * How entries move from a table to a larger one: their lines, copied to the region `moved`, are read one after another.
 *
 * An entry and its line give back the hash, from which line and key in the new table follow: the state is not needed.
 * Entries of one line go to lines near each other, so that moving reads and writes memory in order and waits for none.
 */
import {
  add,
  bitAnd,
  both,
  call,
  choice,
  codeFunction,
  declare,
  giveBack,
  i32,
  integer,
  load,
  loop,
  number,
  set,
  shiftLeft,
  variable,
  when,
  widen,
  wrap,
} from "../codegen/build.ts";
import type { Code, CodeFunction, Statement } from "../codegen/code.ts";
import { declareControl, loadControl } from "./control.ts";
import { type EntryForm, formName } from "./geometry.ts";
import { homeCode, homeControls, keyCode } from "./home-code.ts";
import { enterEntry, probe, probeControls } from "./probe-code.ts";

const [first, count, from] = [variable("first"), variable("count"), variable("from")];
const [i, word, stop, former] = [
  variable("i"),
  variable("word"),
  variable("stop"),
  variable("former"),
];
const [origin, rest, least] = [variable("origin"), variable("rest"), variable("least")];
const known = variable("known");

/**
 * `move(first, count, from)` enters the entries of `count` lines of the former table, number `first` and following, which lie
 * in `moved` from word `from` on. Returns 1; or 0 as soon as an entry has no slot near enough.
 */
export function moveFunctions(forms: readonly EntryForm[]): readonly CodeFunction[] {
  const moves = forms.flatMap((before) =>
    // A larger table leaves more room in keys, so entries that are short stay so.
    forms.filter(({ short }) => short || !before.short).map((form) => moveFunction(before, form)),
  );
  const chosen = (name: string): Code => call(name, [first, count, from]);
  const value = moves.reduceRight<Code>(
    (others, { name, before, form }) =>
      choice(both(isForm("formerShort", before), isForm("short", form)), chosen(name), others),
    i32(0),
  );
  const move = codeFunction("move", ["first", "count", "from"], { body: [giveBack(value)] });
  return [leastHashFunction, ...moves.map(({ code }) => code), move];
}

const isForm = (name: "formerShort" | "short", { short }: EntryForm): Code =>
  integer("eq", loadControl(name), i32(Number(short)));

interface Move {
  readonly name: string;
  readonly before: EntryForm;
  readonly form: EntryForm;
  readonly code: CodeFunction;
}

function moveFunction(before: EntryForm, form: EntryForm): Move {
  const name = `move${formName(before)}To${formName(form)}`;
  const old = Array.from({ length: before.words }, (_, index) =>
    load("moved", add(word, i32(index))),
  );
  const inKey = integer("shr_u", rest, variable("formerQuotientBits"));
  const last = before.short ? inKey : (old.at(-1) ?? i32(0));
  const ends = {
    absent: enterEntry(old.slice(1, form.words)),
    tooFar: [giveBack(i32(0))],
  };
  const body = [
    ...declareControl(...homeControls, ...probeControls, ...formerControls),
    declare("known", i32(-1)),
    declare("least", i32(0)),
    declare("i", i32(0)),
    loop(integer("lt_s", i, count), [
      declare("word", add(from, integer("mul", i, i32(before.lineWords)))),
      declare("stop", add(word, i32(before.slots * before.words))),
      loop(integer("lt_s", word, stop), [
        declare("former", load("moved", word)),
        when(integer("ne", former, i32(0)), [
          ...restored,
          declare("home", homeCode(form)),
          declare("key", keyCode(form, last)),
          ...probe(form, old.slice(1, form.words), ends),
        ]),
        set("word", add(word, i32(before.words))),
      ]),
      set("i", add(i, i32(1))),
    ]),
    giveBack(i32(1)),
  ];
  return { name, before, form, code: codeFunction(name, ["first", "count", "from"], { body }) };
}

const formerControls = [
  ...(["formerQuotientBits", "formerQuotientMask", "formerDisplacementBits"] as const),
  ...(["formerDisplacementMask", "formerLines"] as const),
];

/** Sets `h` to the hash of which entry `former` is what line `first + i` does not tell. */
const restored: readonly Statement[] = [
  declare(
    "origin",
    integer("sub", add(add(first, i), i32(1)), bitAnd(former, variable("formerDisplacementMask"))),
  ),
  when(integer("lt_s", origin, i32(0)), [set("origin", add(origin, variable("formerLines")))]),
  // Most entries of a line begin there, so its least hash is seldom computed.
  when(integer("ne", origin, known), [
    set("known", origin),
    set("least", call("leastHash", [origin])),
  ]),
  declare("rest", integer("shr_u", former, variable("formerDisplacementBits"))),
  declare("h", add(least, bitAnd(integer("sub", rest, least), variable("formerQuotientMask")))),
];

const [line, scaled, upper] = [variable("line"), variable("scaled"), variable("upper")];
const [left, multiplier] = [variable("left"), variable("formerMultiplier")];

/** Of unsigned integers, by the multiplier of the former table; the quotient must fit an i32. */
const divided = (dividend: Code): Code =>
  wrap(number("div", widen(dividend, false), widen(multiplier)));

/** `leastHash(line)` of the former table: see `geometry.ts`. */
const leastHashFunction = codeFunction("leastHash", ["line"], {
  body: [
    ...declareControl("formerMultiplier", "formerShift"),
    declare("scaled", shiftLeft(line, variable("formerShift"))),
    declare("upper", divided(scaled)),
    declare("left", integer("sub", scaled, integer("mul", upper, multiplier))),
    declare("rounded", add(shiftLeft(left, i32(16)), integer("sub", multiplier, i32(1)))),
    giveBack(add(shiftLeft(upper, i32(16)), divided(variable("rounded")))),
  ],
});
