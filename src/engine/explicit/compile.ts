/**
 * A Program compiled to JavaScript over packed states: `expand` turns a batch of states into their successors.
 *
 * Each state is dispatched, thread by thread, on the thread's location to a function that is specialised for both (see
 * `step-code.ts`); beside the call go the few instructions that watch for races and lock orders there. The text holds
 * numbers only, never a name of the Program, so that nothing in a model can become code.
 */
import { applyOperator } from "../../ir/expression.ts";
import { placeOf } from "../../ir/place.ts";
import { InternalError } from "../../support/assert.ts";
import { conditionCode } from "./expression-code.ts";
import { readAt, wordDeclarations } from "./field-code.ts";
import type { Layout, ThreadLayout } from "./layout.ts";
import { askedFunction, requestWatch } from "./lock-order-code.ts";
import { type RaceMask, type RaceMasks, raceMasks } from "./race-pairs.ts";
import { mayRunText, outside, prelude } from "./rare-code.ts";
import { createSites, type Sites } from "./sites.ts";
import { stepsFunction } from "./step-code.ts";

/** What generated code calls. `p` is where the state begins in the machine's `source`. */
export interface Hooks {
  readonly check: (site: number, p: number) => void;
  /** A step that stops the run has fired. */
  readonly stop: (site: number, p: number) => void;
  /** A value would leave its type, which stops the run. */
  readonly range: (site: number, which: number, value: number, p: number) => void;
  readonly freed: (site: number, index: number, p: number) => void;
  /** An invariant is false, or a `reachable` is true. */
  readonly property: (index: number, p: number) => void;
  /** Accesses that may conflict are about to happen. */
  readonly race: (p: number) => void;
  /** A thread that holds a lock asks for another one, in a way not seen lately. */
  readonly request: (thread: number, location: number, p: number) => void;
  readonly terminal: (p: number) => void;
}

export interface Machine {
  readonly layout: Layout;
  readonly sites: Sites;
  /** Words from one successor to the next: the state's, and the tag of the step. */
  readonly stride: number;
  /** Largest number of states expanded at once. */
  readonly batch: number;
  /** States to expand, one after another. */
  readonly source: Int32Array;
  readonly successors: Int32Array;
  /** Where the successors of each state of the batch end. */
  readonly ends: Int32Array;
  /** Which keys are still looked for, by number; and which properties, by index. */
  readonly wanted: Uint8Array;
  readonly wantedProperties: Uint8Array;
  /** Which places have fired, by the number that `places` gives. */
  readonly fired: Uint8Array;
  readonly places: ReadonlyMap<string, number>;
  /** Its only element: how many steps stopped the run so far. */
  readonly stops: Int32Array;
  /** Of its arrays. */
  readonly bytes: number;
  /** Expands the first `count` states of `source`; returns the end of the successors. */
  readonly expand: (count: number) => number;
}

const successorWordsMax = 2 ** 18;

/** Compiles for batches of at most `batchMax` states. */
export function compile(layout: Layout, hooks: Hooks, batchMax: number): Machine {
  const sites = createSites();
  const places = new Map<string, number>();
  const text = moduleText({ layout, sites, places, races: raceMasks(layout) });
  const stride = layout.words + 1;
  const most = layout.threads.reduce(
    (sum, { graph }) => sum + Math.max(0, ...graph.locations.map(({ steps }) => steps.length)),
    1,
  );
  const batch = Math.max(1, Math.min(batchMax, Math.floor(successorWordsMax / (stride * most))));
  const memory = {
    source: new Int32Array(batch * layout.words),
    successors: new Int32Array(batch * stride * most),
    ends: new Int32Array(batch),
    wanted: new Uint8Array(sites.keys.size).fill(1),
    wantedProperties: new Uint8Array(layout.program.properties.length),
    fired: new Uint8Array(places.size),
    stops: new Int32Array(1),
  };
  const { source, successors, ends, wanted, wantedProperties, fired, stops } = memory;
  const make = new Function(
    ...["S", "O", "E", "K", "P", "F", "X", "H", "Q", "restarted", "outside", "applyOperator"],
    text,
  );
  const seen = new Map<number, Set<number>>();
  const expand: Machine["expand"] = make(
    ...[source, successors, ends, wanted, wantedProperties, fired, stops, hooks, seen],
    ...[restarted, outside, applyOperator],
  );
  const bytes = Object.values(memory).reduce((sum, { byteLength }) => sum + byteLength, 0);
  return { layout, sites, places, stride, batch, ...memory, bytes, expand };
}

