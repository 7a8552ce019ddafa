/** A Program's steps as a running machine, which turns a batch of states into their successors. */
import { assert } from "../../support/assert.ts";
import { javaScriptModule } from "../codegen/javascript.ts";
import { type Hooks, restarted } from "./hooks.ts";
import type { Layout } from "./layout.ts";
import { machineModule } from "./machine-module.ts";
import { outside } from "./shared-code.ts";
import type { Sites } from "./sites.ts";

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
  /** Expands `count` states of `source`, from number `first` in it on; returns the end of the successors. */
  readonly expand: (first: number, count: number) => number;
}

const successorWordsMax = 2 ** 18;

/** Compiles for batches of at most `batchMax` states. */
export function compile(layout: Layout, hooks: Hooks, batchMax: number): Machine {
  const { module, sites, places, stride, successorsMax, sizes } = machineModule(layout);
  const fitting = Math.floor(successorWordsMax / (stride * successorsMax));
  const batch = Math.max(1, Math.min(batchMax, fitting));
  const size = sizes(batch);
  const regions = {
    source: new Int32Array(size.source),
    successors: new Int32Array(size.successors),
    ends: new Int32Array(size.ends),
    wanted: new Uint8Array(size.wanted).fill(1),
    wantedProperties: new Uint8Array(size.wantedProperties),
    fired: new Uint8Array(size.fired),
    stops: new Int32Array(size.stops),
    asked: new Int32Array(size.asked),
    raced: new Int32Array(size.raced),
  };
  const imports = { ...hooks, restarted, outside };
  const { expand } = javaScriptModule(module, { regions, imports });
  assert(expand !== undefined, "the module exports what expands states");
  const bytes = Object.values(regions).reduce((sum, { byteLength }) => sum + byteLength, 0);
  return { layout, sites, places, stride, batch, ...regions, bytes, expand };
}
