/** Blocks as functions on concrete states: expressions compiled to closures over one flat array of cells. */
import { applyOperator, type Expression } from "../../ir/expression.ts";
import { contains, stored, type Type } from "../../ir/type.ts";
import { assert, unreachable } from "../../support/assert.ts";
import type { Block } from "./blocks.ts";
import type { Code } from "./thread-code.ts";

export type Cells = readonly number[];
type Evaluate = (cells: Cells) => number;

/** A block that can be fired. */
export interface Firing {
  readonly to: string;
  readonly starts: readonly number[];
  readonly isEnabled: (cells: Cells) => boolean;
  /** The cells afterwards; nothing if the block violates a rule, reaches a bound or leaves a range. */
  readonly fire: (cells: Cells) => Cells | undefined;
}

export class Machine {
  readonly initial: Cells;
  private readonly bases = new Map<
    string,
    { readonly base: number; readonly first: number; readonly length: number }
  >();
  private readonly typeOf: (variable: string) => Type;

  constructor(code: Code) {
    const initial: number[] = [];
    for (const { name, first, initial: values } of code.program.variables) {
      this.bases.set(name, { base: initial.length, first, length: values.length });
      initial.push(...values);
    }
    for (const { locals } of code.threads) {
      for (const [variable, value] of locals) {
        this.bases.set(variable, { base: initial.length, first: 0, length: 1 });
        initial.push(value);
      }
    }
    this.initial = initial;
    this.typeOf = code.typeOf;
  }

  /** The block as a function. */
  firing(block: Block): Firing {
    const guards = block.outcome.guards.map((guard) => this.compiled(guard));
    const checks = block.outcome.checks.map(({ when }) => this.compiled(when));
    const stops = block.outcome.fatal !== undefined || block.outcome.limit !== undefined;
    const writes = block.outcome.updates.map((update) => this.write(update));
    return {
      to: block.to,
      starts: block.starts,
      isEnabled: (cells) => guards.every((guard) => guard(cells) !== 0),
      fire: (cells) => {
        if (stops || checks.some((check) => check(cells) !== 0)) return undefined;
        const after = [...cells];
        for (const write of writes) if (!write(cells, after)) return undefined;
        return after;
      },
    };
  }

  /** An expression's value in a state. */
  compiled(expression: Expression): Evaluate {
    switch (expression.kind) {
      case "constant": {
        const { value } = expression;
        return () => value;
      }
      case "cell": {
        const at = this.place(expression.variable, expression.index);
        return (cells) => cells[at(cells)] as number;
      }
      case "not": {
        const operand = this.compiled(expression.operand);
        return (cells) => (operand(cells) === 0 ? 1 : 0);
      }
      case "if": {
        const condition = this.compiled(expression.condition);
        const then = this.compiled(expression.then);
        const otherwise = this.compiled(expression.otherwise);
        return (cells) => (condition(cells) === 0 ? otherwise(cells) : then(cells));
      }
      case "binary":
        return this.binary(expression);
      case "self":
      case "own":
      case "local":
      case "referenced":
        throw new Error(`${expression.kind} was replaced before`);
      default:
        return unreachable(expression);
    }
  }

  private binary({ operator, left, right }: Expression & { kind: "binary" }): Evaluate {
    const one = this.compiled(left);
    const other = this.compiled(right);
    // The right side may rely on the left.
    if (operator === "and") return (cells) => (one(cells) !== 0 && other(cells) !== 0 ? 1 : 0);
    if (operator === "or") return (cells) => (one(cells) !== 0 || other(cells) !== 0 ? 1 : 0);
    return (cells) => applyOperator(operator, one(cells), other(cells));
  }

  private place(variable: string, index: Expression): Evaluate {
    const place = this.bases.get(variable);
    assert(place !== undefined, `${variable} has a place`);
    const { base, first, length } = place;
    const at = this.compiled(index);
    return (cells) => {
      const position = at(cells) - first;
      assert(position >= 0 && position < length, `${variable} is used within its bounds`);
      return base + position;
    };
  }

  /** Writes into `after` what the state before says; false if the value leaves its range. */
  private write({
    target,
    value,
  }: Block["outcome"]["updates"][number]): (cells: Cells, after: number[]) => boolean {
    assert(target.kind === "cell", "locals are cells here");
    const type = this.typeOf(target.variable);
    const at = this.place(target.variable, target.index);
    const compute = this.compiled(value);
    return (cells, after) => {
      const result = stored(type, compute(cells));
      if (!contains(type, result)) return false;
      after[at(cells)] = result;
      return true;
    };
  }
}
