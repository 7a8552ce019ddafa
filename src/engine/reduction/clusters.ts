/**
 * The cells of a Program and its threads' locals, numbered, and the clusters that they form.
 *
 * A cluster is what changes together, so that an analysis which keeps sets of whole cluster values does not lose that
 * "owner is nobody, hence the depth is 0". The locals of threads are clusters of one cell, behind the shared ones.
 */
import type { Variable } from "../../ir/program.ts";
import type { Type } from "../../ir/type.ts";
import type { Code } from "./thread-code.ts";
import { type ValueSet, ValueSets } from "./value-set.ts";

interface Place {
  /** Number of the variable's first cell. */
  readonly base: number;
  readonly first: number;
  readonly length: number;
}

export class Clusters {
  readonly sets = new ValueSets();
  /** Of each cell: its cluster, its position there, its type. */
  readonly clusterOf: number[] = [];
  readonly positionOf: number[] = [];
  readonly typeOf: Type[] = [];
  /** Of each cluster: the cells, and the set of its initial value alone. */
  readonly cells: number[][] = [];
  readonly initial: ValueSet[] = [];
  /** Of each cluster: the thread that alone sees it, 0 for shared ones. */
  readonly thread: number[] = [];
  /** Clusters below this number are shared. */
  readonly shared: number;
  private readonly places = new Map<string, Place>();

  constructor(code: Code) {
    const named = new Map<string, number>();
    for (const variable of code.variables) this.addVariable(variable, named);
    this.shared = this.cells.length;
    for (const thread of code.threads) {
      for (const [variable, value] of thread.locals) {
        this.places.set(variable, { base: this.clusterOf.length, first: 0, length: 1 });
        const cluster = this.addCluster(thread.number);
        this.addCell(cluster, code.typeOf(variable));
        this.initial[cluster] = this.sets.of([[value]]);
      }
    }
    this.setInitial(code.variables);
  }

  get count(): number {
    return this.cells.length;
  }

  /** The number of a cell; nothing for an index outside the variable. */
  cellAt(variable: string, index: number): number | undefined {
    const place = this.places.get(variable);
    if (!place) return undefined;
    const position = index - place.first;
    return position >= 0 && position < place.length ? place.base + position : undefined;
  }

  /** The numbers of all cells of a variable. */
  cellsOf(variable: string): readonly number[] {
    const { base, length } = this.places.get(variable) ?? { base: 0, length: 0 };
    return Array.from({ length }, (_, position) => base + position);
  }

  private addVariable(variable: Variable, named: Map<string, number>): void {
    const { name, first, initial, type, cluster, tags } = variable;
    this.places.set(name, { base: this.clusterOf.length, first, length: initial.length });
    // Cells that one thread each writes do not change together, though they bear one cluster's name.
    const own = tags.private === true || initial.length > 1;
    for (const position of initial.keys()) {
      const text = own ? `${cluster}#${position + first}` : cluster;
      const number = named.get(text) ?? this.addCluster(0);
      named.set(text, number);
      this.addCell(number, type);
    }
  }

  private addCluster(thread: number): number {
    this.thread.push(thread);
    return this.cells.push([]) - 1;
  }

  private addCell(cluster: number, type: Type): void {
    const cells = this.cells[cluster] ?? [];
    this.positionOf.push(cells.length);
    this.typeOf.push(type);
    cells.push(this.clusterOf.push(cluster) - 1);
  }

  private setInitial(variables: readonly Variable[]): void {
    const values = variables.flatMap(({ initial }) => initial);
    for (let cluster = 0; cluster < this.shared; cluster += 1) {
      const tuple = (this.cells[cluster] ?? []).map((cell) => values[cell] ?? 0);
      this.initial[cluster] = this.sets.of([tuple]);
    }
  }
}
