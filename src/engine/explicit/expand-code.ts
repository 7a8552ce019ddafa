/**
 * The functions that expand states: `expandState` one, `expand` many.
 *
 * A state is dispatched, thread by thread, on the thread's location to a function that is specialised for both (see
 * `step-code.ts`); beside the call go the few instructions that watch for races and lock orders there.
 */
import type { Location } from "../../ir/program.ts";
import {
  add,
  bitAnd,
  bitOr,
  both,
  call,
  codeFunction,
  declare,
  giveBack,
  i32,
  integer,
  isZero,
  load,
  loop,
  run,
  set,
  store,
  switchOn,
  variable,
  when,
} from "../codegen/build.ts";
import type { Code, CodeFunction, Statement } from "../codegen/code.ts";
import { conditionCode, type Scope } from "./expression-code.ts";
import { readAt, stateStart, wordDeclarations } from "./field-code.ts";
import type { Layout, ThreadLayout } from "./layout.ts";
import { askedWords, requestStatements } from "./lock-order-code.ts";
import { type RaceMask, type RaceMasks, raceMasks } from "./race-pairs.ts";
import { mayRunCode } from "./scheduling-code.ts";
import { stepsName } from "./step-code.ts";
import { successorStart } from "./write-code.ts";

export interface ExpandCode {
  readonly functions: readonly CodeFunction[];
  /** Words of the region `asked`. */
  readonly askedWords: number;
}

interface Parts {
  readonly layout: Layout;
  readonly races: RaceMasks;
  /** Room in the region `asked` for one more location: where it begins. */
  readonly reserveAsked: () => number;
}

/** `expand(first, count)` expands states of `source`, of which the first is number `first`; returns the end of the successors. */
export function expandCode(layout: Layout): ExpandCode {
  let asked = 0;
  const reserveAsked = (): number => {
    asked += askedWords;
    return asked - askedWords;
  };
  const functions = expandState({ layout, races: raceMasks(layout), reserveAsked });
  return { functions: [...functions, expandMany(layout.words)], askedWords: asked };
}

function expandMany(words: number): CodeFunction {
  const [i, count, before] = [variable("i"), variable("count"), variable("before")];
  const stops = load("stops", i32(0));
  const isTerminal = both(
    integer("eq", successorStart, before),
    integer("eq", stops, variable("stopsBefore")),
  );
  return codeFunction("expand", ["first", "count"], {
    body: [
      declare("o", i32(0)),
      declare("i", i32(0)),
      declare("p", integer("mul", variable("first"), i32(words))),
      loop(integer("lt_s", i, count), [
        declare("before", successorStart),
        declare("stopsBefore", stops),
        set("o", call("expandState", [stateStart, successorStart])),
        store("ends", i, successorStart),
        when(isTerminal, [run("terminal", [stateStart])]),
        set("p", add(stateStart, i32(words))),
        set("i", add(i, i32(1))),
      ]),
      giveBack(successorStart),
    ],
  });
}

/** Beyond this many cases, one function would be too long for an optimising compiler: one a thread then. */
const casesMax = 600;

/** `expandState(p, o)` appends the successors of one state at `o`, and returns their end; other functions are its parts. */
function expandState(parts: Parts): readonly CodeFunction[] {
  const { layout } = parts;
  const words = new Set<number>();
  const properties = propertyStatements(layout, words);
  const cases = layout.threads.reduce((sum, { graph }) => sum + graph.locations.length, 0);
  if (cases > casesMax) return expandApart(parts, properties, words);
  const threads = layout.threads.flatMap((_, index) => threadStatements(parts, index + 1, words));
  const body = [
    ...wordDeclarations(words),
    ...accumulators.map((name) => declare(name, i32(0))),
    ...properties,
    ...threads,
    when(integer("ne", conflict, i32(0)), [run("race", [stateStart])]),
    giveBack(successorStart),
  ];
  return [codeFunction("expandState", ["p", "o"], { body })];
}

/** What is known of races in the state, over all threads so far: cells touched, cells written, and conflicts. */
const accumulators = ["touched", "wrote", "conflict"];
const [touched, wrote, conflict] = [variable("touched"), variable("wrote"), variable("conflict")];

