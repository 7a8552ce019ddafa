/**
 * What a thread can know at a location: for every cluster of cells, the set of values it may have then.
 *
 * The abstract domain of the thread-modular analysis (Flanagan and Qadeer, Thread-Modular Model Checking, 2003; here
 * without the relation between clusters). A cluster's value is the tuple of its cells, so that "owner is nobody, hence
 * the depth is 0" is not lost. A set that grows too large becomes `ANY`. Steps are run on sets by splitting them into
 * *cases*: one for each combination of the known values that the step reads, put in as constants; what is not known
 * stays in the expressions as it is.
 */

import type { Outcome } from "../../ir/compose.ts";
import { constant, type Expression, rewrite, walk } from "../../ir/expression.ts";
import type { Program, Variable } from "../../ir/program.ts";
import { contains, stored, type Type } from "../../ir/type.ts";
import { ANY, type ValueSet, ValueSets } from "./value-set.ts";

/** Value sets by cluster. Missing clusters belong to other threads' locals. */
export type Knowledge = ReadonlyMap<string, ValueSet>;

/** Combinations of known values that one step, or a pair of steps, is split into. */
const CASES_MAX = 2048;

/** Which cells make a cluster, and which cluster a cell belongs to. */
export class Clusters {
  private readonly cells = new Map<string, string[]>();
  private readonly clusterOf = new Map<string, string>();
  private readonly positions = new Map<string, number>();
  readonly initial = new Map<string, ValueSet>();
  readonly sets = new ValueSets();
  private readonly byVariable = new Map<string, string[]>();

  constructor(program: Program) {
    for (const variable of program.variables) this.addVariable(variable);
    for (const [cluster, cells] of this.cells) {
      const tuple = cells.map((key) => this.initialOf(program, key));
      this.initial.set(cluster, this.sets.of([tuple]));
    }
  }

  private addVariable({ name, first, initial, cluster, tags }: Variable): void {
    for (const position of initial.keys()) {
      const index = position + first;
      // Cells that one thread each writes do not change together, though they bear one cluster's name.
      const own = tags.private === true || initial.length > 1;
      this.add(cellKey(name, index), own ? `${cluster}#${index}` : cluster);
    }
  }

  private add(key: string, cluster: string): void {
    const cells = this.cells.get(cluster) ?? [];
    this.positions.set(key, cells.length);
    this.clusterOf.set(key, cluster);
    this.cells.set(cluster, [...cells, key]);
    const variable = key.slice(0, key.lastIndexOf("["));
    this.byVariable.set(variable, [...(this.byVariable.get(variable) ?? []), cluster]);
  }

  private initialOf(program: Program, key: string): number {
    const open = key.lastIndexOf("[");
    const variable = program.variables.find(({ name }) => name === key.slice(0, open));
    return variable?.initial[Number(key.slice(open + 1, -1)) - (variable?.first ?? 0)] ?? 0;
  }

  /** The cluster of a cell; a local is a cluster of its own. Nothing, for an index outside the variable. */
  of(key: string): string | undefined {
    return key.startsWith("@") ? key : this.clusterOf.get(key);
  }

  position(key: string): number {
    return this.positions.get(key) ?? 0;
  }

  /** Every cluster that holds a cell of the variable. */
  ofVariable(variable: string): readonly string[] {
    return variable.startsWith("@")
      ? [cellKey(variable, 0)]
      : (this.byVariable.get(variable) ?? []);
  }

  shared(): Iterable<string> {
    return this.cells.keys();
  }
}

export const cellKey = (variable: string, index: number): string => `${variable}[${index}]`;

/** One case of a step: the values put in, and what is left of the step. */
export interface Case {
  readonly fixed: ReadonlyMap<string, readonly number[]>;
  readonly outcome: Outcome;
}

/**
 * The cases of an outcome under some knowledge, without those that a false guard excludes. Nothing if there are too
 * many, or an index is not known in some of them.
 */
export function casesOf(
  outcome: Outcome,
  known: Knowledge,
  clusters: Clusters,
): readonly Case[] | undefined {
  const done: Case[] = [];
  const open: Case[] = [{ fixed: new Map(), outcome }];
  for (let item = open.pop(); item; item = open.pop()) {
    const { fixed } = item;
    if (item.outcome.guards.some((guard) => guard.kind === "constant" && guard.value === 0))
      continue;
    const next = nextCluster(item.outcome, fixed, known, clusters);
    if (next === "unknown index") return undefined;
    if (next === undefined) {
      done.push(item);
    } else {
      const set = known.get(next) as ReadonlyMap<string, readonly number[]>;
      for (const tuple of set.values()) {
        const more = new Map([...fixed, [next, tuple]]);
        open.push({ fixed: more, outcome: putIn(item.outcome, more, clusters) });
      }
    }
    if (done.length + open.length > CASES_MAX) return undefined;
  }
  return done;
}

