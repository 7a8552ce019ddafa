/**
 * A Program's steps as a code module over packed states: pure, before any memory or kind of code is chosen.
 *
 * The module holds numbers only. Names of the Program stay in the tables beside it.
 */
import { placeOf } from "../../ir/place.ts";
import type { CodeModule, Region } from "../codegen/code.ts";
import { expandCode } from "./expand-code.ts";
import { hookImports, restartedImport } from "./hooks.ts";
import type { Layout } from "./layout.ts";
import { outsideImport, sharedFunctions } from "./shared-code.ts";
import { createSites, type Sites } from "./sites.ts";
import { stepsFunction } from "./step-code.ts";

/** The regions of the module. */
const elements = {
  /** States to expand, one after another. */
  source: "i32",
  /** Successors from 0 on, each followed by the tag of its step. */
  successors: "i32",
  /** Where the successors of each expanded state end. */
  ends: "i32",
  /** Which keys are still looked for, by number, and which properties, by index: 0 or 1. */
  wanted: "u8",
  wantedProperties: "u8",
  /** Which places have fired, by number: 0 or 1. */
  fired: "u8",
  /** Its only element: how many steps stopped the run so far. */
  stops: "i32",
  /** Requests of locks seen lately: see `lock-order-code.ts`. */
  asked: "i32",
  /** What the parts of a long `expandState` know of races. */
  raced: "i32",
} as const satisfies Record<string, Region["element"]>;

type RegionName = keyof typeof elements;

export interface MachineModule {
  /** Exports `expand(first, count)`: see `expand-code.ts`. */
  readonly module: CodeModule;
  readonly sites: Sites;
  /** Numbers of places, for `fired`. */
  readonly places: ReadonlyMap<string, number>;
  /** Words from one successor to the next: the state's, and the tag. */
  readonly stride: number;
  /** Bound on the successors of one state. */
  readonly successorsMax: number;
  /** Elements of each region, for batches of so many states. */
  readonly sizes: (batch: number) => Readonly<Record<RegionName, number>>;
}

const known = new WeakMap<Layout, MachineModule>();

/** The module of a layout; made once, since a Program may be searched several times in different ways. */
export function machineModule(layout: Layout): MachineModule {
  const made = known.get(layout) ?? makeModule(layout);
  known.set(layout, made);
  return made;
}

function makeModule(layout: Layout): MachineModule {
  const sites = createSites();
  const places = new Map<string, number>();
  const steps = layout.threads.flatMap(({ graph }, index) =>
    graph.locations.map((location, at) => {
      const place = placeOf(graph, location);
      const fired = places.get(place) ?? places.size;
      places.set(place, fired);
      return stepsFunction(layout, sites, { thread: index + 1, location: at, fired });
    }),
  );
  const expand = expandCode(layout);
  const stride = layout.words + 1;
  const successorsMax = layout.threads.reduce(
    (sum, { graph }) => sum + Math.max(0, ...graph.locations.map(({ steps }) => steps.length)),
    1,
  );
  return {
    module: {
      regions: Object.entries(elements).map(([name, element]) => ({ name, element })),
      imports: [...hookImports, restartedImport, outsideImport],
      functions: [...sharedFunctions(layout), ...steps, ...expand.functions],
      exports: ["expand"],
    },
    sites,
    places,
    stride,
    successorsMax,
    sizes: (batch) => ({
      source: batch * layout.words,
      successors: batch * stride * successorsMax,
      ends: batch,
      wanted: sites.keys.size,
      wantedProperties: layout.program.properties.length,
      fired: places.size,
      stops: 1,
      asked: expand.askedWords,
      raced: 3,
    }),
  };
}
