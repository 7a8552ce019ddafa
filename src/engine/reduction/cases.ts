/**
 * Steps run on sets of values: split into *cases*, one for each combination of the known values that the step needs.
 *
 * Evaluation decides what is needed: guards in their order, then the rest. A cell of a cluster with a known set that is
 * not split yet asks for the split; a cell of which everything is possible stays unknown, and what depends on it too.
 */
import type { Outcome } from "../../ir/compose.ts";
import { applyOperator, constant, type Expression, rewrite } from "../../ir/expression.ts";
import { unreachable } from "../../support/assert.ts";
import type { Clusters } from "./clusters.ts";
import { ANY, type ValueSet } from "./value-set.ts";

/** Value sets by number of the cluster; nothing for what is not known of at all (locals of other threads). */
export type Knowledge = readonly (ValueSet | undefined)[];

/** Tuples put in for whole clusters, by number of the cluster. */
export type Fixed = ReadonlyMap<number, readonly number[]>;

/** Combinations of known values that one step, or a pair of steps, is split into. */
const CASES_MAX = 2048;

const UNKNOWN = undefined;
type Evaluate = (run: Run) => number | undefined;

/** What an update does in a case. */
interface CompiledUpdate {
  /** The cell's number; unknown if the index is. */
  readonly target: Evaluate;
  readonly value: Evaluate;
}

interface CompiledOutcome {
  readonly guards: readonly Evaluate[];
  readonly updates: readonly CompiledUpdate[];
  /** All else that must be known as far as it can be: checks, indices of accesses and frees. */
  readonly rest: readonly Evaluate[];
}

/** One combination under way. */
class Run {
  readonly fixed = new Map<number, readonly number[]>();
  /** The cluster that must be split before evaluation can go on; -1 for none. */
  needed = -1;
  /** An index was not known although nothing needs to be split. */
  unknownIndex = false;
  readonly known: Knowledge;
  readonly clusters: Clusters;

  constructor(known: Knowledge, clusters: Clusters) {
    this.known = known;
    this.clusters = clusters;
  }

  cell(cell: number): number | undefined {
    const cluster = this.clusters.clusterOf[cell] ?? 0;
    const tuple = this.fixed.get(cluster);
    if (tuple) return tuple[this.clusters.positionOf[cell] ?? 0];
    this.need(cluster);
    return UNKNOWN;
  }

  need(cluster: number): void {
    const set = this.known[cluster];
    if (this.needed === -1 && set !== undefined && set !== ANY && !this.fixed.has(cluster))
      this.needed = cluster;
  }
}

/** A case: the values put in, and what the step then writes. */
export interface Case {
  readonly fixed: Fixed;
  /** Cells written, with the value or nothing where it is not known. */
  readonly writes: readonly { readonly cell: number; readonly value: number | undefined }[];
}

export class CaseSplitter {
  private readonly clusters: Clusters;
  private readonly compiled = new WeakMap<Outcome, CompiledOutcome>();

  constructor(clusters: Clusters) {
    this.clusters = clusters;
  }

  /**
   * The cases of an outcome under some knowledge, without those that a false guard excludes. Nothing if there are too
   * many, or an index is not known in some of them.
   */
  cases(outcome: Outcome, known: Knowledge): readonly Case[] | undefined {
    const compiled = this.compiledOf(outcome);
    const run = new Run(known, this.clusters);
    const done: Case[] = [];
    const split = (): boolean => {
      if (done.length > CASES_MAX) return false;
      run.needed = -1;
      const made = attempt(compiled, run);
      if (made === "impossible") return true;
      if (run.unknownIndex) return false;
      if (made !== "needs a split") {
        done.push({ fixed: new Map(run.fixed), writes: made });
        return true;
      }
      const cluster = run.needed;
      for (const tuple of known[cluster]?.tuples ?? []) {
        run.fixed.set(cluster, tuple);
        if (!split()) return false;
      }
      run.fixed.delete(cluster);
      return true;
    };
    return split() ? done : undefined;
  }

  private compiledOf(outcome: Outcome): CompiledOutcome {
    const old = this.compiled.get(outcome);
    if (old) return old;
    const value = (expression: Expression): Evaluate => compile(expression, this.clusters);
    const made: CompiledOutcome = {
      guards: outcome.guards.map(value),
      updates: outcome.updates.map(({ target, value: written }) => ({
        target:
          target.kind === "cell"
            ? targetOf(target.variable, target.index, this.clusters)
            : () => UNKNOWN,
        value: value(written),
      })),
      rest: [
        ...outcome.checks.map(({ when }) => value(when)),
        ...outcome.accesses.map(({ index }) => indexed(value(index))),
        ...(outcome.frees ? [indexed(value(outcome.frees.index))] : []),
      ],
    };
    this.compiled.set(outcome, made);
    return made;
  }
}

type Attempt = Case["writes"] | "impossible" | "needs a split";

