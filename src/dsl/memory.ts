/**
 * The program's own memory in a model: shared variables, arrays, and the fields of pool blocks.
 *
 * In an expression, memory stands for a read: the recording turns each one into a step, left to right, before the step
 * that uses the expression.
 */
import { cell, type Expression } from "../ir/expression.ts";
import type { Type } from "../ir/type.ts";
import type { MemoryPlace } from "../kernel/memory.ts";
import type { Misuse, ObjectArgument } from "../kernel/routine.ts";
import { expressionOf, type Operand, Value } from "./value.ts";

/** What the recording knows of one variable of memory. */
export interface MemoryVariable {
  readonly name: string;
  readonly type: Type;
  readonly atomic: boolean;
  /** How a cell is shown, given the text of its index. */
  readonly display: string;
  readonly validity: (index: Expression) => readonly Misuse[];
}

/** One cell of memory. */
export class Memory extends Value {
  readonly variable: MemoryVariable;
  readonly index: Expression;

  constructor(variable: MemoryVariable, index: Expression) {
    super(cell(variable.name, index), variable.type);
    this.variable = variable;
    this.index = index;
  }
}

/** The place that kernel operations on memory take. */
export function placeOf(variable: MemoryVariable, index: Expression): MemoryPlace {
  return {
    cell: { kind: "cell", variable: variable.name, index },
    type: variable.type,
    validity: variable.validity(index),
  };
}

/** Memory with several cells. */
export interface MemoryArray {
  readonly length: number;
  at(index: Operand): Memory;
}

export function memoryArray(variable: MemoryVariable, length: number): MemoryArray {
  return { length, at: (index) => new Memory(variable, expressionOf(index)) };
}

/** A kernel object of a model: declared by name, or embedded in a block. */
export interface ObjectReference<Name extends string = string> extends ObjectArgument {
  /** Name of the kind, so that routines take only what they are for. */
  readonly kindName: Name;
}
