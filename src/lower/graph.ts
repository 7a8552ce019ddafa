/**
 * A body of structured statements as a graph of nodes. A node is a scheduling point or *local*; `attach.ts` then makes
 * the local ones part of the steps before them. Built backwards: every statement is told where to go on.
 */
import { not } from "../ir/expression.ts";
import type { Location } from "../ir/program.ts";
import type { Span } from "../ir/span.ts";
import type { Sizes } from "../kernel/object-kind.ts";
import { assert, unreachable } from "../support/assert.ts";
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
    switch (statement.kind) {
      case "step":
        return this.step(statement, next, around);
      case "if":
        return this.local("if", [
          {
            outcome: guarded(statement.condition),
            next: this.sequence(statement.then, next, around),
          },
          {
            outcome: guarded(not(statement.condition)),
            next: this.sequence(statement.otherwise, next, around),
          },
        ]);
      case "choose":
        return this.local(
          "choose",
          statement.arms.map(({ label, body }) => ({
            outcome: { ...PLAIN_OUTCOME, outcome: label },
            next: this.sequence(body, next, around),
          })),
        );
      case "loop":
        return this.loop(statement.body, around);
      case "scope":
        return this.sequence(statement.body, next, {
          ...around,
          scopes: new Map([...around.scopes, [statement.label, next]]),
        });
      case "leave": {
        const target = around.scopes.get(statement.label);
        assert(target !== undefined, `nothing is labelled ${statement.label} here`);
        return target;
      }
      case "atomically":
        return this.atomically(statement, next, around);
      default:
        return unreachable(statement);
    }
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