/** The outcome with the fixed clusters' values in place of their cells. */
export function putIn(outcome: Outcome, fixed: Case["fixed"], clusters: Clusters): Outcome {
  const value = (expression: Expression): Expression =>
    rewrite(expression, (part) => {
      if (part.kind !== "cell" || part.index.kind !== "constant") return part;
      const key = cellKey(part.variable, part.index.value);
      const tuple = fixed.get(clusters.of(key) ?? "");
      return tuple ? constant(tuple[clusters.position(key)] ?? 0) : part;
    });
  return {
    ...outcome,
    guards: outcome.guards.map(value),
    updates: outcome.updates.map((update) => ({
      target:
        update.target.kind === "cell"
          ? { ...update.target, index: value(update.target.index) }
          : update.target,
      value: value(update.value),
    })),
    checks: outcome.checks.map((check) => ({ ...check, when: value(check.when) })),
    accesses: outcome.accesses.map((access) => ({ ...access, index: value(access.index) })),
    ...(outcome.frees && { frees: { ...outcome.frees, index: value(outcome.frees.index) } }),
  };
}

/** A known cluster that the outcome still reads or writes a cell of and that is not fixed yet. */
function nextCluster(
  outcome: Outcome,
  fixed: Case["fixed"],
  known: Knowledge,
  clusters: Clusters,
): string | "unknown index" | undefined {
  let found: string | undefined;
  let unknownIndex = false;
  const look = (variable: string, index: Expression): void => {
    if (index.kind !== "constant") {
      unknownIndex = true;
      return;
    }
    const cluster = clusters.of(cellKey(variable, index.value));
    if (cluster === undefined || fixed.has(cluster)) return;
    const set = known.get(cluster);
    if (set !== undefined && set !== ANY) found ??= cluster;
  };
  // Guards first: a false one spares the rest, and indices are known once what they read is.
  for (const guard of outcome.guards) cellsIn(guard, look);
  if (found !== undefined) return found;
  for (const { target, value } of outcome.updates) {
    cellsIn(value, look);
    if (target.kind === "cell") {
      cellsIn(target.index, look);
      look(target.variable, target.index);
    }
  }
  for (const { when } of outcome.checks) cellsIn(when, look);
  for (const { index } of outcome.accesses) cellsIn(index, look);
  if (outcome.frees) cellsIn(outcome.frees.index, look);
  if (found !== undefined) return found;
  return unknownIndex ? "unknown index" : undefined;
}

function cellsIn(
  expression: Expression,
  look: (variable: string, index: Expression) => void,
): void {
  walk(expression, (part) => {
    if (part.kind === "cell") look(part.variable, part.index);
  });
}

export interface Touched {
  readonly written: ReadonlySet<string>;
  readonly all: ReadonlySet<string>;
}

/** The clusters that an outcome writes, and all that it touches; with an unknown index, all of the variable's. */
export function touchedBy(outcome: Outcome, clusters: Clusters): Touched {
  const written = new Set<string>();
  const all = new Set<string>();
  const read = (variable: string, index: Expression): void => {
    for (const cluster of clustersAt(variable, index, clusters)) all.add(cluster);
  };
  for (const guard of outcome.guards) cellsIn(guard, read);
  for (const { when } of outcome.checks) cellsIn(when, read);
  for (const { target, value } of outcome.updates) {
    cellsIn(value, read);
    if (target.kind !== "cell") continue;
    cellsIn(target.index, read);
    for (const cluster of clustersAt(target.variable, target.index, clusters)) {
      written.add(cluster);
      all.add(cluster);
    }
  }
  if (outcome.frees) cellsIn(outcome.frees.index, read);
  return { written, all };
}

function clustersAt(variable: string, index: Expression, clusters: Clusters): readonly string[] {
  if (index.kind !== "constant") return clusters.ofVariable(variable);
  const cluster = clusters.of(cellKey(variable, index.value));
  return cluster === undefined ? [] : [cluster];
}

/** What is known after a case: fixed clusters have the case's values, changed where it writes. */
export function afterCase(
  { fixed, outcome }: Case,
  clusters: Clusters,
  typeOf: (variable: string) => Type,
): ReadonlyMap<string, ValueSet> {
  const after = new Map<string, ValueSet>();
  for (const [cluster, tuple] of fixed) after.set(cluster, clusters.sets.of([tuple]));
  for (const { target, value } of outcome.updates) {
    if (target.kind !== "cell") continue;
    for (const cluster of clustersAt(target.variable, target.index, clusters)) {
      after.set(cluster, written(after.get(cluster), { target, value }, { clusters, typeOf }));
    }
  }
  return after;
}

type CellTarget = Outcome["updates"][number]["target"] & { readonly kind: "cell" };

function written(
  before: ValueSet | undefined,
  { target, value }: { readonly target: CellTarget; readonly value: Expression },
  {
    clusters,
    typeOf,
  }: { readonly clusters: Clusters; readonly typeOf: (variable: string) => Type },
): ValueSet {
  if (value.kind !== "constant" || target.index.kind !== "constant") return ANY;
  const type = typeOf(target.variable);
  const result = stored(type, value.value);
  // What leaves its range is no state; the search sees it if it happens.
  if (!contains(type, result)) return ANY;
  const key = cellKey(target.variable, target.index.value);
  if (key.startsWith("@")) return clusters.sets.of([[result]]);
  if (before === undefined || before === ANY) return ANY;
  return clusters.sets.of(
    [...before.values()].map((tuple) => tuple.with(clusters.position(key), result)),
  );
}