/** Evaluates everything once; stops where a cluster must be split first. */
function attempt({ guards, updates, rest }: CompiledOutcome, run: Run): Attempt {
  run.unknownIndex = false;
  for (const guard of guards) {
    if (settled(guard, run) === 0) return "impossible";
    if (run.needed !== -1) return "needs a split";
  }
  const writes: { cell: number; value: number | undefined }[] = [];
  for (const { target, value } of updates) {
    const written = settled(value, run);
    const cell = run.needed === -1 ? target(run) : UNKNOWN;
    if (run.needed !== -1) return "needs a split";
    if (cell !== UNKNOWN) writes.push({ cell, value: written });
  }
  for (const each of rest) {
    settled(each, run);
    if (run.needed !== -1) return "needs a split";
  }
  return writes;
}

/** The value; what it did not need to be known after all is not asked for. */
function settled(evaluate: Evaluate, run: Run): number | undefined {
  const value = evaluate(run);
  if (value !== UNKNOWN) run.needed = -1;
  return value;
}

/** The number of the cell that is written; its cluster is split, since the rest of the tuple stays. */
function targetOf(variable: string, index: Expression, clusters: Clusters): Evaluate {
  const at = indexed(compile(index, clusters));
  return (run) => {
    const position = at(run);
    if (position === UNKNOWN) return UNKNOWN;
    const cell = clusters.cellAt(variable, position);
    if (cell !== UNKNOWN) run.need(clusters.clusterOf[cell] ?? 0);
    return cell;
  };
}

/** The value of an index; where it is unknown for good, that is noted. */
function indexed(index: Evaluate): Evaluate {
  return (run) => {
    const value = index(run);
    if (value === UNKNOWN && run.needed === -1) run.unknownIndex = true;
    return value;
  };
}

function compile(expression: Expression, clusters: Clusters): Evaluate {
  const part = (one: Expression): Evaluate => compile(one, clusters);
  switch (expression.kind) {
    case "constant": {
      const { value } = expression;
      return () => value;
    }
    case "cell":
      return compileCell(expression.variable, expression.index, clusters);
    case "not": {
      const operand = part(expression.operand);
      return (run) => {
        const value = operand(run);
        return value === UNKNOWN ? UNKNOWN : value === 0 ? 1 : 0;
      };
    }
    case "if":
      return compileChoice(
        part(expression.condition),
        part(expression.then),
        part(expression.otherwise),
      );
    case "binary":
      return compileBinary(expression.operator, part(expression.left), part(expression.right));
    case "local":
    case "self":
    case "own":
    case "referenced":
      return () => UNKNOWN;
    default:
      return unreachable(expression);
  }
}

function compileCell(variable: string, index: Expression, clusters: Clusters): Evaluate {
  if (index.kind === "constant") {
    const cell = clusters.cellAt(variable, index.value);
    return cell === undefined ? () => UNKNOWN : (run) => run.cell(cell);
  }
  const at = indexed(compile(index, clusters));
  return (run) => {
    const position = at(run);
    const cell = position === UNKNOWN ? UNKNOWN : clusters.cellAt(variable, position);
    return cell === UNKNOWN ? UNKNOWN : run.cell(cell);
  };
}

function compileChoice(condition: Evaluate, then: Evaluate, otherwise: Evaluate): Evaluate {
  return (run) => {
    const value = condition(run);
    if (value !== UNKNOWN) return value === 0 ? otherwise(run) : then(run);
    const one = then(run);
    const other = otherwise(run);
    return run.needed === -1 && one === other ? one : UNKNOWN;
  };
}

function compileBinary(
  operator: (Expression & { readonly kind: "binary" })["operator"],
  left: Evaluate,
  right: Evaluate,
): Evaluate {
  if (operator === "and") return connective(0, left, right);
  if (operator === "or") return connective(1, left, right);
  return (run) => {
    const one = left(run);
    const other = right(run);
    return one === UNKNOWN || other === UNKNOWN ? UNKNOWN : applyOperator(operator, one, other);
  };
}

/** One side may decide it, whatever the other is. */
function connective(absorbing: 0 | 1, left: Evaluate, right: Evaluate): Evaluate {
  const decides = (value: number | undefined): boolean =>
    value !== UNKNOWN && Number(value !== 0) === absorbing;
  return (run) => {
    const one = left(run);
    if (decides(one)) return absorbing;
    const other = right(run);
    if (decides(other)) return absorbing;
    return one === UNKNOWN || other === UNKNOWN ? UNKNOWN : 1 - absorbing;
  };
}

/** The outcome with the fixed clusters' values in place of their cells. */
export function putIn(outcome: Outcome, fixed: Fixed, clusters: Clusters): Outcome {
  if (fixed.size === 0) return outcome;
  const value = (expression: Expression): Expression =>
    rewrite(expression, (part) => {
      if (part.kind !== "cell" || part.index.kind !== "constant") return part;
      const cell = clusters.cellAt(part.variable, part.index.value);
      const tuple = cell === undefined ? undefined : fixed.get(clusters.clusterOf[cell] ?? -1);
      return tuple && cell !== undefined
        ? constant(tuple[clusters.positionOf[cell] ?? 0] ?? 0)
        : part;
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
