/**
 * A body of structured statements as a graph of nodes. A node is a scheduling point or *local*; `attach.ts` then makes
 * the local ones part of the steps before them. Built backwards: every statement is told where to go on.
 */
import { match } from "ts-pattern";
import { not } from "../ir/expression.ts";
import type { Location } from "../ir/program.ts";
import type { Span } from "../ir/span.ts";
import type { Sizes } from "../kernel/object-kind.ts";
import { assert } from "../support/assert.ts";
import { type Body, type OutcomeDescription, PLAIN_OUTCOME, type Statement } from "./statement.ts";

/** Number of a node; the thread's end is -1. */
export type NodeId = number;
export const END: NodeId = -1;

export interface Node {
  readonly local: boolean;
  readonly location: Omit<Location, "id" | "steps">;
  readonly arms: readonly Arm[];
}

interface Arm {
  readonly outcome: OutcomeDescription;
  readonly next: NodeId;
}

export interface Flow {
  readonly nodes: readonly Node[];
  readonly entry: NodeId;
}

/** The graph of a body; `end` is built after it (a thread's exit), before END. */
export function flowOf(body: Body, sizes: Sizes): Flow {
  const builder = new Builder(sizes);
  const entry = builder.sequence(body, END, { scopes: new Map(), atomic: false });
  return { nodes: builder.nodes as readonly Node[], entry };
}

interface Surroundings {
  readonly scopes: ReadonlyMap<string, NodeId>;
  /** Inside `atomically`: nothing is a scheduling point. */
  readonly atomic: boolean;
}

class Builder {
  readonly nodes: (Node | undefined)[] = [];
  private readonly sizes: Sizes;

  constructor(sizes: Sizes) {
    this.sizes = sizes;
  }

  sequence(body: Body, next: NodeId, around: Surroundings): NodeId {
    return body.reduceRight((after, statement) => this.statement(statement, after, around), next);
  }

  private statement(statement: Statement, next: NodeId, around: Surroundings): NodeId {
    return match(statement)
      .with({ kind: "step" }, (step) => this.step(step, next, around))
      .with({ kind: "if" }, (branch) => this.branch(branch, next, around))
      .with({ kind: "choose" }, ({ arms }) =>
        this.local(
          "choose",
          arms.map(({ label, body }) => ({
            outcome: { ...PLAIN_OUTCOME, outcome: label },
            next: this.sequence(body, next, around),
          })),
        ),
      )
      .with({ kind: "loop" }, ({ body }) => this.loop(body, around))
      .with({ kind: "scope" }, ({ label, body }) => {
        const scopes = new Map([...around.scopes, [label, next] as const]);
        return this.sequence(body, next, { ...around, scopes });
      })
      .with({ kind: "leave" }, ({ label }) => {
        const target = around.scopes.get(label);
        assert(target !== undefined, `nothing is labelled ${label} here`);
        return target;
      })
      .with({ kind: "atomically" }, (atomic) => this.atomically(atomic, next, around))
      .exhaustive();
  }

  private branch(
    { condition, then, otherwise }: Statement & { kind: "if" },
    next: NodeId,
    around: Surroundings,
  ): NodeId {
    return this.local("if", [
      { outcome: guarded(condition), next: this.sequence(then, next, around) },
      { outcome: guarded(not(condition)), next: this.sequence(otherwise, next, around) },
    ]);
  }

  private step(
    statement: Statement & { kind: "step" },
    next: NodeId,
    around: Surroundings,
  ): NodeId {
    const { local, outcomes, ...location } = statement.describe(this.sizes);
    return this.add({
      local: around.atomic || local === true,
      location: { ...location, ...withSource(statement.source) },
      arms: outcomes.map((outcome) => ({ outcome, next })),
    });
  }

  private loop(body: Body, around: Surroundings): NodeId {
    const header = this.nodes.push(undefined) - 1;
    const first = this.sequence(body, header, around);
    this.nodes[header] = {
      local: true,
      location: { label: "loop" },
      arms: [{ outcome: PLAIN_OUTCOME, next: first }],
    };
    return header;
  }

  private atomically(
    statement: Statement & { kind: "atomically" },
    next: NodeId,
    around: Surroundings,
  ): NodeId {
    const first = this.sequence(statement.body, next, { ...around, atomic: true });
    return this.add({
      local: around.atomic,
      location: { label: statement.label, ...withSource(statement.source) },
      arms: [{ outcome: PLAIN_OUTCOME, next: first }],
    });
  }

  private local(label: string, arms: readonly Arm[]): NodeId {
    return this.add({ local: true, location: { label }, arms });
  }

  private add(node: Node): NodeId {
    return this.nodes.push(node) - 1;
  }
}

const guarded = (condition: OutcomeDescription["guards"][number]): OutcomeDescription => ({
  ...PLAIN_OUTCOME,
  guards: [condition],
});

const withSource = (source: Span | undefined): { readonly source?: Span } =>
  source ? { source } : {};
