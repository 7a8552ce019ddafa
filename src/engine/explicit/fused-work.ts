/**
 * The parts of a search whose loop is one WebAssembly module with its table: a machine over that module's memory, and its
 * states as passes over the graph see them.
 *
 * Everything that looks at states (watching, traces, the finished graph) is the same as for the loop in JavaScript.
 */
import type { Program } from "../../ir/program.ts";
import type { FusedTuning } from "../quotient/fused-module.ts";
import { createFusedSearch, type FusedSearch } from "../quotient/fused-search.ts";
import type { SearchOptions } from "../result.ts";
import type { Machine } from "./compile.ts";
import { createFindings } from "./findings.ts";
import { restarted } from "./hooks.ts";
import { type Layout, layoutOf, wordWidths } from "./layout.ts";
import { type MachineModule, machineModule } from "./machine-module.ts";
import { rareCode } from "./rare-code.ts";
import { outside } from "./shared-code.ts";
import type { States } from "./states.ts";
import { createWindows } from "./trace-back.ts";
import { Watch } from "./watch.ts";
import type { Work } from "./work.ts";

export interface FusedWork extends Work {
  readonly fused: FusedSearch;
}

/** Nothing if there is no memory for the smallest table. */
export function prepareFused(
  program: Program,
  options: SearchOptions,
  tuning: FusedTuning,
): FusedWork | undefined {
  const layout = layoutOf(program);
  const made = machineModule(layout);
  const findings = createFindings(options.first);
  const watch = new Watch(findings, options.onTerminal);
  const { source: _, successors: __, ...sizes } = made.sizes(tuning.batch);
  const fused = createFusedSearch({
    module: made.module,
    sizes,
    imports: { ...watch.hooks, restarted, outside },
    widths: wordWidths(layout),
    successorsMax: made.successorsMax,
    bytesMax: options.maxBytes,
    tuning,
  });
  if (fused === undefined) return undefined;
  const machine = machineOver(layout, made, fused, tuning.batch);
  const rare = rareCode(layout, machine.source);
  watch.start(machine, rare, undefined);
  machine.wanted.fill(1);
  for (const [index, { kind }] of program.properties.entries())
    machine.wantedProperties[index] = kind === "atEnd" ? 0 : 1;
  return {
    ...{ program, options, machine, rare, watch, findings, fused },
    states: statesOf(fused),
    windows: createWindows(),
    quotient: undefined,
  };
}

function machineOver(
  layout: Layout,
  { sites, places, stride }: MachineModule,
  fused: FusedSearch,
  batch: number,
): Machine {
  return {
    ...{ layout, sites, places, stride, batch },
    source: fused.words("source"),
    successors: fused.words("successors"),
    ends: fused.words("ends"),
    wanted: fused.bytes("wanted"),
    wantedProperties: fused.bytes("wantedProperties"),
    fired: fused.bytes("fired"),
    stops: fused.words("stops"),
    // All that it takes is counted where the states are.
    bytes: 0,
    expand: fused.expand,
  };
}

/** A state's place is its slot in the table. */
function statesOf(fused: FusedSearch): States {
  return {
    size: fused.size,
    copy: fused.copy,
    places: fused.slots,
    find: (_, end, places) => places.set(fused.find(end)),
    locate: (_, count, places) => places.set(fused.locate(count)),
    ordered: () => false,
    bytes: fused.bytesTaken,
    bytesPeak: fused.bytesTaken,
  };
}
