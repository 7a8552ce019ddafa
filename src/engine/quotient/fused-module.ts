/** A generator of successors, the table and the loop as one compiled module with its memory. */
import { assert } from "../../support/assert.ts";
import type { CodeModule, Region } from "../codegen/code.ts";
import type { CodeExport, CodeImport } from "../codegen/host.ts";
import { type CodeMemory, createMemory } from "../codegen/memory.ts";
import { compileModule, instantiate } from "../codegen/webassembly.ts";
import { advanceFunction } from "./advance-code.ts";
import { controlWords } from "./control.ts";
import { entryForms } from "./geometry.ts";
import { touchedAtOnce } from "./hash-code.ts";
import { rootShape } from "./root-code.ts";
import { tableFunctions } from "./table-code.ts";

/** How states are expanded. */
export interface Expander {
  /**
   * Exports `expand(first, count)`, which expands states of the region `source` from number `first` on: their successors
   * go to the region `successors` from its start, each followed by a tag, and it returns where they end.
   */
  readonly module: CodeModule;
  /** Elements of each region of the module, but for `source` and `successors`. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly imports: Readonly<Record<string, CodeImport>>;
  /** How many of its lowest bits each word of a state uses; the others are zero. */
  readonly widths: readonly number[];
  /** Bound on the successors of one state. */
  readonly successorsMax: number;
}

/** Sizes that change nothing but speed; tests make them tiny, so that small searches meet every boundary. */
export interface FusedTuning {
  /** Most states expanded at once: enough for memory accesses to overlap, few enough for the cache. */
  readonly batch: number;
  /** Batches between two returns to JavaScript. */
  readonly batches: number;
  /** Lines of the first table. */
  readonly linesFirst: number;
  /** Lines of a growing table that move at once: enough that none moves to where another has yet to be taken. */
  readonly linesAtOnce: number;
  /** Bytes of a chunk of the log. */
  readonly chunkBytes: number;
}

const exportNames = ["expand", "advance", "insert", "find", "locate", "enter", "move"] as const;

export interface FusedModule {
  readonly memory: CodeMemory;
  readonly exports: Readonly<Record<(typeof exportNames)[number], CodeExport>>;
  /** Bound on the successors of one batch. */
  readonly successorsOfBatch: number;
}

/** Nothing if the host has no room for the regions, or they pass the limit. */
export function createFusedModule(
  expander: Expander,
  { tuning, bytesMax }: { readonly tuning: FusedTuning; readonly bytesMax: number },
): FusedModule | undefined {
  const { batch, batches } = tuning;
  const words = expander.widths.length;
  const successorsOfBatch = batch * expander.successorsMax;
  const freshMax = batches * batch * words;
  const own = {
    control: controlWords,
    homes: Math.max(successorsOfBatch, batches * batch) + touchedAtOnce,
    keys: Math.max(successorsOfBatch, batches * batch),
    slots: Math.max(successorsOfBatch, batches * batch),
    fresh: freshMax + successorsOfBatch * words,
    tails: batches,
    moved: 2 * tuning.linesAtOnce * lineWordsOf(expander.widths),
  };
  const sizes: Readonly<Record<string, number>> = {
    ...expander.sizes,
    ...own,
    source: batches * batch * words,
    successors: successorsOfBatch * (words + 1),
  };
  const ownRegions = Object.keys(own).map((name): Region => ({ name, element: "i32" }));
  const regions = [...expander.module.regions, ...ownRegions];
  const memory = createMemory(
    regions.map((region) => ({ ...region, length: sizeOf(region, sizes) })),
    { growing: "table", bytesMax },
  );
  if (memory === undefined) return undefined;
  const module: CodeModule = {
    regions: [...regions, { name: "table", element: "i32" }],
    imports: expander.module.imports,
    functions: [
      ...expander.module.functions,
      ...tableFunctions(expander.widths),
      advanceFunction({ batch, freshMax }),
    ],
    exports: exportNames,
  };
  const compiled = compileModule(module, memory.placement);
  const exports = instantiate(compiled, memory.memory, expander.imports);
  assert(hasAll(exports), "the module exports its functions");
  return { memory, exports, successorsOfBatch };
}

const lineWordsOf = (widths: readonly number[]): number =>
  Math.max(...entryForms(rootShape(widths)).map(({ lineWords }) => lineWords));

function sizeOf({ name }: Region, sizes: Readonly<Record<string, number>>): number {
  const size = sizes[name];
  assert(size !== undefined, `region ${name} has a size`);
  return size;
}

const hasAll = (exports: Readonly<Record<string, CodeExport>>): exports is FusedModule["exports"] =>
  exportNames.every((name) => name in exports);
