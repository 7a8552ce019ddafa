/**
 * What generated code calls when something happens in a state: turns it into findings, witnesses, limits and lock requests.
 *
 * The loop says where it is (`firstState`); once the search is over, `mute` makes the same code regenerate edges in silence.
 */
import { placeOf } from "../../ir/place.ts";
import type { Violation } from "../../ir/program.ts";
import { valueText } from "../../ir/type.ts";
import { assert } from "../../support/assert.ts";
import type { PlainState } from "../result.ts";
import type { Machine } from "./compile.ts";
import { type Findings, plainViolation } from "./findings.ts";
import type { Hooks } from "./hooks.ts";
import { createLockOrder, type LockOrder } from "./lock-order.ts";
import type { Quotient } from "./quotient.ts";
import { createRaces, type Races } from "./race.ts";
import type { RareCode } from "./rare-code.ts";
import { keyText, type Site } from "./sites.ts";
import { locationIndex, plainState } from "./state-words.ts";
import { type Glance, judgeTerminal } from "./terminal.ts";

/** Mutable, since it lives as long as the search does. */
export class Watch {
  readonly limits = new Set<string>();
  /** By property index, the number of the first state in which it holds. */
  readonly witnesses = new Map<number, number>();
  readonly lockOrder: LockOrder = createLockOrder();
  /** How many steps of each state of the batch stopped the run; cleared by whoever reads them. */
  stopsOf = new Int32Array(0);
  /** Threads that had a step which stopped the run; cleared by whoever reads them. */
  readonly stoppedThreads = new Set<number>();
  /** Some value would have left its range. */
  leftRange = false;
  /** Some execution ends. */
  ends = false;
  /** Number of the first state of the batch. */
  firstState = 0;
  private readonly findings: Findings;
  private readonly onTerminal: ((state: PlainState) => void) | undefined;
  private parts: { machine: Machine; rare: RareCode } | undefined;
  private races: Races | undefined;
  private quotient: Quotient | undefined;
  private muted = false;

  constructor(findings: Findings, onTerminal: ((state: PlainState) => void) | undefined) {
    this.findings = findings;
    this.onTerminal = onTerminal;
  }

  /** Hands over what was compiled with the hooks, before the first state is expanded. */
  start(machine: Machine, rare: RareCode, quotient: Quotient | undefined): void {
    this.parts = { machine, rare };
    this.quotient = quotient;
    this.races = createRaces(machine.layout);
    this.stopsOf = new Int32Array(machine.source.length / machine.layout.words);
  }

  /** From now on, edges are generated in silence; only stops are counted. */
  mute(): void {
    const { machine } = this.running();
    this.muted = true;
    machine.wanted.fill(0);
    machine.wantedProperties.fill(0);
  }

  readonly hooks: Hooks = {
    check: (site, p) => this.commit(p, { site: this.siteAt(site) }),
    stop: (site, p) => this.stop(this.siteAt(site), p),
    range: (site, which, value, p) => this.range(this.siteAt(site), { which, value, p }),
    freed: (site, index, p) => this.freed(this.siteAt(site), index, p),
    property: (index, p) => this.property(index, p),
    race: (p) => this.race(p),
    request: (thread, location, p) => this.request(thread, location, p),
    terminal: (p) => this.terminal(p),
  };

  private running(): { machine: Machine; rare: RareCode } {
    assert(this.parts !== undefined, "the search has started");
    return this.parts;
  }

  private siteAt(site: number): Site {
    return this.running().machine.sites.all[site] as Site;
  }

  private stateAt(p: number): number {
    return this.firstState + p / this.running().machine.layout.words;
  }

  private glance(p: number): Glance {
    const { machine, rare } = this.running();
    return { layout: machine.layout, rare, source: machine.source, p };
  }

