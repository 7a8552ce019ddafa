/**
 * Persistent sets of threads: from a state, only these need to step, since nothing that the others can do before
 * depends on what these are about to do (Godefroid, Partial-Order Methods for the Verification of Concurrent Systems,
 * 1996, chapter 4). Computed from one seed thread by closure over the *futures* of the others.
 *
 * A thread that cannot step belongs to the set like any other: whoever could enable it depends on it. What a thread does
 * once it is started, the first time or again, is answered for by those that can start it.
 */
import { ENDED, UNBORN } from "../../ir/program.ts";
import type { Block, ThreadBlocks } from "./blocks.ts";
import type { Coexistence } from "./coexistence.ts";
import type { Order } from "./order.ts";
import type { SideConditions } from "./side-conditions.ts";
import type { Watched } from "./watched.ts";

interface Future {
  readonly locations: ReadonlySet<string>;
  readonly starts: ReadonlySet<number>;
}

export class PersistentSets {
  private readonly blocks: readonly ThreadBlocks[];
  private readonly coexistence: Coexistence;
  private readonly order: Order;
  private readonly watched: Watched;
  private readonly dropped: SideConditions;
  private readonly futures = new Map<string, Future>();
  private readonly dependencies = new Map<string, boolean>();
  private readonly closures = new Map<string, readonly number[]>();

  constructor(
    blocks: readonly ThreadBlocks[],
    coexistence: Coexistence,
    parts: { readonly order: Order; readonly watched: Watched },
    dropped: SideConditions,
  ) {
    this.blocks = blocks;
    this.coexistence = coexistence;
    this.order = parts.order;
    this.watched = parts.watched;
    this.dropped = dropped;
  }

  /** All threads that are active: what is fired where nothing is left out. */
  static all(locations: readonly string[]): readonly number[] {
    return locations.flatMap((location, index) => (isActive(location) ? [index + 1] : []));
  }

  /** For every active thread the smallest set with it, the smallest sets first; locations by thread, from thread 1. */
  candidates(locations: readonly string[]): readonly (readonly number[])[] {
    const sets = PersistentSets.all(locations).map((seed) => this.closure(seed, locations));
    return [...new Map(sets.map((set) => [set.join(), set])).values()].sort(
      (a, b) => a.length - b.length || (a[0] ?? 0) - (b[0] ?? 0),
    );
  }

  private closure(seed: number, locations: readonly string[]): readonly number[] {
    const key = `${seed} ${locations.join(" ")}`;
    const old = this.closures.get(key);
    if (old) return old;
    const members = new Set([seed]);
    const open = [seed];
    for (let thread = open.pop(); thread !== undefined; thread = open.pop()) {
      for (const other of this.neededWith(thread, members, locations)) {
        if (members.has(other)) continue;
        members.add(other);
        open.push(other);
      }
    }
    const set = [...members].sort((a, b) => a - b);
    this.closures.set(key, set);
    return set;
  }

  /** Threads outside the set that can do something dependent on what `thread` is about to do. */
  private neededWith(
    thread: number,
    members: ReadonlySet<number>,
    locations: readonly string[],
  ): readonly number[] {
    const here = locations[thread - 1] ?? ENDED;
    return locations.flatMap((there, index): readonly number[] => {
      const other = index + 1;
      if (members.has(other)) return [];
      if (isActive(there) && this.futureDepends(thread, here, other, there)) return [other];
      // What it does once it is started, the first time or again, is answered for by those that can start it.
      const everything = [...(this.blocks[index]?.keys() ?? [])];
      const matters = everything.some((location) => this.depends(thread, here, other, location));
      if (!matters || this.dropped.has("starters")) return [];
      return this.starters(other, members, locations);
    });
  }

  private starters(
    child: number,
    members: ReadonlySet<number>,
    locations: readonly string[],
  ): readonly number[] {
    return locations.flatMap((location, index) =>
      isActive(location) &&
      !members.has(index + 1) &&
      this.future(index + 1, location).starts.has(child)
        ? [index + 1]
        : [],
    );
  }

  private futureDepends(thread: number, here: string, other: number, there: string): boolean {
    const later = this.dropped.has("future") ? [there] : this.future(other, there).locations;
    return [...later].some((location) => this.depends(thread, here, other, location));
  }

  /** Where a thread can still get, and whom it can still start, itself or through others. */
  private future(thread: number, location: string): Future {
    const key = `${thread} ${location}`;
    const old = this.futures.get(key);
    if (old) return old;
    const locations = new Set<string>();
    const starts = new Set<number>();
    const open = [location];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (locations.has(at) || !isActive(at)) continue;
      locations.add(at);
      for (const block of this.at(thread, at)) {
        open.push(block.to);
        for (const child of block.starts) this.noteStart(child, starts);
      }
    }
    const made = { locations, starts };
    this.futures.set(key, made);
    return made;
  }

  private noteStart(child: number, starts: Set<number>): void {
    if (starts.has(child)) return;
    starts.add(child);
    for (const blocks of this.blocks[child - 1]?.values() ?? []) {
      for (const block of blocks)
        for (const grandchild of block.starts) this.noteStart(grandchild, starts);
    }
  }

  private depends(one: number, here: string, other: number, there: string): boolean {
    const key = `${one} ${here} ${other} ${there}`;
    const old = this.dependencies.get(key);
    if (old !== undefined) return old;
    const known = this.coexistence.together(one, here, other, there);
    const answer =
      known !== undefined &&
      this.at(one, here).some((mine) =>
        this.at(other, there).some(
          (theirs) =>
            this.watched.areDependent(
              { thread: one, location: here, outcome: mine.outcome },
              { thread: other, location: there, outcome: theirs.outcome },
            ) || !this.order.areIndependent({ first: mine.outcome, second: theirs.outcome }, known),
        ),
      );
    this.dependencies.set(key, answer);
    return answer;
  }

  private at(thread: number, location: string): readonly Block[] {
    return this.blocks[thread - 1]?.get(location) ?? [];
  }
}

const isActive = (location: string): boolean => location !== UNBORN && location !== ENDED;
