/**
 * What a reduced search explores: the blocks of each thread and the persistent sets of each combination of locations, by
 * all analyses in their order.
 */
import type { Program } from "../../ir/program.ts";
import { type Block, blocksOf, type ThreadBlocks } from "./blocks.ts";
import { Coexistence } from "./coexistence.ts";
import { Feasible } from "./feasible.ts";
import { Movers } from "./movers.ts";
import { Order } from "./order.ts";
import { PersistentSets } from "./persistent.ts";
import { withRangeOutcomes } from "./range-outcomes.ts";
import { onlyGrow, unsafeVariables } from "./ranges.ts";
import type { SideConditions } from "./side-conditions.ts";
import { codeOf } from "./thread-code.ts";
import { Watched } from "./watched.ts";

/** Reductions that can be switched on alone. */
export interface Reductions {
  /** Steps that can be swapped with all that happens meanwhile are glued together. */
  readonly blocks: boolean;
  /** Of the threads that could go on, only those that depend on each other do. */
  readonly persistentSets: boolean;
}

export interface SystemOptions {
  readonly reductions: Reductions;
  readonly dropped: SideConditions;
  readonly interrupted: () => string | undefined;
  /** Leaving the range of a variable is an outcome of its own, wherever that may happen. */
  readonly ranges: boolean;
}

export interface ReducedSystem {
  /** The blocks of a thread that begin at a location, as a tree of their steps. */
  readonly tree: (thread: number, location: string) => BlockTree;
  /** Sets of threads of which one suffices, the smallest first; locations by thread, from thread 1. */
  readonly candidates: (locations: readonly string[]) => readonly (readonly number[])[];
  /** Ranges were left to the search: it must meet no value outside. */
  readonly trustsRanges: boolean;
}

/** Blocks of one thread that share their first steps; without children, a block ends here. */
export interface BlockTree {
  readonly children: ReadonlyMap<number, BlockTree>;
}

/** Analyses a Program. Throws `Wild` for one that is not reduced. */
export function reducedSystem(program: Program, options: SystemOptions): ReducedSystem {
  const plain = analysed(program, options, new Set());
  const unsafe = unsafeVariables(plain.code, plain.coexistence);
  if (unsafe.all.size === 0 || options.dropped.has("range")) return systemOf(plain, false);
  if (options.ranges || unsafe.mayFall || !onlyGrow(plain.blocks, unsafe.all))
    return systemOf(analysed(program, options, unsafe.all), false);
  return systemOf(plain, true);
}

type Analysis = ReturnType<typeof analysed>;

function analysed(
  program: Program,
  { reductions, dropped, interrupted }: SystemOptions,
  ranged: ReadonlySet<string>,
) {
  const code = withRangeOutcomes(codeOf(program), ranged);
  const coexistence = new Coexistence(code, interrupted, dropped);
  const order = new Order(code, coexistence, dropped);
  const feasible = new Feasible(code, coexistence);
  const watched = new Watched(code, coexistence, feasible, dropped);
  const movers = new Movers(code, coexistence, { order, feasible, watched }, dropped);
  const blocks = blocksOf(code, movers, !reductions.blocks);
  const sets = new PersistentSets(blocks, coexistence, { order, watched }, dropped);
  return { code, coexistence, blocks, sets, reductions };
}

function systemOf({ blocks, sets, reductions }: Analysis, trustsRanges: boolean): ReducedSystem {
  const trees = blocks.map(treesOf);
  return {
    tree: (thread, location) => trees[thread - 1]?.get(location) ?? { children: new Map() },
    candidates: (locations) =>
      reductions.persistentSets ? sets.candidates(locations) : [PersistentSets.all(locations)],
    trustsRanges,
  };
}

function treesOf(blocks: ThreadBlocks): ReadonlyMap<string, BlockTree> {
  return new Map([...blocks].map(([location, all]) => [location, treeOf(all)]));
}

interface GrowingTree extends BlockTree {
  readonly children: Map<number, GrowingTree>;
}

/** Blocks that stop the run are left out: where their step is enabled, the state shows it. */
function treeOf(blocks: readonly Block[]): BlockTree {
  const root: GrowingTree = { children: new Map() };
  for (const { path, outcome } of blocks) {
    if (outcome.fatal || outcome.limit !== undefined) continue;
    let at = root;
    for (const step of path) {
      const child: GrowingTree = at.children.get(step) ?? { children: new Map() };
      at.children.set(step, child);
      at = child;
    }
  }
  return root;
}
