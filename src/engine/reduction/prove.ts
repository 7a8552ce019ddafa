/**
 * Proof by reduction: shows that a Program violates nothing, over few representatives of all its runs, or gives up.
 *
 * Analyse what threads know, make blocks, then search with persistent sets. The answer *proved* is given only if
 * everything that the reduced search could miss was excluded beforehand (`discharge.ts`), the reduced graph is acyclic
 * (so that nobody is put off for ever), and no run in it violates a rule, is blocked, or reaches a bound. Anything else is
 * no answer: the full search decides, and finds the shortest counterexample.
 *
 * Why that is sound: persistent sets over an acyclic graph keep every terminal state (Godefroid 1996, theorem 4.3); a
 * violation is a thread's own dead end, so it is kept like one; blocks keep terminal states by Lipton's argument.
 * Lock orders and dead code are not judged here, and the caller says so.
 */
import type { Program } from "../../ir/program.ts";
import { type Block, blocksOf, type ThreadBlocks } from "./blocks.ts";
import { Coexistence } from "./coexistence.ts";
import { discharge, dischargeRanges } from "./discharge.ts";
import { type Cells, type Firing, Machine } from "./machine.ts";
import { Movers } from "./movers.ts";
import { Order } from "./order.ts";
import { isActive, PersistentSets } from "./persistent.ts";
import { type Code, codeOf, Wild } from "./thread-code.ts";

export interface ProofOptions {
  readonly maxStates: number;
  readonly interrupted: () => string | undefined;
}

export type Proof =
  | {
      readonly proved: true;
      readonly states: number;
      readonly transitions: number;
      readonly depth: number;
      /** Some execution ends. */
      readonly ends: boolean;
      /** An estimate of the memory that the states took. */
      readonly bytes: number;
    }
  /** Why there is no proof; this says nothing about the Program. */
  | { readonly proved: false; readonly because: string };

/** Tries to prove that nothing is violated. */
export function prove(program: Program, options: ProofOptions): Proof {
  if (program.initialViolations.length > 0)
    return { proved: false, because: "the initial state violates a rule" };
  try {
    const code = codeOf(program);
    const coexistence = new Coexistence(code, options.interrupted);
    const order = new Order(code, coexistence);
    const movers = new Movers(code, coexistence, order);
    discharge(code, coexistence, movers);
    const blocks = blocksOf(code, movers);
    dischargeRanges(code, coexistence, blocks);
    return new ReducedSearch(code, blocks, new PersistentSets(blocks, coexistence, order)).run(
      options,
    );
  } catch (error) {
    if (error instanceof Wild) return { proved: false, because: error.message };
    throw error;
  }
}

/** A number of a state, its share of the key and of the table. */
const BYTES_PER_VALUE = 16;

interface State {
  readonly locations: readonly string[];
  readonly cells: Cells;
}

class ReducedSearch {
  private readonly code: Code;
  private readonly machine: Machine;
  private readonly sets: PersistentSets;
  private readonly firings = new Map<Block, Firing>();
  private readonly blocks: readonly ThreadBlocks[];
  private readonly indices = new Map<string, number>();
  private readonly states: State[] = [];
  private readonly edges: number[][] = [];
  private readonly ending: readonly ((cells: Cells) => boolean)[];
  private transitions = 0;
  private ends = false;

  constructor(code: Code, blocks: readonly ThreadBlocks[], sets: PersistentSets) {
    this.code = code;
    this.blocks = blocks;
    this.sets = sets;
    this.machine = new Machine(code);
    this.ending = code.program.properties
      .filter(({ kind }) => kind === "atEnd")
      .map(({ expression }) => {
        const value = this.machine.compiled(expression);
        return (cells: Cells): boolean => value(cells) !== 0;
      });
  }

  run({ maxStates, interrupted }: ProofOptions): Proof {
    this.add({
      locations: this.code.threads.map(({ start }) => start),
      cells: this.machine.initial,
    });
    for (let index = 0; index < this.states.length; index += 1) {
      if (this.states.length > maxStates)
        return { proved: false, because: "the reduced graph is large" };
      const reason = index % 512 === 0 ? interrupted() : undefined;
      if (reason !== undefined) return { proved: false, because: reason };
      const problem = this.expand(index);
      if (problem !== undefined) return { proved: false, because: problem };
    }
    const depth = depthOf(this.edges);
    if (depth === undefined) return { proved: false, because: "some run goes on for ever" };
    return {
      proved: true,
      states: this.states.length,
      transitions: this.transitions,
      depth,
      ends: this.ends,
      bytes:
        this.states.length *
        (this.machine.initial.length + this.code.threads.length) *
        BYTES_PER_VALUE,
    };
  }

  private add(state: State): number {
    const key = `${state.locations.join()} ${state.cells.join()}`;
    const old = this.indices.get(key);
    if (old !== undefined) return old;
    this.indices.set(key, this.states.length);
    this.edges.push([]);
    return this.states.push(state) - 1;
  }

  /** Fires the first persistent set that has an enabled block; what is wrong with the state, if anything. */
  private expand(index: number): string | undefined {
    const state = this.states[index] as State;
    for (const set of this.sets.candidates(state.locations)) {
      const enabled = set.flatMap((thread) => this.enabledBlocks(state, thread));
      if (enabled.length === 0) continue;
      for (const { thread, firing } of enabled) {
        const cells = firing.fire(state.cells);
        if (!cells) return "some run violates a rule or reaches a bound";
        this.transitions += 1;
        this.edges[index]?.push(this.add({ locations: this.moved(state, thread, firing), cells }));
      }
      return undefined;
    }
    return this.judgeTerminal(state);
  }

  private enabledBlocks(
    { locations, cells }: State,
    thread: number,
  ): readonly { readonly thread: number; readonly firing: Firing }[] {
    const blocks = this.blocks[thread - 1]?.get(locations[thread - 1] ?? "") ?? [];
    return blocks
      .map((block) => ({ thread, firing: this.firing(block) }))
      .filter(({ firing }) => firing.isEnabled(cells));
  }

  private firing(block: Block): Firing {
    const made = this.firings.get(block) ?? this.machine.firing(block);
    this.firings.set(block, made);
    return made;
  }

  private moved({ locations }: State, thread: number, { to, starts }: Firing): readonly string[] {
    const after = [...locations];
    after[thread - 1] = to;
    for (const child of starts) {
      after[child - 1] = [...(this.code.threads[child - 1]?.locations.keys() ?? [])][0] ?? to;
    }
    return after;
  }

  private judgeTerminal({ locations, cells }: State): string | undefined {
    if (locations.some(isActive)) return "some run is blocked";
    this.ends = true;
    return this.ending.every((holds) => holds(cells)) ? undefined : "some run ends wrongly";
  }
}

/** The length of a longest path, or nothing if there is a cycle. */
function depthOf(edges: readonly (readonly number[])[]): number | undefined {
  const waiting = edges.map(() => 0);
  for (const targets of edges) for (const to of targets) waiting[to] = (waiting[to] ?? 0) + 1;
  const depths = edges.map(() => 0);
  const open = waiting.flatMap((count, index) => (count === 0 ? [index] : []));
  let removed = 0;
  let depth = 0;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    removed += 1;
    depth = Math.max(depth, depths[at] ?? 0);
    for (const to of edges[at] ?? []) {
      depths[to] = Math.max(depths[to] ?? 0, (depths[at] ?? 0) + 1);
      waiting[to] = (waiting[to] ?? 0) - 1;
      if (waiting[to] === 0) open.push(to);
    }
  }
  return removed === edges.length ? depth : undefined;
}
