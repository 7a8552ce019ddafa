/**
 * The functions of the table: `insert` and `find` a batch of successors, `locate` a batch of states to expand, and
 * `enter` states that are known to be new, when the table has grown. All take where the states end in their region.
 * A growing table has its entries moved by `move`: see `move-code.ts`.
 *
 * Each exists for every form that entries may take, and chooses by the word `short`.
 */
import {
  add,
  call,
  choice,
  codeFunction,
  declare,
  giveBack,
  i32,
  integer,
  load,
  loop,
  run,
  set,
  store,
  variable,
} from "../codegen/build.ts";
import type { Code, CodeFunction, Statement } from "../codegen/code.ts";
import { declareControl, loadControl, storeControl } from "./control.ts";
import { type EntryForm, entryForms, formName } from "./geometry.ts";
import { hashFunction, type Place, rootAt } from "./hash-code.ts";
import { moveFunctions } from "./move-code.ts";
import {
  type Ends,
  enterEntry,
  probe,
  probeControls,
  slotNumber,
  type Tail,
} from "./probe-code.ts";
import { rootShape } from "./root-code.ts";

const [o, j, end] = [variable("o"), variable("j"), variable("end")];
const [size, fresh] = [variable("size"), variable("fresh")];

/** The functions for states whose words use so many of their lowest bits each. */
export function tableFunctions(widths: readonly number[]): readonly CodeFunction[] {
  const forms = entryForms(rootShape(widths));
  const names = ["insert", "find", "locate", "enter"];
  return [
    ...forms.flatMap((form) => formFunctions(widths, form)),
    ...names.map((name) => chooseForm(name, forms)),
    ...moveFunctions(forms),
  ];
}

function chooseForm(name: string, forms: readonly EntryForm[]): CodeFunction {
  const calls = forms.map((form) => call(`${name}${formName(form)}`, [end]));
  const [short = i32(0), whole] = calls;
  const value = whole ? choice(loadControl("short"), short, whole) : short;
  return codeFunction(name, ["end"], { body: [giveBack(value)] });
}

function formFunctions(widths: readonly number[], form: EntryForm): readonly CodeFunction[] {
  const suffix = formName(form);
  const source: Place = { region: "source", stride: widths.length, widths };
  const successors: Place = { region: "successors", stride: widths.length + 1, widths };
  const batch = (name: string, place: Place, parts: Parts): CodeFunction =>
    batchFunction(`${name}${suffix}`, place, { form, ...parts });
  return [
    hashFunction(`hashsuccessors${suffix}`, successors, form),
    hashFunction(`hashsource${suffix}`, source, form),
    batch("insert", successors, insertParts(successors, form)),
    batch("find", successors, findParts(form)),
    batch("locate", source, findParts(form)),
    batch("enter", source, enterParts(source, form)),
  ];
}

/** What an entry holds behind its key of the state at `o`. */
const tailOf = (place: Place, { words }: EntryForm): Tail => rootAt(place).slice(1, words);

interface Parts {
  readonly before?: readonly Statement[];
  readonly ends: Ends;
  readonly after: readonly Statement[];
}

/** All three passes over the states of a place. */
function batchFunction(
  name: string,
  place: Place,
  { form, before = [], ends, after }: Parts & { readonly form: EntryForm },
): CodeFunction {
  return codeFunction(name, ["end"], {
    body: [
      run(`hash${place.region}${formName(form)}`, [end]),
      ...declareControl(...probeControls),
      ...before,
      declare("o", i32(0)),
      declare("j", i32(0)),
      loop(integer("lt_s", o, end), [
        declare("home", load("homes", j)),
        declare("key", load("keys", j)),
        ...probe(form, tailOf(place, form), ends),
        set("o", add(o, i32(place.stride))),
        set("j", add(j, i32(1))),
      ]),
      ...after,
    ],
  });
}

/** New states go to the table and to the region `fresh`. Returns 1; or 0 as soon as a state has no slot near enough. */
function insertParts(place: Place, form: EntryForm): Parts {
  const words = place.widths.length;
  const kept = [storeControl("size", size), storeControl("fresh", fresh)];
  const copied = place.widths.map((_, index) =>
    store("fresh", add(fresh, i32(index)), load(place.region, add(o, i32(index)))),
  );
  return {
    before: declareControl("size", "fresh"),
    ends: {
      found: [],
      absent: [
        ...[...enterEntry(tailOf(place, form)), ...copied],
        ...[set("fresh", add(fresh, i32(words))), set("size", add(size, i32(1)))],
      ],
      tooFar: [...kept, giveBack(i32(0))],
    },
    after: [...kept, giveBack(i32(1))],
  };
}

/** The slot of each state goes to the region `slots`; -1 if it is not in the table. Returns how many there are. */
function findParts(form: EntryForm): Parts {
  const found = (slot: Code): readonly Statement[] => [store("slots", j, slot)];
  return {
    ends: { found: found(slotNumber(form)), absent: found(i32(-1)), tooFar: found(i32(-1)) },
    after: [giveBack(j)],
  };
}

/** Returns 1; or 0 as soon as a state has no slot near enough. */
function enterParts(place: Place, form: EntryForm): Parts {
  return {
    ends: { absent: enterEntry(tailOf(place, form)), tooFar: [giveBack(i32(0))] },
    after: [giveBack(i32(1))],
  };
}