/** A function a thread, which hands the accumulators on in the region `raced`. */
function expandApart(
  parts: Parts,
  properties: readonly Statement[],
  propertyWords: ReadonlySet<number>,
): readonly CodeFunction[] {
  const name = (index: number): string => `thread${index + 1}`;
  const functions = parts.layout.threads.map((_, index) => {
    const words = new Set<number>();
    const statements = threadStatements(parts, index + 1, words);
    const body = [
      ...wordDeclarations(words),
      ...accumulators.map((one, at) => declare(one, load("raced", i32(at)))),
      ...statements,
      ...accumulators.map((one, at) => store("raced", i32(at), variable(one))),
      giveBack(successorStart),
    ];
    return codeFunction(name(index), ["p", "o"], { body });
  });
  const body = [
    ...wordDeclarations(propertyWords),
    ...properties,
    ...accumulators.map((_, at) => store("raced", i32(at), i32(0))),
    ...functions.map((one) => set("o", call(one.name, [stateStart, successorStart]))),
    when(integer("ne", load("raced", i32(2)), i32(0)), [run("race", [stateStart])]),
    giveBack(successorStart),
  ];
  return [...functions, codeFunction("expandState", ["p", "o"], { body })];
}

/** Reports invariants that do not hold and `reachable` properties that do, while they are wanted. */
function propertyStatements(layout: Layout, words: Set<number>): readonly Statement[] {
  return layout.program.properties.flatMap(({ kind, expression }, index) => {
    if (kind === "atEnd") return [];
    const { code } = conditionCode({ layout, self: 0, words }, expression);
    const found = kind === "invariant" ? isZero(code) : code;
    const isWanted = load("wantedProperties", i32(index));
    return [when(both(isWanted, found), [run("property", [i32(index), stateStart])])];
  });
}

function threadStatements(parts: Parts, self: number, words: Set<number>): readonly Statement[] {
  const scope = { layout: parts.layout, self, words };
  const own = parts.layout.threads[self - 1] as ThreadLayout;
  const mayRun = mayRunCode(scope);
  const isFree = mayRun.min === 1;
  const mayRunHere = isFree ? i32(1) : variable(`run${self}`);
  const cases = own.graph.locations.flatMap((location, index) => {
    const statements = locationStatements(parts, location, { scope, index, mayRun: mayRunHere });
    return statements.length === 0 ? [] : [[index, statements] as const];
  });
  if (cases.length === 0) return [];
  return [
    ...(isFree ? [] : [declare(`run${self}`, mayRun.code)]),
    switchOn(readAt(own.location, 0, words).code, cases),
  ];
}

/** What is done for a thread that stands at the location. */
function locationStatements(
  { races, reserveAsked }: Parts,
  { steps, requests }: Location,
  {
    scope,
    index,
    mayRun,
  }: { readonly scope: Scope; readonly index: number; readonly mayRun: Code },
): readonly Statement[] {
  const asks = requests
    ? requestStatements(scope, index, { index: requests.index, asked: reserveAsked() })
    : [];
  if (steps.length === 0) return asks;
  const goes = [
    ...raceStatements(races[scope.self - 1]?.[index]),
    set("o", call(stepsName(scope.self, index), [stateStart, successorStart])),
  ];
  return [...asks, ...(mayRun.kind === "constant" ? goes : [when(mayRun, goes)])];
}

function raceStatements(mask: RaceMask | undefined): readonly Statement[] {
  if (!mask) return [];
  const [writes, touches] = [i32(mask.writes), i32(mask.touches)];
  const readsWritten = bitAnd(wrote, touches);
  if (mask.writes === 0)
    return [
      set("conflict", bitOr(conflict, readsWritten)),
      set("touched", bitOr(touched, touches)),
    ];
  return [
    set("conflict", bitOr(conflict, bitOr(readsWritten, bitAnd(touched, writes)))),
    set("touched", bitOr(touched, touches)),
    set("wrote", bitOr(wrote, writes)),
  ];
}
