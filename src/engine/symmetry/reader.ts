/**
 * Reads expressions into terms, noting on the way what is of one sort, and how what the text says differs between threads.
 *
 * An expression over a thread's number and constants alone (`self - 1`) has one value a thread. Such values are the
 * evidence from which a renaming is made: whatever takes thread a to thread b takes a's value to b's.
 */
import { type Expression, operands } from "../../ir/expression.ts";
import type { Program } from "../../ir/program.ts";
import { assert, unreachable } from "../../support/assert.ts";
import { staticValue } from "../explicit/static-value.ts";
import { indicesOf, localOf, numbers, type Place, referencesTo, Sorts, valuesOf } from "./sorts.ts";
import { fixed, node, type Term, together } from "./term.ts";

/** Whose code an expression is part of; without a graph, nobody's (a property). */
export interface Scope {
  readonly graph?: string;
  /** Numbers of the threads that evaluate it. */
  readonly threads: readonly number[];
}

export const nobody: Scope = { threads: [] };

/** A place that has a value of its own for each of some threads. */
export interface Evidence {
  /** The graph that says so; nothing for what is true of every Program. */
  readonly graph?: string;
  readonly place: Place;
  readonly values: ReadonlyMap<number, number>;
}

const commutative: ReadonlySet<string> = new Set(["and", "or", "+", "*", "=", "&", "|", "^"]);
/** Operators that a chain of may be bracketed in any way. */
const associative: ReadonlySet<string> = new Set(["and", "or", "+"]);

export class Reader {
  readonly sorts = new Sorts();
  readonly evidence: Evidence[] = [];
  /** Places whose values are told from 0 only by being true, so that 0 must stay 0. */
  readonly zeros: Place[] = [];
  /** Kinds of object of which the Program asks whether a reference is held. */
  readonly asked = new Set<string>();
  private readonly program: Program;

  constructor(program: Program) {
    this.program = program;
  }

  /** A condition: only whether the value is 0 counts. */
  condition(expression: Expression, scope: Scope): Term {
    const place = this.sorts.fresh();
    this.zeros.push(place);
    return this.value(expression, place, scope);
  }

  /** An expression whose value goes to `place` or is compared with what is there. */
  value(expression: Expression, place: Place, scope: Scope): Term {
    if (isFixed(expression)) return this.ownValue(expression, place, scope);
    switch (expression.kind) {
      case "local":
        assert(scope.graph !== undefined, "locals are read by threads");
        this.sorts.unite(place, localOf(scope.graph, expression.name));
        return fixed(`local ${expression.name}`);
      case "cell":
        this.sorts.unite(place, valuesOf(expression.variable));
        return this.cell(expression.variable, expression.index, scope);
      case "not":
        this.sorts.unite(place, numbers);
        return node("not", this.condition(expression.operand, scope));
      case "if":
        return node(
          "if",
          this.condition(expression.condition, scope),
          this.value(expression.then, place, scope),
          this.value(expression.otherwise, place, scope),
        );
      case "binary":
        this.sorts.unite(place, numbers);
        return this.binary(expression, scope);
      case "referenced":
        this.sorts.unite(place, numbers);
        this.asked.add(expression.to);
        return node(
          `referenced ${expression.to}`,
          this.value(expression.slot, referencesTo(expression.to), scope),
        );
      case "constant":
      case "self":
      case "own":
        return this.ownValue(expression, place, scope);
      default:
        return unreachable(expression);
    }
  }

  /** A cell, as something read or written. */
  cell(variable: string, index: Expression, scope: Scope): Term {
    return node(`cell ${variable}`, this.value(index, indicesOf(variable), scope));
  }

  private binary(expression: Expression & { kind: "binary" }, scope: Scope): Term {
    const { operator } = expression;
    const parts = associative.has(operator)
      ? chain(expression, operator)
      : [expression.left, expression.right];
    const compared = operator === "=" ? this.sorts.fresh() : numbers;
    const isTruth = operator === "and" || operator === "or";
    const terms = parts.map((part) =>
      isTruth ? this.condition(part, scope) : this.value(part, compared, scope),
    );
    return commutative.has(operator) ? together(operator, terms) : node(operator, ...terms);
  }

  /** An expression that has one value for each thread, whatever the state. */
  private ownValue(expression: Expression, place: Place, scope: Scope): Term {
    if (!mentionsThread(expression)) {
      const value = staticValue({ self: 0, constants: {} }, expression);
      assert(value !== undefined, "constants have a value");
      return { kind: "constant", value, place };
    }
    const values = new Map<number, number>();
    for (const thread of scope.threads) {
      const constants = this.program.threads[thread - 1]?.constants ?? {};
      const value = staticValue({ self: thread, constants }, expression);
      assert(value !== undefined, `thread ${thread} has the constants that its code names`);
      values.set(thread, value);
    }
    this.evidence.push({ place, values, ...(scope.graph !== undefined && { graph: scope.graph }) });
    return fixed(JSON.stringify(expression));
  }
}

/** Whether nothing of the state goes into the expression. */
function isFixed(expression: Expression): boolean {
  switch (expression.kind) {
    case "constant":
    case "self":
    case "own":
      return true;
    case "not":
    case "binary":
      return operands(expression).every(isFixed);
    default:
      return false;
  }
}

function mentionsThread(expression: Expression): boolean {
  if (expression.kind === "self" || expression.kind === "own") return true;
  return operands(expression).some(mentionsThread);
}

/** The operands of nested uses of one operator, left to right. */
function chain(expression: Expression, operator: string): readonly Expression[] {
  return expression.kind === "binary" && expression.operator === operator
    ? operands(expression).flatMap((part) => chain(part, operator))
    : [expression];
}