  /** Records a violation that a step committed, and stops looking for it. */
  private commit(
    p: number,
    { site, ...rest }: { site: Site; violation?: Violation; waiters?: readonly number[] },
  ): void {
    const violation = rest.violation ?? site.violation;
    if (!violation) return;
    const { machine } = this.running();
    const key = machine.sites.keys.get(keyText(violation));
    if (key !== undefined) machine.wanted[key] = 0;
    this.findings.add({
      violation: plainViolation(violation),
      threads: [site.thread, ...(rest.waiters ?? [])],
      state: this.stateAt(p),
      step: site.step,
    });
  }

  private countStop(site: Site, p: number): void {
    const { machine } = this.running();
    this.stoppedThreads.add(site.thread);
    machine.stops[0] = (machine.stops[0] ?? 0) + 1;
    const which = p / machine.layout.words;
    this.stopsOf[which] = (this.stopsOf[which] ?? 0) + 1;
  }

  private stop(site: Site, p: number): void {
    this.countStop(site, p);
    if (this.muted) return;
    if (site.limit !== undefined) this.limits.add(site.limit);
    this.commit(p, { site });
  }

  private range(site: Site, left: { which: number; value: number; p: number }): void {
    this.countStop(site, left.p);
    this.leftRange = true;
    if (this.muted) return;
    const violation = rangeViolation(this.running().machine, site, left);
    this.commit(left.p, { site, violation });
  }

  private freed(site: Site, index: number, p: number): void {
    if (this.muted) return;
    const waiters = waitersOn(this.glance(p), site, index);
    if (waiters.length > 0) this.commit(p, { site, waiters });
  }

  private property(index: number, p: number): void {
    const { machine } = this.running();
    machine.wantedProperties[index] = 0;
    const property = machine.layout.program.properties[index];
    if (property?.kind === "reachable") this.witnesses.set(index, this.stateAt(p));
    if (property?.kind !== "invariant") return;
    const violation = plainViolation(property.violation);
    this.findings.add({ violation, threads: [], state: this.stateAt(p) });
  }

  private race(p: number): void {
    if (this.muted) return;
    const known = (place: string): boolean => this.findings.has({ rule: "data-race", place });
    for (const race of this.races?.at(this.glance(p), known) ?? [])
      this.findings.add({ ...race, state: this.stateAt(p) });
  }

  private request(thread: number, location: number, p: number): void {
    if (!this.muted) this.lockOrder.note(this.glance(p), thread, location);
  }

  private terminal(p: number): void {
    if (this.muted) return;
    const { ended, found } = (this.quotient?.judgeTerminal ?? judgeTerminal)(this.glance(p));
    this.ends ||= ended;
    for (const judged of found) this.findings.add({ ...judged, state: this.stateAt(p) });
    const { layout, source } = this.running().machine;
    this.onTerminal?.(plainState(layout, source, p));
  }
}

/** Threads whose wait on the freed storage cannot complete: `free-while-waited` is about them. */
function waitersOn(
  { layout, rare, source, p }: Glance,
  site: Site,
  index: number,
): readonly number[] {
  const actor = layout.threads[site.thread - 1];
  const freed = actor?.graph.locations[site.location]?.steps[site.step]?.frees;
  return layout.threads.flatMap((own, other) => {
    const thread = other + 1;
    const on = own.graph.locations[locationIndex(source, p, own)]?.waits?.on;
    if (thread === site.thread || !on || on.block !== freed?.block) return [];
    const waits = rare.value(thread, on.index, p) === index;
    return waits && rare.enabled(thread, p).length === 0 ? [thread] : [];
  });
}

function rangeViolation(
  { layout }: Machine,
  { thread, location: at, targets }: Site,
  { which, value }: { readonly which: number; readonly value: number },
): Violation {
  const graph = layout.threads[thread - 1]?.graph;
  const location = graph?.locations[at];
  const target = targets?.[which];
  assert(graph !== undefined && location !== undefined && target !== undefined, "the site exists");
  return {
    rule: "range",
    message: `${target.name} would become ${valueText(target.type, value)}, outside its declared range`,
    place: placeOf(graph, location),
    ...(location.source && { source: location.source }),
  };
}
