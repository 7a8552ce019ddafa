/**
 * What can only be seen in certain states, and how the reduced search keeps seeing it.
 *
 * A data race is two threads before conflicting accesses, a property is read in every state. Most of it is excluded here,
 * by what threads know: two locations that cannot be occupied at once do not race. What is left is *watched*: a location
 * before an access that may race is a place where blocks end, and such accesses are dependent; a step that writes what a
 * watched property reads is *visible*: no mover, and dependent with every other visible step of the property (Peled,
 * Combining partial order reductions with on-the-fly model-checking, 1996). The search then looks at each state that it
 * visits, at all that is enabled there.
 *
 * Why a race is not lost: let accesses a and b of two threads be enabled together in a reachable state. A persistent set
 * that holds one of the two threads but not the other is impossible while both can still get there, since a and b are
 * dependent; one that holds neither leaves both where they are. Since nobody is put off for ever (`reduced-search.ts`),
 * some visited state has both enabled.
 */
import type { Outcome } from "../../ir/compose.ts";
import type { Access, Property } from "../../ir/program.ts";
import type { Coexistence } from "./coexistence.ts";
import { excludes } from "./exclusion.ts";
import type { Feasible } from "./feasible.ts";
import { leavesRange } from "./range-outcomes.ts";
import type { SideConditions } from "./side-conditions.ts";
import { type Code, Wild } from "./thread-code.ts";
import { cellsRead, cellsWritten } from "./touched.ts";

export class Watched {
  private readonly code: Code;
  private readonly coexistence: Coexistence;
  private readonly feasible: Feasible;
  private readonly dropped: SideConditions;
  /** Pairs `thread location thread location` of accesses that may race, both ways round. */
  private readonly races = new Set<string>();
  private readonly boundaries = new Set<string>();
  /** Cells that watched properties read, by property. */
  private readonly supports: readonly ReadonlySet<number>[];
  private readonly visible = new WeakMap<Outcome, readonly number[]>();

  constructor(code: Code, coexistence: Coexistence, feasible: Feasible, dropped: SideConditions) {
    this.code = code;
    this.coexistence = coexistence;
    this.feasible = feasible;
    this.dropped = dropped;
    this.supports = code.properties
      .filter((property) => this.isOpen(property))
      .map(({ expression }) => cellsRead(expression, coexistence.clusters));
    for (const one of code.threads) {
      for (const other of code.threads) {
        if (one.number < other.number) this.noteRaces(one.number, other.number);
        if (one.number !== other.number) this.excludeFrees(one.number, other.number);
      }
    }
  }

  /** Whether a thread must be seen standing at the location. */
  isBoundary(thread: number, location: string): boolean {
    return !this.dropped.has("race-boundary") && this.boundaries.has(`${thread} ${location}`);
  }

  /** Whether the step writes what a watched property reads. */
  isVisible(outcome: Outcome): boolean {
    return !this.dropped.has("visible-step") && this.visibleTo(outcome).length > 0;
  }

  /** Whether two threads about to go on from here and there race, or write what one property reads. */
  areDependent(
    one: { readonly thread: number; readonly location: string; readonly outcome: Outcome },
    other: { readonly thread: number; readonly location: string; readonly outcome: Outcome },
  ): boolean {
    const pair = `${one.thread} ${one.location} ${other.thread} ${other.location}`;
    if (!this.dropped.has("race-dependence") && this.races.has(pair)) return true;
    if (this.dropped.has("visible-dependence")) return false;
    const seen = this.visibleTo(one.outcome);
    return seen.length > 0 && this.visibleTo(other.outcome).some((index) => seen.includes(index));
  }

  /** `atEnd` is read where a run ends; an invariant may be excluded. */
  private isOpen(property: Property): boolean {
    return property.kind !== "atEnd" && !excludes(this.code, this.coexistence, property);
  }

  private visibleTo(outcome: Outcome): readonly number[] {
    const old = this.visible.get(outcome);
    if (old) return old;
    const written = cellsWritten(outcome, this.coexistence.clusters);
    const made = this.supports.flatMap((support, index) =>
      written.some((cell) => support.has(cell)) ? [index] : [],
    );
    this.visible.set(outcome, made);
    return made;
  }

  private noteRaces(one: number, other: number): void {
    for (const here of this.coexistence.locations(one)) {
      const mine = this.accessesAt(one, here);
      if (mine.length === 0) continue;
      for (const there of this.coexistence.locations(other)) {
        const theirs = this.accessesAt(other, there);
        const conflict = mine.some((left) => theirs.some((right) => mayRace(left, right)));
        if (!conflict || !this.coexistence.together(one, here, other, there)) continue;
        this.races.add(`${one} ${here} ${other} ${there}`);
        this.races.add(`${other} ${there} ${one} ${here}`);
        this.boundaries.add(`${one} ${here}`);
        this.boundaries.add(`${other} ${there}`);
      }
    }
  }

  /** What the steps there access that do not stop the run of themselves, as the judge of races sees it. */
  private accessesAt(thread: number, location: string): readonly Access[] {
    return this.feasible.steps(thread, location).flatMap(({ outcome }) => {
      const stops = (outcome.fatal && !leavesRange(outcome)) || outcome.limit !== undefined;
      return stops ? [] : outcome.accesses;
    });
  }

  /** A block that may be freed while another thread waits on it: seen at the wait, which is not watched. */
  private excludeFrees(freeing: number, waiting: number): void {
    const locations = this.code.threads[waiting - 1]?.locations;
    for (const here of this.coexistence.locations(freeing)) {
      for (const { outcome } of this.feasible.steps(freeing, here)) {
        if (!outcome.frees) continue;
        for (const there of this.coexistence.locations(waiting)) {
          if (locations?.get(there)?.waitsOn !== outcome.frees.block) continue;
          if (this.coexistence.together(freeing, here, waiting, there))
            throw new Wild("a block may be freed while it is waited on");
        }
      }
    }
  }
}

function mayRace(left: Access, right: Access): boolean {
  if (
    left.variable !== right.variable ||
    !(left.writes || right.writes) ||
    !(left.plain || right.plain)
  )
    return false;
  const apart =
    left.index.kind === "constant" &&
    right.index.kind === "constant" &&
    left.index.value !== right.index.value;
  return !apart;
}