function restarted(thread: number): never {
  throw new InternalError(`thread ${thread} is started while it runs`);
}

interface Parts {
  readonly layout: Layout;
  readonly sites: Sites;
  readonly places: Map<string, number>;
  readonly races: RaceMasks;
}

function moduleText(parts: Parts): string {
  const { layout, sites, places } = parts;
  const steps = layout.threads.flatMap(({ graph }, index) =>
    graph.locations.map((location, at) => {
      const place = placeOf(graph, location);
      const fired = places.get(place) ?? places.size;
      places.set(place, fired);
      return stepsFunction(layout, sites, { thread: index + 1, location: at, fired });
    }),
  );
  const { words } = layout;
  return `"use strict";
${prelude(layout)}
${askedFunction}
${steps.join("\n")}
${expandOneText(parts)}
return (count) => {
  let o = 0;
  for (let i = 0, p = 0; i < count; i += 1, p += ${words}) {
    const before = o, stops = X[0];
    o = expandOne(p, o);
    E[i] = o;
    if (o === before && X[0] === stops) H.terminal(p);
  }
  return o;
};`;
}

/** Beyond this many cases, one function would be too long for the optimising compiler: one a thread then. */
const casesMax = 600;

function expandOneText(parts: Parts): string {
  const { layout } = parts;
  const scope = { layout, self: 0, words: new Set<number>() };
  const properties = propertiesText(parts, scope.words);
  const races = parts.races.some((masks) => masks.some((mask) => mask !== undefined));
  const accumulators = races ? "let touched = 0, wrote = 0, conflict = 0;" : "";
  const reset = races ? "touched = 0; wrote = 0; conflict = 0;" : "";
  const finish = races ? "if (conflict !== 0) H.race(p);" : "";
  const cases = layout.threads.reduce((sum, { graph }) => sum + graph.locations.length, 0);
  if (cases <= casesMax) {
    const threads = layout.threads.map((own, index) =>
      threadText(parts, own, index + 1, scope.words),
    );
    return `function expandOne(p, o) {
${wordDeclarations(scope.words)}
${accumulators}
${[...properties, ...threads].join("\n")}
${finish}
return o;
}`;
  }
  const functions = layout.threads.map((own, index) => {
    const words = new Set<number>();
    const text = threadText(parts, own, index + 1, words);
    return `function d${index}(p, o) {\n${wordDeclarations(words)}\n${text}\nreturn o;\n}`;
  });
  return `${accumulators}
${functions.join("\n")}
function expandOne(p, o) {
${wordDeclarations(scope.words)}
${reset}
${properties.join("\n")}
${functions.map((_, index) => `o = d${index}(p, o);`).join("\n")}
${finish}
return o;
}`;
}

function propertiesText({ layout }: Parts, words: Set<number>): readonly string[] {
  return layout.program.properties.flatMap(({ kind, expression }, index) => {
    if (kind === "atEnd") return [];
    const { text } = conditionCode({ layout, self: 0, words }, expression);
    const condition = kind === "invariant" ? `!${text}` : text;
    return [`if (P[${index}] !== 0 && ${condition}) H.property(${index}, p);`];
  });
}

function threadText(parts: Parts, own: ThreadLayout, self: number, words: Set<number>): string {
  const scope = { layout: parts.layout, self, words };
  const mayRun = mayRunText(scope);
  const cases = own.graph.locations.flatMap(({ steps, requests }, location) => {
    const lines = requests ? [requestWatch(scope, location, requests)] : [];
    const go = [...raceLines(parts.races[self - 1]?.[location]), `o = f${self}_${location}(p, o);`];
    if (steps.length > 0)
      lines.push(mayRun === "true" ? go.join(" ") : `if (run${self}) { ${go.join(" ")} }`);
    return lines.length === 0 ? [] : [`case ${location}: ${lines.join(" ")} break;`];
  });
  if (cases.length === 0) return "";
  const location = readAt(own.location, 0, words, "").text;
  const run = mayRun === "true" ? "" : `const run${self} = ${mayRun};\n`;
  return `${run}switch (${location}) {\n${cases.join("\n")}\n}`;
}

function raceLines(mask: RaceMask | undefined): readonly string[] {
  if (!mask) return [];
  const { writes, touches } = mask;
  const meets =
    writes === 0 ? `wrote & ${touches}` : `(wrote & ${touches}) | (touched & ${writes})`;
  const adds = writes === 0 ? "" : ` wrote |= ${writes};`;
  return [`conflict |= ${meets}; touched |= ${touches};${adds}`];
}
